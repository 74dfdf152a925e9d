"""Timestamp tokens as our authority writes them: one form, every byte of it protected.

Source: RFC 3161 §2.4.2; RFC 5035 §3.
"""

from collections.abc import Sequence
from typing import Final

from signing import der
from signing.algorithms import CMS_SIGNED_DATA, SM2_SIGN_WITH_SM3, SM3
from signing.certificates import Certificate
from signing.timestamp_info import TST_INFO

_SM3: Final = der.sequence(der.oid(SM3))


def assemble_token(
    content: bytes, *, attributes: bytes, certificates: Sequence[Certificate], signature: bytes
) -> bytes:
    """Return a token as our authority writes it.

    Args:
        content: The TSTInfo.
        attributes: The signed attributes, one behind the other.
        certificates: The signer's first.
        signature: DER signature value over the SET OF attributes.
    """
    signer = certificates[0]
    info = der.sequence(
        der.integer(1),
        der.sequence(signer.issuer_name, der.integer(signer.serial)),
        _SM3,
        der.tlv(0xA0, attributes),
        der.sequence(der.oid(SM2_SIGN_WITH_SM3)),
        der.octets(signature),
    )
    body = der.sequence(
        der.integer(3),
        der.tlv(der.SET, _SM3),
        der.sequence(der.oid(TST_INFO), der.explicit(0, der.octets(content))),
        der.tlv(0xA0, *(item.encoded for item in certificates)),
        der.tlv(der.SET, info),
    )
    return der.sequence(der.oid(CMS_SIGNED_DATA), der.explicit(0, body))
