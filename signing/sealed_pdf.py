"""A PDF sealed at birth: CMS around a GB/T 38540 seal signature over the same byte range.

Where the seal lives in an outside seal system, the file can hold its seal signature alone
(``SealProfile.GM_SEAL``).
"""

from datetime import datetime
from typing import Final

from signing import seal_signatures
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE, sm3
from signing.errors import MalformedStructureError, TimestampUnavailableError
from signing.pdf.assembly import PreparedPdf
from signing.signed_messages import Dialect, PreparedMessage, prepare
from signing.signer import CertifiedSigner, Sealer, SealProperties
from signing.timestamp_tokens import parse_token
from signing.timestamps import TimestampSource

_ROOM_BESIDE_SEAL: Final = 6144
"""Bytes for both signatures, attributes and the certificates around the seal."""
_ROOM_OF_TIMESTAMP: Final = 8192
"""Bytes for a timestamp token; authorities send two or three certificates with it."""


def contents_room(sealer: Sealer, *, is_timestamped: bool = False) -> int:
    """Return how many bytes /Contents needs for a face sealed by ``sealer``."""
    room = len(sealer.seal) + _ROOM_BESIDE_SEAL
    return room + _ROOM_OF_TIMESTAMP if is_timestamped else room


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
            attribute. Empty bytes leave it out, for benchmarks of CMS alone.
        signer: Whoever signs the CMS; the seal lists its certificate.
        properties: Time of sealing, as recorded.
    """
    return prepare(
        Dialect.CMS,
        prepared.digest(),
        signer=signer,
        signed_at=properties.signed_at,
        extra={SEAL_SIGNATURE_ATTRIBUTE: seal_signature} if seal_signature else None,
    )


def face_timestamp(signature: bytes, source: TimestampSource) -> bytes:
    """Return a timestamp token for a face, in the one form in which no byte can vary.

    Args:
        signature: The CMS signature value.
        source: The authority to ask.

    Raises:
        TimestampUnavailableError: The authority gave none that holds, or one whose signature
            does not name its certificates.
    """
    token = source.stamp(sm3(signature))
    try:
        return parse_token(token).exact()
    except MalformedStructureError as error:
        raise TimestampUnavailableError(
            "时间戳未指明其证书，不能放入照面 · the timestamp names no certificate"
        ) from error
