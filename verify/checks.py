"""The checks by their stable names, with the moment each belongs to; policies give levels."""

from enum import StrEnum, unique
from typing import Final


@unique
class Outcome(StrEnum):
    """How one check ended."""

    OK = "ok"
    BAD = "bad"
    UNKNOWN = "unknown"


@unique
class Level(StrEnum):
    """What a check means when it does not end well."""

    REFUSE = "refuse"
    WARN = "warn"
    INFORM = "inform"


@unique
class Moment(StrEnum):
    """When a check has to hold: when the document was sealed, or now."""

    SEALING = "sealing"
    NOW = "now"


@unique
class Check(StrEnum):
    """Stable names; programs and policies rely on them."""

    FILE_FORMAT = "file.format"
    SIGNATURE_PRESENT = "signature.present"
    FILE_INTEGRITY = "file.integrity"
    SIGNATURE_PROFILE = "signature.profile"
    SIGNATURE_FORM = "signature.form"
    SIGNATURE_COVERAGE = "signature.coverage"
    SIGNATURE_UNPROTECTED = "signature.unprotected"
    SIGNATURE_REFERENCES = "signature.references"
    FILE_STRICT = "file.strict"
    SIGNATURE_INTACT = "signature.intact"
    SEAL_SIGNATURE_INTACT = "seal_signature.intact"
    SEAL_SIGNATURE_CONTENT = "seal_signature.content"
    SEAL_SIGNATURE_DOCUMENT = "seal_signature.document"
    SEAL_SIGNATURE_AGREES = "seal_signature.agrees"
    SEAL_SIGNER = "seal.signer"
    SEAL_FILE = "seal.file"
    SEAL_GENUINE = "seal.genuine"
    SEAL_VALIDITY = "seal.validity"
    SEAL_STATUS = "seal.status"
    SEAL_CERTIFICATE_PATH = "seal_certificate.path"
    SEAL_CERTIFICATE_REVOCATION = "seal_certificate.revocation"
    SEAL_CERTIFICATE_EXPIRY = "seal_certificate.expiry"
    SIGNER_CERTIFICATE_PATH = "signer_certificate.path"
    SIGNER_CERTIFICATE_REVOCATION = "signer_certificate.revocation"
    SIGNER_CERTIFICATE_EXPIRY = "signer_certificate.expiry"
    MAKER_CERTIFICATE_PATH = "maker_certificate.path"
    MAKER_CERTIFICATE_REVOCATION = "maker_certificate.revocation"
    TIMESTAMP_INTACT = "timestamp.intact"
    TIMESTAMP_TRUSTED = "timestamp.trusted"
    LEDGER_TIME = "ledger.time"
    RECORD_PRESENT = "record.present"
    RECORD_SIGNATURE = "record.signature"
    RECORD_CERTIFICATE_PATH = "record_certificate.path"
    RECORD_CERTIFICATE_REVOCATION = "record_certificate.revocation"
    RECORD_PAGE = "record.page"
    RECORD_REGION = "record.region"
    IDENTIFIER_FORM = "identifier.form"
    ISSUER_CODE = "issuer.code"
    ISSUER_ENTITLED = "issuer.entitled"
    TRUST_LIST = "trust.list"
    TRUST_REGION = "trust.region"
    CODE_SIGNATURE = "code.signature"
    CODE_RECORD = "code.record"
    CODE_VALIDITY = "code.validity"
    CODE_SHOWING = "code.showing"
    CODE_BOUND = "code.bound"
    CODE_CERTIFICATE_PATH = "code_certificate.path"
    CODE_CERTIFICATE_REVOCATION = "code_certificate.revocation"
    CODE_CERTIFICATE_EXPIRY = "code_certificate.expiry"
    LICENSE_VALIDITY = "license.validity"
    LICENSE_STATUS = "license.status"
    COPY_STATEMENT = "copy.statement"
    COPY_VALIDITY = "copy.validity"
    RECEIPT_SIGNATURE = "receipt.signature"
    RECEIPT_CERTIFICATE_PATH = "receipt_certificate.path"
    RECEIPT_CERTIFICATE_REVOCATION = "receipt_certificate.revocation"
    RECEIPT_CERTIFICATE_EXPIRY = "receipt_certificate.expiry"
    RECEIPT_VERDICT = "receipt.verdict"
    RECEIPT_PAGE = "receipt.page"
    RECEIPT_DOCUMENT = "receipt.document"
    RECEIPT_FILE = "receipt.file"
    RECEIPT_SINCE = "receipt.since"

    @property
    def moment(self) -> Moment:
        """When this check has to hold."""
        return Moment.NOW if self in _NOW else Moment.SEALING


_NOW: Final = frozenset(
    {
        Check.SEAL_STATUS,
        Check.SEAL_CERTIFICATE_EXPIRY,
        Check.SEAL_CERTIFICATE_REVOCATION,
        Check.SIGNER_CERTIFICATE_EXPIRY,
        Check.SIGNER_CERTIFICATE_REVOCATION,
        Check.MAKER_CERTIFICATE_REVOCATION,
        Check.RECORD_CERTIFICATE_REVOCATION,
        Check.CODE_VALIDITY,
        Check.CODE_SHOWING,
        Check.CODE_BOUND,
        Check.CODE_CERTIFICATE_EXPIRY,
        Check.CODE_CERTIFICATE_REVOCATION,
        Check.LICENSE_VALIDITY,
        Check.LICENSE_STATUS,
        Check.COPY_VALIDITY,
        Check.RECEIPT_CERTIFICATE_REVOCATION,
        Check.RECEIPT_CERTIFICATE_EXPIRY,
        Check.RECEIPT_SINCE,
    }
)
ALWAYS_REFUSE: Final = frozenset(
    {
        Check.FILE_FORMAT,
        Check.SIGNATURE_PRESENT,
        Check.SIGNATURE_PROFILE,
        Check.SIGNATURE_REFERENCES,
        Check.SIGNATURE_INTACT,
        Check.SEAL_SIGNATURE_INTACT,
        Check.SEAL_SIGNATURE_CONTENT,
        Check.SEAL_SIGNER,
        Check.SEAL_GENUINE,
        Check.SEAL_CERTIFICATE_PATH,
        Check.SIGNER_CERTIFICATE_PATH,
        Check.MAKER_CERTIFICATE_PATH,
        Check.TIMESTAMP_INTACT,
        Check.RECORD_PRESENT,
        Check.RECORD_SIGNATURE,
        Check.RECORD_CERTIFICATE_PATH,
        Check.CODE_SIGNATURE,
        Check.CODE_SHOWING,
        Check.CODE_VALIDITY,
        Check.CODE_CERTIFICATE_PATH,
        Check.ISSUER_CODE,
        Check.RECEIPT_SIGNATURE,
        Check.RECEIPT_CERTIFICATE_PATH,
        Check.RECEIPT_VERDICT,
        Check.RECEIPT_DOCUMENT,
    }
)
"""What no policy can take the edge off: without it a verdict says nothing about the document."""
