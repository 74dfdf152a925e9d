"""Electronic seal signatures (电子签章, SES_Signature) made, in the layout of the seal.

Sources: GM/T 0031-2014 for version 1; GB/T 38540-2020, built to what four implementations and
real files agree on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from signing import der
from signing.algorithms import SM2_SIGN_WITH_SM3
from signing.certificates import Certificate
from signing.errors import MalformedStructureError
from signing.seal_descriptions import ExtensionData, SealLayout
from signing.seal_writing import encode_extensions, encode_timestamp
from signing.seals import Seal, layout_of
from signing.signer import SealProperties

_ALGORITHM: Final = der.oid(SM2_SIGN_WITH_SM3)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSealSignature:
    """A seal signature that lacks nothing but its value; the same input gives the same bytes."""

    layout: SealLayout
    signer: bytes
    to_be_signed: bytes = field(repr=False)

    def complete(self, signature: bytes, *, timestamp: bytes = b"") -> bytes:
        """Return the SES_Signature, DER.

        Args:
            signature: DER signature value over ``to_be_signed``.
            timestamp: A timestamp token over SM3 of ``signature``, if there is one.

        Raises:
            MalformedStructureError: A timestamp in version 1, which has no place for it.
        """
        if self.layout is not SealLayout.V1:
            parts = (der.octets(self.signer), _ALGORITHM, der.bits(signature))
            return der.sequence(self.to_be_signed, *parts, *encode_timestamp(timestamp))
        if timestamp:
            raise MalformedStructureError("version 1 has no place for a timestamp")
        return der.sequence(self.to_be_signed, der.bits(signature))


def prepare(
    seal: Seal,
    digest: bytes,
    properties: SealProperties,
    *,
    signer: Certificate,
    extensions: Iterable[ExtensionData] = (),
) -> PreparedSealSignature:
    """Lay out one use of a seal in the seal's own layout.

    Raises:
        MalformedStructureError: The layout cannot hold it.
    """
    frame = _Frame(seal.layout, seal.version, signer.encoded, tuple(extensions))
    return PreparedSealSignature(
        layout=seal.layout,
        signer=signer.encoded,
        to_be_signed=frame.around(seal.encoded, digest, properties),
    )


def to_be_signed(
    seal: bytes,
    digest: bytes,
    properties: SealProperties,
    *,
    signer: bytes = b"",
    extensions: Iterable[ExtensionData] = (),
) -> bytes:
    """Return the TBS_Sign, DER; the same input gives the same bytes.

    Args:
        seal: The SESeal; the signature will be of its layout.
        digest: SM3 of the protected bytes, 32 bytes.
        properties: Time and document reference.
        signer: The certificate that will sign, DER; version 1 alone needs it here.
        extensions: 扩展属性; version 1 has none.

    Raises:
        MalformedStructureError: The layout cannot hold it.
    """
    return _Frame(*layout_of(seal), signer, tuple(extensions)).around(seal, digest, properties)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What differs between the layouts of a TBS_Sign."""

    layout: SealLayout
    version: int
    signer: bytes
    extensions: tuple[ExtensionData, ...]

    def around(self, seal: bytes, digest: bytes, properties: SealProperties) -> bytes:
        """Return the TBS_Sign, DER."""
        is_first = self.layout is SealLayout.V1
        if is_first and (self.extensions or not self.signer):
            raise MalformedStructureError("version 1 has no extensions and names its signer")
        time = properties.signed_at
        listed = encode_extensions(self.extensions)
        return der.sequence(
            der.integer(self.version),
            seal,
            der.bits(der.utc_time(time)) if is_first else der.generalized_time(time),
            der.bits(digest),
            der.text(properties.document, der.IA5_STRING),
            *((der.explicit(0, listed),) if self.extensions else ()),
            *((der.octets(self.signer), _ALGORITHM) if is_first else ()),
        )
