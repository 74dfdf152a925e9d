"""A PDF sealed at birth: CMS around a GB/T 38540 seal signature over the same byte range."""

from datetime import datetime
from typing import Final

from signing import seal_signatures
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE, sm3
from signing.pdf.assembly import PreparedPdf
from signing.signed_messages import Dialect, PreparedMessage, prepare
from signing.signer import CertifiedSigner, Sealer, SealProperties

_ROOM_BESIDE_SEAL: Final = 6144
"""Bytes for both signatures, attributes and the certificates around the seal."""


def contents_room(sealer: Sealer) -> int:
    """Return how many bytes /Contents needs for a face sealed by ``sealer``."""
    return len(sealer.seal) + _ROOM_BESIDE_SEAL


def properties_of(prepared: PreparedPdf, *, signed_at: datetime) -> SealProperties:
    """Return what the seal signature says: the time, and the protected range as the document."""
    numbers = " ".join(str(number) for number in prepared.byte_range)
    return SealProperties(signed_at=signed_at, document=f"/ByteRange [{numbers}]")


def seal_digest_to_be_signed(
    prepared: PreparedPdf, *, sealer: Sealer, properties: SealProperties
) -> bytes:
    """Return SM3 of the TBS_Sign that the seal will sign, for the record of intent."""
    message = seal_signatures.to_be_signed(sealer.seal, prepared.digest(), properties)
    return sm3(message)


def document_message(
    prepared: PreparedPdf,
    *,
    seal_signature: bytes,
    signer: CertifiedSigner,
    properties: SealProperties,
) -> PreparedMessage:
    """Return the CMS of a sealed face but for its signature.

    Args:
        prepared: The face with the hole for the CMS.
        seal_signature: The SES_Signature (电子签章) over the same digest; it becomes a signed
            attribute.
        signer: Whoever signs the CMS; the seal lists its certificate.
        properties: Time of sealing, as recorded.
    """
    return prepare(
        Dialect.CMS,
        prepared.digest(),
        signer=signer,
        signed_at=properties.signed_at,
        extra={SEAL_SIGNATURE_ATTRIBUTE: seal_signature},
    )
