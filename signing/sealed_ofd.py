"""An OFD file sealed at birth: its signature value is a GB/T 38540 seal signature alone."""

from datetime import datetime

from signing import seal_signatures
from signing.algorithms import sm3
from signing.ofd.sealing import PreparedOfd
from signing.signer import Sealer, SealProperties


def properties_of(prepared: PreparedOfd, *, signed_at: datetime) -> SealProperties:
    """Return what the seal signature says: the time, and Signature.xml as the document."""
    return SealProperties(signed_at=signed_at, document=prepared.document)


def seal_digest_to_be_signed(
    prepared: PreparedOfd, *, sealer: Sealer, properties: SealProperties
) -> bytes:
    """Return SM3 of the TBS_Sign that the seal will sign, for the record of intent."""
    message = seal_signatures.to_be_signed(sealer.seal, prepared.digest(), properties)
    return sm3(message)
