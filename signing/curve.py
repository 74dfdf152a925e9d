"""The SM2 curve sm2p256v1: y² = x³ + ax + b over F_p (GB/T 32918.5-2017)."""

from typing import Final

from signing.algorithms import POINT_BYTES, SCALAR_BYTES
from signing.errors import MalformedStructureError

P: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
A: Final = P - 3
B: Final = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
GX: Final = 0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7
GY: Final = 0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0
N: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123

ENCODED_PARAMETERS: Final = b"".join(v.to_bytes(SCALAR_BYTES, "big") for v in (A, B, GX, GY))
"""a || b || x_G || y_G, as they enter Z."""

_UNCOMPRESSED: Final = 4


def check_point(point: bytes) -> None:
    """Refuse anything but an uncompressed point on the curve.

    Args:
        point: ``04 || x || y``, 65 bytes.

    Raises:
        MalformedStructureError: Wrong length or form, a coordinate out of range, or off the
            curve. The curve's cofactor is 1, so every point on it has order n.
    """
    if len(point) != POINT_BYTES or point[0] != _UNCOMPRESSED:
        raise MalformedStructureError("not an uncompressed SM2 point")
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    if x >= P or y >= P or (y * y - (x * x * x + A * x + B)) % P:
        raise MalformedStructureError("the point is not on the SM2 curve")


def check_scalar(scalar: bytes) -> None:
    """Refuse a private scalar outside 1 … n-2 (GB/T 32918.1-2016, key pair generation).

    Raises:
        MalformedStructureError: Wrong length or range.
    """
    if len(scalar) != SCALAR_BYTES or not 0 < int.from_bytes(scalar, "big") < N - 1:
        raise MalformedStructureError("the private scalar is out of range")
