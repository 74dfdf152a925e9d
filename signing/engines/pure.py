"""SM2 by the pure-Python library gmssl: the fallback and the cross-check.

Four of its traps are fenced off here. It never sees DER, only r‖s that our own code has
checked; it never draws a nonce (it would use ``random``); the public key is set as an
attribute because its constructor strips leading "0" and "4" digits from it; and whatever it
raises on odd numbers counts as an invalid signature.
"""

import secrets
from typing import Any, Final

from gmssl.sm2 import CryptSM2

from signing.curve import GX, GY, N
from signing.errors import InvalidSignatureError, KeyUnavailableError
from signing.signature_values import SignatureValue

_GENERATOR: Final = f"{GX:064x}{GY:064x}"
_SIGN_ATTEMPTS: Final = 8


class PureEngine:
    """Engine ``gmssl``; not constant-time, so never for production keys."""

    name = "gmssl"

    def generate(self) -> bytes:
        """Return a fresh private scalar, 32 bytes."""
        return (secrets.randbelow(N - 2) + 1).to_bytes(32, "big")

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
            nonce = secrets.randbelow(N - 1) + 1
            value = self.sign_with_nonce(digest, nonce)
            if value is not None:
                return value
        raise KeyUnavailableError("gmssl produced no signature")

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


def _library(scalar_hex: str, point_hex: str) -> Any:  # noqa: ANN401 - gmssl has no types
    library = CryptSM2(private_key=scalar_hex, public_key="")
    library.public_key = point_hex
    return library
