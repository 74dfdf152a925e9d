"""What must have ended well for a document to pass: of the document, and of each signature."""

from collections.abc import Iterable, Iterator
from typing import Final

from verify.checks import Check
from verify.examination import Examination
from verify.readings import Reading, SignatureKind
from verify.report import DocumentFormat, Requirement

_OF_ANY_DOCUMENT: Final = frozenset({Check.FILE_FORMAT, Check.SIGNATURE_PRESENT, Check.TRUST_LIST})
_OF_A_FACE: Final = _OF_ANY_DOCUMENT | {
    Check.FILE_STRICT,
    Check.RECORD_PRESENT,
    Check.RECORD_SIGNATURE,
    Check.RECORD_CERTIFICATE_PATH,
    Check.RECORD_CERTIFICATE_REVOCATION,
    Check.RECORD_PAGE,
    Check.ISSUER_CODE,
    Check.ISSUER_ENTITLED,
    Check.TRUST_REGION,
    Check.LICENSE_VALIDITY,
    Check.LICENSE_STATUS,
}
_OF_A_LICENSE: Final = frozenset(
    {
        Check.FILE_FORMAT,
        Check.TRUST_LIST,
        Check.TRUST_REGION,
        Check.ISSUER_ENTITLED,
        Check.LICENSE_VALIDITY,
        Check.LICENSE_STATUS,
    }
)
_OF_A_RECEIPT: Final = frozenset(
    {
        Check.FILE_FORMAT,
        Check.RECEIPT_SIGNATURE,
        Check.RECEIPT_CERTIFICATE_PATH,
        Check.RECEIPT_CERTIFICATE_REVOCATION,
        Check.RECEIPT_VERDICT,
    }
)
_OF_FORMATS: Final = {
    DocumentFormat.IDENTIFIER: _OF_A_LICENSE,
    DocumentFormat.QR: _OF_A_LICENSE
    | {
        Check.CODE_SIGNATURE,
        Check.CODE_CERTIFICATE_PATH,
        Check.CODE_CERTIFICATE_REVOCATION,
        Check.ISSUER_CODE,
    },
    DocumentFormat.RECEIPT: _OF_A_RECEIPT,
    DocumentFormat.CASE_RECEIPT: _OF_A_RECEIPT,
    DocumentFormat.RECORD: _OF_A_LICENSE
    | {
        Check.SIGNATURE_PRESENT,
        Check.RECORD_PRESENT,
        Check.RECORD_SIGNATURE,
        Check.RECORD_CERTIFICATE_PATH,
        Check.RECORD_CERTIFICATE_REVOCATION,
        Check.ISSUER_CODE,
    },
}
_OF_A_PRINTED_CODE: Final = frozenset({Check.CODE_SIGNATURE, Check.CODE_RECORD})
_OF_ANY_SEAL: Final = frozenset(
    {
        Check.SEAL_GENUINE,
        Check.MAKER_CERTIFICATE_PATH,
        Check.MAKER_CERTIFICATE_REVOCATION,
    }
)
_OF_A_SEAL_SIGNATURE: Final = _OF_ANY_SEAL | {
    Check.SIGNATURE_PROFILE,
    Check.SEAL_SIGNATURE_INTACT,
    Check.SEAL_SIGNATURE_CONTENT,
    Check.SEAL_SIGNER,
    Check.SEAL_VALIDITY,
    Check.SEAL_STATUS,
    Check.SEAL_CERTIFICATE_PATH,
    Check.SEAL_CERTIFICATE_REVOCATION,
}
_OF_A_MESSAGE: Final = frozenset({Check.SIGNATURE_PROFILE, Check.SIGNATURE_INTACT})
_OF_A_SIGNER: Final = frozenset(
    {Check.SIGNER_CERTIFICATE_PATH, Check.SIGNER_CERTIFICATE_REVOCATION}
)
_CONTAINERS: Final = frozenset({DocumentFormat.PDF, DocumentFormat.OFD, DocumentFormat.PACKAGE})


def requirements(examination: Examination) -> frozenset[Requirement]:
    """Return what ``examination`` and its judgement must have found good."""
    return frozenset({*_of_document(examination), *_of_signatures(examination)})


def _of_document(examination: Examination) -> Iterator[Requirement]:
    checks = _OF_A_FACE if examination.is_own else _OF_ANY_DOCUMENT
    checks = _OF_FORMATS.get(examination.format, checks)
    if examination.format is DocumentFormat.IDENTIFIER and examination.record_signature:
        # The own register has the record.
        checks = _OF_FORMATS[DocumentFormat.RECORD]
    for check in checks:
        yield check, 0
    if examination.offline_code:
        yield Check.CODE_VALIDITY, 0
    # A face may print no code; one that it prints must be good.
    for finding in examination.findings:
        if finding.check in _OF_A_PRINTED_CODE:
            yield finding.check, 0


def _of_signatures(examination: Examination) -> Iterator[Requirement]:
    # A signature that could not be read leaves no reading, and its profile is bad.
    numbers = {item.signature for item in examination.findings if item.signature}
    for number in numbers:
        readings = [item for item in examination.readings if item.number == number]
        for check in _of_signature(readings):
            yield check, number
        if examination.format in _CONTAINERS:
            yield Check.SIGNATURE_COVERAGE, number


def _of_signature(readings: Iterable[Reading]) -> frozenset[Check]:
    by_kind = {item.kind: item for item in readings}
    seal = by_kind.get(SignatureKind.SEAL)
    checks: frozenset[Check] = frozenset()
    if SignatureKind.CMS in by_kind:
        checks |= _OF_A_MESSAGE | {Check.SEAL_SIGNATURE_AGREES if seal else Check.SIGNATURE_INTACT}
    if SignatureKind.SIGNED_DATA in by_kind:
        checks |= _OF_A_MESSAGE | _OF_A_SIGNER
    if SignatureKind.CMS in by_kind and seal is None:
        checks |= _OF_A_SIGNER
    if seal is not None:
        checks |= _OF_A_SEAL_SIGNATURE if seal.signer else _OF_ANY_SEAL
    if SignatureKind.TIMESTAMP in by_kind:
        checks |= {Check.SIGNATURE_PROFILE, Check.TIMESTAMP_INTACT}
    return checks or frozenset({Check.SIGNATURE_PROFILE})
