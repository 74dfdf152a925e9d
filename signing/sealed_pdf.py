"""A PDF sealed at birth: CMS around a GB/T 38540 seal signature over the same byte range."""

from typing import Final

from signing import seal_signatures
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE, sm3
from signing.pdf.assembly import PreparedPdf
from signing.signed_messages import Dialect, prepare
from signing.signer import CertifiedSigner, Sealer, SealProperties

_ROOM_BESIDE_SEAL: Final = 6144
"""Bytes for both signatures, attributes and the certificates around the seal."""


def contents_room(sealer: Sealer) -> int:
    """Return how many bytes /Contents needs for a face sealed by ``sealer``."""
    return len(sealer.seal) + _ROOM_BESIDE_SEAL


def properties_of(prepared: PreparedPdf, unsealed: SealProperties) -> SealProperties:
    """Return the properties with the protected range as the document reference."""
    numbers = " ".join(str(number) for number in prepared.byte_range)
    return SealProperties(signed_at=unsealed.signed_at, document=f"/ByteRange [{numbers}]")


def seal_digest_to_be_signed(
    prepared: PreparedPdf, *, sealer: Sealer, properties: SealProperties
) -> bytes:
    """Return SM3 of the TBS_Sign that the seal will sign, for the record of intent."""
    message = seal_signatures.to_be_signed(sealer.seal, prepared.digest(), properties)
    return sm3(message)


def seal_prepared(
    prepared: PreparedPdf,
    *,
    sealer: Sealer,
    signer: CertifiedSigner,
    properties: SealProperties,
) -> bytes:
    """Seal and sign a prepared face.

    Args:
        prepared: The face with the hole for the signature.
        sealer: Makes the SES_Signature (电子签章), which becomes a signed attribute.
        signer: Signs the CMS with the certificate that the seal lists.
        properties: Time of sealing and document reference, as recorded.

    Raises:
        KeyUnavailableError: A key store or the seal system did not answer.
    """
    digest = prepared.digest()
    seal_signature = sealer.seal_digest(digest, properties)
    message = prepare(
        Dialect.CMS,
        digest,
        signer=signer,
        signed_at=properties.signed_at,
        extra={SEAL_SIGNATURE_ATTRIBUTE: seal_signature},
    )
    return prepared.complete(message.complete(signer.sign(message.to_be_signed)))
