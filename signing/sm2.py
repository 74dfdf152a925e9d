"""SM2 signatures with SM3: public keys, Z, e, sign and verify (GB/T 32918.2-2016).

Z and e are computed here, and ranges, encodings and the curve are checked here, so that no
engine is ever trusted with them.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from signing import curve
from signing.algorithms import DEFAULT_ID
from signing.engines.port import Engine, LoadedPrivateKey, LoadedPublicKey
from signing.engines.selection import default_engine
from signing.errors import MalformedStructureError
from signing.signature_values import SignatureValue

_CACHED_KEYS: Final = 4096
_MAX_ID_BYTES: Final = 8191


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An SM2 public key (公钥): ``04 || x || y``, 65 bytes, always on the curve.

    Raises:
        MalformedStructureError: The bytes are no such point.
    """

    point: bytes

    def __post_init__(self) -> None:
        curve.check_point(self.point)


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """An SM2 key pair in memory; only key stores may hold one.

    Its representation never shows the scalar.
    """

    scalar: bytes
    public: PublicKey
    _loaded: LoadedPrivateKey

    @classmethod
    def of(cls, scalar: bytes, *, engine: Engine | None = None) -> Self:
        """Load the private scalar, 32 bytes, big-endian.

        Raises:
            MalformedStructureError: The scalar is not in 1 … n-2.
        """
        curve.check_scalar(scalar)
        chosen = engine or default_engine()
        point = chosen.public_point(scalar)
        return cls(scalar, PublicKey(point), chosen.load_private(scalar, point))

    @classmethod
    def generate(cls, *, engine: Engine | None = None) -> Self:
        """Draw a fresh key pair."""
        chosen = engine or default_engine()
        return cls.of(chosen.generate(), engine=chosen)

    def __repr__(self) -> str:
        return f"PrivateKey({self.public.point.hex()[:18]}…)"


@lru_cache(_CACHED_KEYS)
def z_value(key: PublicKey, user_id: bytes = DEFAULT_ID) -> bytes:
    """Return Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ x_G ‖ y_G ‖ x_A ‖ y_A), 32 bytes.

    Raises:
        MalformedStructureError: The ID is longer than its 16-bit bit count can say.
    """
    if len(user_id) > _MAX_ID_BYTES:
        raise MalformedStructureError("the user ID is too long")
    length_bits = (len(user_id) * 8).to_bytes(2, "big")
    return hashlib.new(
        "sm3", length_bits + user_id + curve.ENCODED_PARAMETERS + key.point[1:]
    ).digest()


def digest(message: bytes, *, key: PublicKey, user_id: bytes = DEFAULT_ID) -> bytes:
    """Return e = SM3(Z ‖ M), 32 bytes."""
    state = hashlib.new("sm3", z_value(key, user_id))
    state.update(message)
    return state.digest()


def sign(message: bytes, *, key: PrivateKey, user_id: bytes = DEFAULT_ID) -> SignatureValue:
    """Sign ``message`` as it is; hashing with Z happens here.

    Raises:
        KeyUnavailableError: The engine refused.
    """
    return key._loaded.sign_digest(digest(message, key=key.public, user_id=user_id))  # noqa: SLF001 - the pair's own module


def verify(
    message: bytes,
    value: SignatureValue,
    *,
    key: PublicKey,
    user_id: bytes = DEFAULT_ID,
    engine: Engine | None = None,
) -> None:
    """Verify ``value`` over ``message``.

    Raises:
        InvalidSignatureError: It does not verify.
    """
    loaded = _loaded_public(engine or default_engine(), key)
    loaded.verify_digest(digest(message, key=key, user_id=user_id), value)


def encrypt(plain: bytes, *, key: PublicKey, engine: Engine | None = None) -> bytes:
    """Encrypt a short text for ``key`` (GB/T 32918.4-2016).

    Returns:
        SM2Cipher: DER ``SEQUENCE { x, y, C3 OCTET STRING, C2 OCTET STRING }`` (GM/T 0009).
    """
    return _loaded_public(engine or default_engine(), key).encrypt(plain)


def decrypt(ciphertext: bytes, *, key: PrivateKey) -> bytes:
    """Open an SM2Cipher.

    Raises:
        MalformedStructureError: It was not made for this key, or was altered.
    """
    return key._loaded.decrypt(ciphertext)  # noqa: SLF001 - the pair's own module


@lru_cache(_CACHED_KEYS)
def _loaded_public(engine: Engine, key: PublicKey) -> LoadedPublicKey:
    return engine.load_public(key.point)
