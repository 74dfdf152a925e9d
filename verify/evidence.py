"""What a document contains (证据): parsed, nothing believed yet, alike for every carrier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from certs.copies import CopyStatement
from certs.errors import MalformedRecordError
from certs.records import LicenseRecord, known_record
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.seal_signatures import SealSignature
from signing.seals import Seal
from signing.signed_data import SignedData
from signing.signed_messages import Dialect, SignedMessage, parse_message
from verify.license_claims import LicenseClaims
from verify.printed_faces import PrintedFace
from verify.report import DocumentFormat

MAX_FILE_BYTES: Final = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something is not as it must be: a kebab-case reason and what its words mention."""

    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureEvidence:
    """One signature and what it claims to protect; a part that cannot be read is None.

    Attributes:
        number: Counted from 1 in the order of the document.
        place: Where it stands: ``/SubFilter`` of a PDF, path of an OFD's Signature.xml.
        digest: SM3 of the protected bytes; empty when they cannot be told.
        content: Gives the protected bytes, for values that are over them and not their digest.
        is_detached_alone: The protected bytes were not brought along.
        value_problem: Why the value cannot be judged, if so.
        uncovered: What is wrong with what it covers, if anything.
        unprotected: Names of what it leaves unprotected.
        broken: Names of what it protects that is not as it was.
        message: The value as our own CMS.
        seal_signature: The value, or a part of our CMS, as SES_Signature.
        signed_data: The value as a signed message of any maker.
        lone_seal: A seal that was brought by itself.
        document_timestamp: A timestamp token over the document itself, DER.
        seal_file_agrees: Whether a separate seal file is the seal inside the value.
        names_document: Whether the value names this place, where it names one.
        claimed_at: The time that the document writes beside the signature.
        is_claim_binding: Whether that time must be the signature's own.
    """

    number: int
    place: str
    digest: bytes = b""
    content: Callable[[], bytes] | None = field(default=None, repr=False)
    is_detached_alone: bool = False
    value_problem: Problem | None = None
    uncovered: Problem | None = None
    unprotected: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    message: SignedMessage | None = None
    seal_signature: SealSignature | None = None
    signed_data: SignedData | None = None
    lone_seal: Seal | None = None
    document_timestamp: bytes = field(default=b"", repr=False)
    seal_file_agrees: bool = True
    names_document: bool = True
    claimed_at: datetime | None = None
    is_claim_binding: bool = False

    @property
    def seal(self) -> Seal | None:
        """The seal, if there is one."""
        return self.seal_signature.seal if self.seal_signature is not None else self.lone_seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A document taken apart.

    Attributes:
        format: What it is.
        problem: Why it cannot be read as that, if so.
        crowd: How many signatures there are, when more than anybody looks at; else empty.
        is_own: It claims to be a face of ours, so the strict profile holds.
        others: Of an archive package, its other faces.
        is_strict: Whether it is of the strict profile.
        broken_rule: The first rule of the strict profile that it breaks.
        record: license.json of a face.
        record_message: license.p7s of a face, read.
        record_signature: license.p7s of a face as it came.
        claims: What a code or an identifier that was brought by itself claims.
        identifier_forms: The liberties that such an identifier takes, by name.
        code: The signed claims of such a code, COSE.
        offline_code: An offline code as it was scanned, COSE; it says what its holder shows.
        receipt: A receipt that was brought.
        receipt_fault: What is wrong with its signature, if anything.
        copy: What an annotated copy says of itself; None where it claims to be none.
        copy_fault: What is wrong with that, if anything.
        attached: The different receipts of cases that are attached to it.
        printed: What a face of the strict profile prints.
        page_text: What the pages say, where the carrier tells it; None if a page reader must.
        has_integrity: Whether the package has a signed list of its entries (GM/T 0099).
        integrity: What is wrong with that list, if anything.
    """

    format: DocumentFormat
    problem: Problem | None = None
    crowd: str = ""
    signatures: tuple[SignatureEvidence, ...] = ()
    is_own: bool = False
    others: "tuple[Evidence, ...]" = ()
    is_strict: bool = False
    broken_rule: str = ""
    record: LicenseRecord | None = None
    record_message: SignedMessage | None = None
    record_signature: bytes = b""
    claims: LicenseClaims | None = None
    identifier_forms: tuple[str, ...] = ()
    code: bytes = field(default=b"", repr=False)
    offline_code: bytes = field(default=b"", repr=False)
    receipt: bytes = field(default=b"", repr=False)
    receipt_fault: str = ""
    copy: CopyStatement | None = None
    copy_fault: str = ""
    attached: tuple[bytes, ...] = field(default=(), repr=False)
    printed: PrintedFace | None = None
    page_text: str | None = None
    has_integrity: bool = False
    integrity: Problem | None = None


def read_record(data: bytes | None) -> LicenseRecord | None:
    """Return a license record, or None if ``data`` is none."""
    if data is None:
        return None
    try:
        return known_record(data)
    except MalformedRecordError:
        return None


def read_message(dialect: Dialect, data: bytes | None) -> SignedMessage | None:
    """Return a signed message of our own strict form, or None if ``data`` is none."""
    if data is None:
        return None
    try:
        return parse_message(dialect, data)
    except (MalformedStructureError, InvalidSignatureError):
        return None
