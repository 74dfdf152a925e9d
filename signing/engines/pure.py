"""SM2 by the pure-Python library gmssl: the fallback and the cross-check.

Four of its traps are fenced off here. It never sees DER, only r‖s that our own code has
checked; it never draws a nonce (it would use ``random``); the public key is set as an
attribute because its constructor strips leading "0" and "4" digits from it; and whatever it
raises on odd numbers counts as an invalid signature.
"""

import hmac
import secrets
from typing import Any, Final

from gmssl.sm2 import CryptSM2

from signing import curve, der
from signing.algorithms import SM3_BYTES, sm3
from signing.errors import (
    InvalidSignatureError,
    KeyUnavailableError,
    MalformedStructureError,
)
from signing.signature_values import SignatureValue

_GENERATOR: Final = f"{curve.GX:064x}{curve.GY:064x}"
_SIGN_ATTEMPTS: Final = 8


class PureEngine:
    """Engine ``gmssl``; not constant-time, so never for production keys."""

    name = "gmssl"

    def generate(self) -> bytes:
        """Return a fresh private scalar, 32 bytes."""
        return (secrets.randbelow(curve.N - 2) + 1).to_bytes(32, "big")

    def public_point(self, scalar: bytes) -> bytes:
        """Return ``04 || x || y`` of [scalar]G, 65 bytes."""
        library = _library("", "")
        return b"\x04" + bytes.fromhex(library._kg(int.from_bytes(scalar, "big"), _GENERATOR))  # noqa: SLF001 - the library's only point multiplication

    def load_private(self, scalar: bytes, point: bytes) -> "PurePrivateKey":
        """Load a private scalar with its public point."""
        return PurePrivateKey(_library(scalar.hex(), point[1:].hex()))

    def load_public(self, point: bytes) -> "PurePublicKey":
        """Load a public point that is known to be on the curve."""
        return PurePublicKey(_library("", point[1:].hex()))


class PurePrivateKey:
    """A private key held by gmssl."""

    def __init__(self, library: Any) -> None:  # noqa: ANN401 - gmssl has no types
        self._library = library

    def sign_digest(self, digest: bytes) -> SignatureValue:
        """Sign e, 32 bytes, with a nonce of our own drawing."""
        for _ in range(_SIGN_ATTEMPTS):
            nonce = secrets.randbelow(curve.N - 1) + 1
            value = self.sign_with_nonce(digest, nonce)
            if value is not None:
                return value
        raise KeyUnavailableError("gmssl produced no signature")

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Open an SM2Cipher, DER."""
        x, y, check, data = der.parts(
            der.read(ciphertext), der.INTEGER, der.INTEGER, der.OCTET_STRING, der.OCTET_STRING
        )
        point = _point(der.to_integer(x), der.to_integer(y))
        curve.check_point(point)
        scalar = int(self._library.private_key, 16)
        shared = bytes.fromhex(self._library._kg(scalar, point[1:].hex()))  # noqa: SLF001 - as above
        plain = _mask(shared, data.content)
        if not hmac.compare_digest(_check_value(shared, plain), check.content):
            raise MalformedStructureError("not encrypted for this key")
        return plain

    def sign_with_nonce(self, digest: bytes, nonce: int) -> SignatureValue | None:
        """Sign with a given nonce; only the known-answer test may call this from outside."""
        raw = self._library.sign(digest, f"{nonce:064x}")
        return SignatureValue.from_raw(bytes.fromhex(raw)) if raw else None


class PurePublicKey:
    """A public key held by gmssl."""

    def __init__(self, library: Any) -> None:  # noqa: ANN401 - gmssl has no types
        self._library = library

    def verify_digest(self, digest: bytes, value: SignatureValue) -> None:
        """Verify ``value`` over e, 32 bytes."""
        try:
            verified = self._library.verify(value.to_raw().hex(), digest) is True
        except (TypeError, ValueError, AttributeError) as error:
            # Points at infinity surface as such errors inside the library.
            raise InvalidSignatureError("the signature does not verify") from error
        if not verified:
            raise InvalidSignatureError("the signature does not verify")

    def encrypt(self, plain: bytes) -> bytes:
        """Return an SM2Cipher, DER, with a nonce of our own drawing (GB/T 32918.4-2016)."""
        nonce = secrets.randbelow(curve.N - 1) + 1
        first = bytes.fromhex(self._library._kg(nonce, _GENERATOR))  # noqa: SLF001 - as above
        shared = bytes.fromhex(self._library._kg(nonce, self._library.public_key))  # noqa: SLF001 - as above
        return der.sequence(
            der.integer(int.from_bytes(first[:32], "big")),
            der.integer(int.from_bytes(first[32:], "big")),
            der.octets(_check_value(shared, plain)),
            der.octets(_mask(shared, plain)),
        )


def _library(scalar_hex: str, point_hex: str) -> Any:  # noqa: ANN401 - gmssl has no types
    library = CryptSM2(private_key=scalar_hex, public_key="")
    library.public_key = point_hex
    return library


def _point(x: int, y: int) -> bytes:
    if not (0 <= x < curve.P and 0 <= y < curve.P):
        raise MalformedStructureError("a coordinate is out of range")
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def _mask(shared: bytes, data: bytes) -> bytes:
    """Return ``data`` under the key stream KDF(x2 ‖ y2)."""
    blocks = range(1, len(data) // SM3_BYTES + 2)
    stream = b"".join(sm3(shared + block.to_bytes(4, "big")) for block in blocks)
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))


def _check_value(shared: bytes, plain: bytes) -> bytes:
    """Return C3 = SM3(x2 ‖ M ‖ y2)."""
    return sm3(shared[:32] + plain + shared[32:])
