"""The checks by their stable names, with the level and the moment each belongs to."""

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
    RECORD_PRESENT = "record.present"
    RECORD_SIGNATURE = "record.signature"
    RECORD_CERTIFICATE_PATH = "record_certificate.path"
    RECORD_CERTIFICATE_REVOCATION = "record_certificate.revocation"
    RECORD_PAGE = "record.page"
    ISSUER_CODE = "issuer.code"
    ISSUER_ENTITLED = "issuer.entitled"
    TRUST_LIST = "trust.list"
    TRUST_REGION = "trust.region"
    LICENSE_VALIDITY = "license.validity"
    LICENSE_STATUS = "license.status"

    @property
    def level(self) -> Level:
        """What it means when this check does not end well."""
        return _LEVELS.get(self, Level.REFUSE)

    @property
    def moment(self) -> Moment:
        """When this check has to hold."""
        return Moment.NOW if self in _NOW else Moment.SEALING


_LEVELS: Final = {
    Check.SEAL_CERTIFICATE_EXPIRY: Level.WARN,
    Check.SIGNER_CERTIFICATE_EXPIRY: Level.WARN,
    Check.SIGNATURE_UNPROTECTED: Level.WARN,
    Check.TIMESTAMP_TRUSTED: Level.WARN,
    Check.FILE_INTEGRITY: Level.WARN,
    Check.SEAL_SIGNATURE_DOCUMENT: Level.WARN,
    Check.SIGNATURE_FORM: Level.INFORM,
}
_NOW: Final = frozenset(
    {
        Check.SEAL_STATUS,
        Check.SEAL_CERTIFICATE_EXPIRY,
        Check.SEAL_CERTIFICATE_REVOCATION,
        Check.SIGNER_CERTIFICATE_EXPIRY,
        Check.SIGNER_CERTIFICATE_REVOCATION,
        Check.MAKER_CERTIFICATE_REVOCATION,
        Check.RECORD_CERTIFICATE_REVOCATION,
        Check.LICENSE_VALIDITY,
        Check.LICENSE_STATUS,
    }
)
