"""The structures inside a seal, written as the standards have them.

Sources: GM/T 0031-2014 for version 1; version 4 (GB/T 38540-2020) and 5 built to what
implementations and real files agree on, their text unconfirmed.
"""

from collections.abc import Iterable
from typing import Final

from signing import der
from signing.algorithms import SM3
from signing.errors import MalformedStructureError
from signing.seal_descriptions import ExtensionData, SealDescription, SealLayout

HEADER_ID: Final = "ES"
LIST_OF_CERTIFICATES: Final = 1
LIST_OF_DIGESTS: Final = 2
"""The values of certListType."""
_TRUE: Final = der.tlv(der.BOOLEAN, b"\xff")


def encode_info(description: SealDescription, layout: SealLayout, version: int) -> bytes:
    """Return the SES_SealInfo, DER.

    Raises:
        MalformedStructureError: The layout cannot hold the description.
    """
    header = (
        der.text(HEADER_ID, der.IA5_STRING),
        der.integer(version),
        der.text(description.vendor, der.IA5_STRING),
    )
    picture = description.picture
    return der.sequence(
        der.sequence(*header),
        der.text(description.code, der.IA5_STRING),
        _encode_properties(description, layout),
        der.sequence(
            der.text(picture.kind, der.IA5_STRING),
            der.octets(picture.image),
            der.integer(picture.width_mm),
            der.integer(picture.height_mm),
        ),
        *((encode_extensions(description.extensions),) if description.extensions else ()),
    )


def encode_extensions(extensions: Iterable[ExtensionData]) -> bytes:
    """Return ExtensionDatas, a SEQUENCE without a tag."""
    return der.sequence(
        *(
            der.sequence(
                der.oid(item.kind), *((_TRUE,) if item.is_critical else ()), der.octets(item.value)
            )
            for item in extensions
        )
    )


def encode_timestamp(timestamp: bytes) -> tuple[bytes, ...]:
    """Return ``[0] EXPLICIT BIT STRING`` around a token, or nothing without one."""
    return (der.explicit(0, der.bits(timestamp)),) if timestamp else ()


def _encode_properties(description: SealDescription, layout: SealLayout) -> bytes:
    times = (description.created_at, description.valid_from, description.valid_to)
    common = (der.integer(description.kind), der.text(description.name, der.UTF8_STRING))
    certificates = der.sequence(*(der.octets(item.encoded) for item in description.signers))
    if layout is SealLayout.V1:
        if description.signer_digests:
            raise MalformedStructureError("a version 1 seal lists certificates")
        return der.sequence(*common, certificates, *(der.utc_time(time) for time in times))
    if description.signer_digests:
        name = der.text(SM3, der.PRINTABLE_STRING)
        listed = (der.sequence(name, der.octets(item)) for item in description.signer_digests)
        entries = (der.integer(LIST_OF_DIGESTS), der.sequence(*listed))
    else:
        entries = (der.integer(LIST_OF_CERTIFICATES), certificates)
    return der.sequence(*common, *entries, *(der.generalized_time(time) for time in times))
