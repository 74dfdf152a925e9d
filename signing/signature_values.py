"""SM2 signature values (签名值): DER as in GB/T 35276 and raw r‖s as in COSE, both strict."""

from dataclasses import dataclass
from typing import Self

from signing.algorithms import MAX_DER_SIGNATURE_BYTES, RAW_SIGNATURE_BYTES, SCALAR_BYTES
from signing.curve import N
from signing.errors import InvalidSignatureError

_SEQUENCE = 0x30
_INTEGER = 0x02
_MIN_DER_BYTES = 8


@dataclass(frozen=True, slots=True)
class SignatureValue:
    """The pair (r, s) with 1 ≤ r, s < n and r + s ≢ 0 (mod n).

    Raises:
        InvalidSignatureError: A value is out of range; no engine ever sees it.
    """

    r: int
    s: int

    def __post_init__(self) -> None:
        if not (0 < self.r < N and 0 < self.s < N) or (self.r + self.s) % N == 0:
            raise InvalidSignatureError("r or s is out of range")

    @classmethod
    def from_der(cls, data: bytes) -> Self:
        """Parse ``SEQUENCE { r INTEGER, s INTEGER }``.

        Raises:
            InvalidSignatureError: Not DER: long-form lengths, padded or negative integers,
                trailing bytes; or a value out of range.
        """
        if not _MIN_DER_BYTES <= len(data) <= MAX_DER_SIGNATURE_BYTES:
            raise InvalidSignatureError("not the length of an SM2 signature value")
        if data[0] != _SEQUENCE or data[1] != len(data) - 2:
            raise InvalidSignatureError("not a DER sequence of its own length")
        r, after_r = _integer(data, 2)
        s, after_s = _integer(data, after_r)
        if after_s != len(data):
            raise InvalidSignatureError("bytes follow the signature value")
        return cls(r, s)

    @classmethod
    def from_raw(cls, data: bytes) -> Self:
        """Parse r‖s, 64 bytes, big-endian.

        Raises:
            InvalidSignatureError: Wrong length, or a value out of range.
        """
        if len(data) != RAW_SIGNATURE_BYTES:
            raise InvalidSignatureError("a raw signature value has 64 bytes")
        return cls(
            int.from_bytes(data[:SCALAR_BYTES], "big"), int.from_bytes(data[SCALAR_BYTES:], "big")
        )

    def to_der(self) -> bytes:
        """Return the DER form, at most 72 bytes."""
        body = b"".join(
            bytes((_INTEGER, len(octets))) + octets for octets in (_octets(self.r), _octets(self.s))
        )
        return bytes((_SEQUENCE, len(body))) + body

    def to_raw(self) -> bytes:
        """Return r‖s, 64 bytes."""
        return self.r.to_bytes(SCALAR_BYTES, "big") + self.s.to_bytes(SCALAR_BYTES, "big")


def _octets(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def _integer(data: bytes, start: int) -> tuple[int, int]:
    """Return one INTEGER and the offset after it."""
    if start + 2 > len(data) or data[start] != _INTEGER:
        raise InvalidSignatureError("an INTEGER is missing")
    end = start + 2 + data[start + 1]
    octets = data[start + 2 : end]
    if end > len(data) or not octets or octets[0] & 0x80:
        raise InvalidSignatureError("an INTEGER is negative or cut short")
    if len(octets) > 1 and octets[0] == 0 and not octets[1] & 0x80:
        raise InvalidSignatureError("an INTEGER is padded")
    return int.from_bytes(octets, "big"), end
