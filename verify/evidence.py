"""What a sealed PDF contains (证据): parsed, nothing believed yet."""

from dataclasses import dataclass
from typing import Final

from certs.errors import MalformedRecordError
from certs.face_contents import RECORD_NAME, SIGNATURE_NAME
from certs.records import LicenseRecord
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE
from signing.errors import InvalidSignatureError, MalformedPdfError, MalformedStructureError
from signing.pdf.locating import LocatedSignature, covered_digest, locate_signatures
from signing.pdf.reading import StrictPdf, parse_strict
from signing.pdf.rules import PdfRule
from signing.seal_signatures import SealSignature, parse_seal_signature
from signing.signed_messages import Dialect, SignedMessage, parse_message
from verify.ports import PageReader

MAX_FILE_BYTES: Final = 64 * 2**20
OWN_SUB_FILTER: Final = "ETSI.CAdES.detached"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfEvidence:
    """The parts of a PDF that the checks look at; a part that cannot be read is None.

    Attributes:
        data: The file.
        broken_rule: The first rule of the strict profile that the file breaks, or empty.
        located: Signature dictionaries found anywhere in the file.
        has_too_many: There are more of them than anybody looks at; ``located`` is empty then.
        digest: SM3 of the bytes that the one signature covers.
        message: The CMS in /Contents.
        seal_signature: The SES_Signature that the CMS carries.
        record: license.json.
        record_message: license.p7s.
        page_text: What the page says, as a reader of PDF sees it.
    """

    data: bytes
    broken_rule: str
    located: tuple[LocatedSignature, ...]
    has_too_many: bool
    strict: StrictPdf | None
    digest: bytes
    message: SignedMessage | None
    seal_signature: SealSignature | None
    record: LicenseRecord | None
    record_message: SignedMessage | None
    page_text: str | None

    @property
    def is_own_profile(self) -> bool:
        """Whether there is exactly one signature and it claims to be of our kind."""
        return len(self.located) == 1 and self.located[0].sub_filter == OWN_SUB_FILTER


def gather(data: bytes, pages: PageReader) -> PdfEvidence:
    """Take a PDF apart; whatever is wrong with it shows as a missing part.

    Only a file of the strict profile has its pages read.
    """
    located, has_too_many = _located(data)
    strict, broken_rule = _strict(data)
    single = located[0] if len(located) == 1 else None
    message = _message(Dialect.CMS, single.contents) if single else None
    attachments = strict.attachments if strict else {}
    return PdfEvidence(
        data=data,
        broken_rule=broken_rule,
        located=located,
        has_too_many=has_too_many,
        strict=strict,
        digest=_covered(data, single),
        message=message,
        seal_signature=_seal_signature(message),
        record=_record(attachments.get(RECORD_NAME)),
        record_message=_message(Dialect.GB_T_35275, attachments.get(SIGNATURE_NAME)),
        page_text=pages.page_text(data) if strict else None,
    )


def read_record(data: bytes) -> LicenseRecord | None:
    """Return the record inside a sealed face, unverified, or None if there is none."""
    strict, _ = _strict(data)
    return _record(strict.attachments.get(RECORD_NAME)) if strict else None


def _located(data: bytes) -> tuple[tuple[LocatedSignature, ...], bool]:
    try:
        return locate_signatures(data), False
    except MalformedPdfError as error:
        return (), error.rule == PdfRule.TOO_MANY_SIGNATURES


def _strict(data: bytes) -> tuple[StrictPdf | None, str]:
    try:
        return parse_strict(data), ""
    except MalformedPdfError as error:
        return None, error.rule


def _covered(data: bytes, located: LocatedSignature | None) -> bytes:
    if located is None:
        return b""
    try:
        return covered_digest(data, located)
    except MalformedStructureError:
        return b""


def _message(dialect: Dialect, data: bytes | None) -> SignedMessage | None:
    if data is None:
        return None
    try:
        return parse_message(dialect, data)
    except (MalformedStructureError, InvalidSignatureError):
        return None


def _seal_signature(message: SignedMessage | None) -> SealSignature | None:
    encoded = message.attributes.get(SEAL_SIGNATURE_ATTRIBUTE) if message else None
    if encoded is None:
        return None
    try:
        return parse_seal_signature(encoded)
    except (MalformedStructureError, InvalidSignatureError):
        return None


def _record(data: bytes | None) -> LicenseRecord | None:
    if data is None:
        return None
    try:
        return LicenseRecord.parse(data)
    except MalformedRecordError:
        return None
