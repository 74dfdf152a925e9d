"""Readings (读数): what each signature of a document says of itself, and whether it is whole."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique

from signing.algorithms import sm3
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.timestamp_tokens import parse_token
from verify.checks import Check, Outcome
from verify.evidence import SignatureEvidence
from verify.report import Finding


@unique
class SignatureKind(StrEnum):
    """What a signature is made of."""

    CMS = "cms"
    SEAL = "seal"
    SIGNED_DATA = "signed-data"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one signature says of itself.

    Attributes:
        number: Counted from 1; the seal inside a CMS has the CMS's number.
        signer: The signer's certificate, DER; empty when there is none.
        chain: Certificates that came along, DER.
        seal: The SESeal, DER; empty when there is none.
        timestamp: A timestamp token, DER; empty when there is none.
        stamped: SM3 of what the token must be over.
        intact: Whether value and content fit.
    """

    number: int
    place: str
    kind: SignatureKind
    signer: bytes = field(default=b"", repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    seal: bytes = field(default=b"", repr=False)
    signed_at: datetime | None = None
    timestamp: bytes = field(default=b"", repr=False)
    stamped: bytes = b""
    intact: bool = False
    unprotected: tuple[str, ...] = ()


def readings_of(signature: SignatureEvidence, findings: list[Finding]) -> list[Reading]:
    """Return one reading for each layer: the message, and the seal inside it."""
    good = {found.check for found in findings if found.outcome is Outcome.OK}
    whole = not signature.broken and signature.uncovered is None
    bare = Reading(
        number=signature.number,
        place=signature.place,
        kind=SignatureKind.CMS,
        unprotected=signature.unprotected,
    )
    readings = []
    message, seal = signature.message, signature.seal_signature
    if message is not None:
        readings.append(
            replace(
                bare,
                signer=message.signer.encoded,
                chain=tuple(item.encoded for item in message.certificates[1:]),
                signed_at=message.signed_at,
                timestamp=message.timestamp,
                stamped=sm3(message.signature.to_der()) if message.timestamp else b"",
                intact=Check.SIGNATURE_INTACT in good,
            )
        )
    if seal is not None:
        bad = {found.check for found in findings if found.outcome is Outcome.BAD}
        sound = Check.SEAL_SIGNATURE_INTACT in good and Check.SEAL_SIGNATURE_CONTENT not in bad
        readings.append(
            replace(
                bare,
                kind=SignatureKind.SEAL,
                signer=seal.signer.encoded,
                chain=readings[0].chain if readings else (),
                seal=seal.seal.encoded,
                signed_at=seal.signed_at,
                timestamp=seal.timestamp,
                stamped=sm3(seal.signature_value) if seal.timestamp else b"",
                intact=sound and whole,
            )
        )
    lone = signature.lone_seal
    if lone is not None:
        genuine = Check.SEAL_GENUINE in good
        readings.append(replace(bare, kind=SignatureKind.SEAL, seal=lone.encoded, intact=genuine))
    if signature.document_timestamp:
        genuine = Check.TIMESTAMP_INTACT in good
        readings.append(_timestamp(signature, bare, is_intact=genuine and whole))
    if signature.signed_data is not None:
        readings += _signers(signature, bare, Check.SIGNATURE_INTACT in good and whole)
    return readings


def _timestamp(signature: SignatureEvidence, bare: Reading, *, is_intact: bool) -> Reading:
    """Return the reading of a timestamp over the document."""
    found = replace(
        bare,
        kind=SignatureKind.TIMESTAMP,
        timestamp=signature.document_timestamp,
        stamped=signature.digest,
        intact=is_intact,
    )
    try:
        token = parse_token(signature.document_timestamp)
    except (MalformedStructureError, InvalidSignatureError):
        return found
    return replace(found, signer=token.certificate.encoded, signed_at=token.time)


def _signers(signature: SignatureEvidence, bare: Reading, intact: bool) -> list[Reading]:  # noqa: FBT001
    signed = signature.signed_data
    if signed is None:
        return []
    return [
        replace(
            bare,
            kind=SignatureKind.SIGNED_DATA,
            signer=signer.certificate.encoded if signer.certificate is not None else b"",
            chain=tuple(item.encoded for item in signed.certificates),
            signed_at=signer.signed_at or signature.claimed_at,
            timestamp=signer.timestamp,
            stamped=sm3(signer.signature_value) if signer.timestamp else b"",
            intact=intact,
        )
        for signer in signed.signers
    ]
