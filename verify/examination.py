"""Examination (检查): everything that the document alone can tell, as plain facts.

It is made by pure functions of the bytes, so it can be made in another process, kept, and
judged again later under other trust or at another time without the document.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Self, TypeAlias

from certs.catalogue import Catalogue
from certs.records import LicenseRecord
from signing.pdf.reading import file_digest
from verify import document_checks, face_checks, signature_checks
from verify.carriers.receipts import check_receipt_signature
from verify.carriers.sniffing import read_document
from verify.checks import Check, Outcome
from verify.copy_checks import check_statement
from verify.evidence import MAX_FILE_BYTES, Evidence
from verify.license_claims import LicenseClaims
from verify.printed_faces import PrintedFace
from verify.readings import Reading, readings_of
from verify.report import DocumentFormat, Finding

DocumentChecks: TypeAlias = tuple[Callable[[Evidence], Finding | None], ...]
# People are told the first thing that is wrong, so what is plainest comes first.
_FIRST: Final[DocumentChecks] = (
    document_checks.check_format,
    document_checks.check_present,
    document_checks.check_crowd,
    document_checks.check_identifier,
    document_checks.check_region_code,
)
_LAST: Final[DocumentChecks] = (
    document_checks.check_strict,
    document_checks.check_integrity,
    document_checks.check_record,
    document_checks.check_record_signature,
    check_statement,
    check_receipt_signature,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a document says, and whether it is whole.

    Attributes:
        digest: SM3 of the document, hexadecimal.
        is_own: It is, or claims to be, a face of ours.
        license: The license that it claims to be.
        record: license.json as it came; it names people, so only whoever brought it sees it.
        record_signature: license.p7s, which does not.
        code: The signed claims of a code that was brought by itself.
        offline_code: An offline code as it was scanned; it says what its holder shows.
        receipt: A receipt that was brought.
        attached: The different receipts of cases that are attached to a page.
        needs_page: Somebody has to read what the page says.
    """

    format: DocumentFormat
    digest: str
    findings: tuple[Finding, ...]
    readings: tuple[Reading, ...] = ()
    is_own: bool = False
    license: LicenseClaims | None = None
    record: bytes = field(default=b"", repr=False)
    record_signature: bytes = field(default=b"", repr=False)
    code: bytes = field(default=b"", repr=False)
    offline_code: bytes = field(default=b"", repr=False)
    receipt: bytes = field(default=b"", repr=False)
    attached: tuple[bytes, ...] = field(default=(), repr=False)
    needs_page: bool = False

    def without_people(self) -> Self:
        """Return the examination without what names people, as it may be kept."""
        return replace(self, record=b"", offline_code=b"", attached=(), needs_page=False)


def examine(
    data: bytes, *, content: bytes | None = None, types: Catalogue | None = None
) -> Examination:
    """Take a document apart and check all that it can tell by itself.

    Never raises for what the document holds.

    Args:
        data: The document.
        content: What a detached signature is over, if ``data`` is one and it is at hand.
        types: The license types that are known here; None for those of the program.
    """
    digest = file_digest(data).hex()
    if len(data) > MAX_FILE_BYTES:
        return refused(digest, "too-large", limit=str(MAX_FILE_BYTES // 2**20))
    return examine_evidence(read_document(data, content), digest=digest, types=types)


def examine_evidence(
    evidence: Evidence, *, digest: str, types: Catalogue | None = None
) -> Examination:
    """Check all that a document, taken apart, can tell by itself."""
    findings = _made(_FIRST, evidence)
    readings: list[Reading] = []
    for signature in evidence.signatures:
        own = [found for check in signature_checks.ALL if (found := check(signature)) is not None]
        findings += own
        readings += readings_of(signature, own)
    findings += _made(_LAST, evidence)
    record, printed = evidence.record, evidence.printed
    if record is not None and printed is not None:
        findings += _print_findings(evidence, record, printed, types)
    whole = Examination(
        format=evidence.format,
        digest=digest,
        findings=tuple(findings),
        readings=tuple(readings),
        is_own=evidence.is_own,
        license=_claims(evidence),
        code=evidence.code,
        offline_code=evidence.offline_code,
        receipt=evidence.receipt,
        attached=evidence.attached,
        record=record.encode() if record is not None else b"",
        record_signature=evidence.record_signature,
        needs_page=record is not None
        and printed is not None
        and face_checks.needs_reader(printed)
        and evidence.page_text is None,
    )
    for other in evidence.others:
        whole = _with_face(whole, examine_evidence(other, digest=digest, types=types))
    return whole


def _with_face(first: Examination, other: Examination) -> Examination:
    """Return the examination of a package that has a further face.

    Its signatures are counted on; of the document, what is not in order is said of both.
    """
    last = max((item.number for item in first.readings), default=0)
    findings = (
        replace(item, signature=item.signature + last) if item.signature else item
        for item in other.findings
        if item.signature or item.outcome is not Outcome.OK
    )
    readings = (replace(item, number=item.number + last) for item in other.readings)
    return replace(
        first,
        findings=(*first.findings, *findings),
        readings=(*first.readings, *readings),
        is_own=first.is_own and other.is_own,
    )


def _print_findings(
    evidence: Evidence, record: LicenseRecord, printed: PrintedFace, types: Catalogue | None
) -> list[Finding]:
    """Compare what a face prints with its record: its texts, and its code."""
    message = evidence.record_message
    findings = face_checks.check_printed_code(
        record, printed, message.signer if message is not None else None, types=types
    )
    if not face_checks.needs_reader(printed):
        return [*face_checks.check_fields(record, printed, types=types), *findings]
    if evidence.page_text is not None:
        return [*face_checks.check_text(record, evidence.page_text, types=types), *findings]
    return findings


def _claims(evidence: Evidence) -> LicenseClaims | None:
    if evidence.record is not None:
        return LicenseClaims.of_record(evidence.record)
    return evidence.claims


def _made(checks: DocumentChecks, evidence: Evidence) -> list[Finding]:
    return [found for check in checks if (found := check(evidence)) is not None]


def refused(
    digest: str,
    reason: str,
    *,
    format: DocumentFormat = DocumentFormat.UNKNOWN,  # noqa: A002 - the report's own word
    outcome: Outcome = Outcome.BAD,
    **facts: str,
) -> Examination:
    """Return the examination of a document that nobody looked into."""
    finding = Finding(check=Check.FILE_FORMAT, outcome=outcome, reason=reason, facts=facts)
    return Examination(format=format, digest=digest, findings=(finding,))
