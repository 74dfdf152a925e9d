"""Whose certificates a document relies on: sealers, makers of seals, signers of data."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from signing.certificates import Certificate, parse_certificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.roles import Role
from signing.seals import Seal, parse_seal
from signing.signed_messages import SignedMessage
from verify.chain_checks import CertificateChecks, Subject
from verify.checks import Check, Outcome
from verify.examination import Examination
from verify.readings import Reading, SignatureKind
from verify.report import DocumentFormat

_SEALER: Final = CertificateChecks(
    path=Check.SEAL_CERTIFICATE_PATH,
    revocation=Check.SEAL_CERTIFICATE_REVOCATION,
    expiry=Check.SEAL_CERTIFICATE_EXPIRY,
)
_MAKER: Final = CertificateChecks(
    path=Check.MAKER_CERTIFICATE_PATH, revocation=Check.MAKER_CERTIFICATE_REVOCATION
)
_SIGNER: Final = CertificateChecks(
    path=Check.SIGNER_CERTIFICATE_PATH,
    revocation=Check.SIGNER_CERTIFICATE_REVOCATION,
    expiry=Check.SIGNER_CERTIFICATE_EXPIRY,
)
_RECORD: Final = CertificateChecks(
    path=Check.RECORD_CERTIFICATE_PATH, revocation=Check.RECORD_CERTIFICATE_REVOCATION
)
_PAGES: Final = frozenset({DocumentFormat.PDF, DocumentFormat.OFD, DocumentFormat.PACKAGE})
_SIGNING_ROLES: Final = frozenset({Role.RECORD, Role.SEAL})


def subjects_of(
    examination: Examination, proven_at: Callable[[Reading], datetime | None]
) -> Iterator[Subject]:
    """Yield every certificate that somebody used, with when and for what.

    Args:
        examination: What the signatures say. A page that people rely on has to say when it was
            signed; data signed for a machine need not.
        proven_at: Tells when a trusted clock saw a signature.
    """
    readings = examination.readings
    timeless = Outcome.BAD if examination.format in _PAGES else Outcome.UNKNOWN
    sealed = {item.number for item in readings if item.kind is SignatureKind.SEAL}
    for reading in readings:
        if reading.kind is SignatureKind.SEAL:
            yield from _of_seal(reading, proven_at(reading))
        elif reading.number not in sealed and reading.kind is not SignatureKind.TIMESTAMP:
            for subject in _of_signer(reading, proven_at(reading)):
                yield replace(subject, timeless=timeless)


def record_subject(message: SignedMessage, *, proven_at: datetime | None) -> Subject:
    """Return the signer of a license record.

    Args:
        message: license.p7s.
        proven_at: When a trusted clock saw the face that carries it.
    """
    return Subject(
        certificate=message.signer,
        intermediates=message.certificates[1:],
        roles=frozenset({Role.RECORD}),
        used_at=message.signed_at,
        proven_at=proven_at,
        checks=_RECORD,
    )


def seal_of(reading: Reading) -> Seal | None:
    """Return the seal of a reading, parsed again."""
    try:
        return parse_seal(reading.seal) if reading.seal else None
    except (MalformedStructureError, InvalidSignatureError):
        return None


def certificate_of(data: bytes) -> Certificate | None:
    """Return a certificate that came along, or None if it is none that we can read."""
    try:
        return parse_certificate(data) if data else None
    except (MalformedStructureError, InvalidSignatureError):
        return None


def _of_seal(reading: Reading, proven_at: datetime | None) -> Iterator[Subject]:
    signer, seal = certificate_of(reading.signer), seal_of(reading)
    chain = _chain(reading)
    if signer is not None:
        yield Subject(
            signature=reading.number,
            certificate=signer,
            intermediates=chain,
            roles=frozenset({Role.SEAL}),
            used_at=reading.signed_at,
            proven_at=proven_at,
            checks=_SEALER,
            seal=seal,
        )
    if seal is not None:
        yield Subject(
            signature=reading.number,
            certificate=seal.maker,
            intermediates=chain,
            roles=frozenset({Role.SEAL_MAKER}),
            used_at=seal.description.created_at,
            proven_at=proven_at,
            checks=_MAKER,
        )


def _of_signer(reading: Reading, proven_at: datetime | None) -> Iterator[Subject]:
    signer = certificate_of(reading.signer)
    if signer is not None:
        yield Subject(
            signature=reading.number,
            certificate=signer,
            intermediates=_chain(reading),
            roles=_SIGNING_ROLES,
            used_at=reading.signed_at,
            proven_at=proven_at,
            checks=_SIGNER,
        )


def _chain(reading: Reading) -> tuple[Certificate, ...]:
    found = (certificate_of(item) for item in reading.chain)
    return tuple(item for item in found if item is not None)
