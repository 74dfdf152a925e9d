"""Checks on a code that was brought by itself (二维码): who signed it, and for whom."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from certs.printed_codes import DOMAIN
from signing.certificates import Certificate, parse_certificate
from signing.cose import SignedClaims, parse_claims
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.roles import Role
from verify.chain_checks import CertificateChecks, Subject
from verify.checks import Check, Outcome
from verify.report import Finding

_REMEMBERED: Final = 4096
_CHECKS: Final = CertificateChecks(
    path=Check.CODE_CERTIFICATE_PATH,
    revocation=Check.CODE_CERTIFICATE_REVOCATION,
    expiry=Check.CODE_CERTIFICATE_EXPIRY,
)


@lru_cache(_REMEMBERED)
def read_code(code: bytes) -> SignedClaims | None:
    """Return the signed claims of a code, not verified, or None if it is none."""
    try:
        return parse_claims(code) if code else None
    except (MalformedStructureError, InvalidSignatureError):
        return None


def check_code(
    signed: SignedClaims, candidates: Iterable[bytes], *, domain: str = DOMAIN
) -> tuple[Finding, Certificate | None]:
    """码的签名: a certificate that the issuing region publishes signed the code.

    Args:
        signed: The code.
        candidates: The certificates of that region that its key identifier names, DER.
        domain: What it must be signed for.

    Returns:
        The finding, and the certificate if one did.
    """
    named = [parse_certificate(item) for item in candidates]
    for certificate in named:
        try:
            signed.verify(certificate, domain=domain)
        except InvalidSignatureError:
            continue
        return Finding(check=Check.CODE_SIGNATURE, outcome=Outcome.OK), certificate
    if named:
        return Finding(check=Check.CODE_SIGNATURE, outcome=Outcome.BAD), None
    unknown = Finding(
        check=Check.CODE_SIGNATURE,
        outcome=Outcome.UNKNOWN,
        reason="signer-unknown",
        facts={"key": signed.key_id.hex()},
    )
    return unknown, None


def code_subject(certificate: Certificate, now: datetime) -> Subject:
    """Return the signer of a code.

    A code does not say when it was signed, so it is judged on the last day on which it can have
    been.
    """
    return Subject(
        certificate=certificate,
        intermediates=(),
        roles=frozenset({Role.RECORD}),
        used_at=min(now, certificate.not_after),
        checks=_CHECKS,
    )
