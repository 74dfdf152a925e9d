"""SM2 by the system's OpenSSL (≥ 3.0) through ctypes; calls release the interpreter lock.

libcrypto is given e itself (EVP_PKEY_sign and EVP_PKEY_verify on 32 bytes), because its own
digest path uses an empty user ID unless told otherwise.
"""

import ctypes
import ctypes.util
import threading
from collections.abc import Callable
from typing import Any, Final

from signing.errors import (
    EngineUnavailableError,
    InvalidSignatureError,
    KeyUnavailableError,
    MalformedStructureError,
)
from signing.signature_values import SignatureValue

_SPKI_PREFIX: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_EC_KEY_PREFIX: Final = bytes.fromhex(
    "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"
)
_EC_KEY_MIDDLE: Final = bytes.fromhex("a144034200")
_EC_KEY_WITHOUT_POINT: Final = bytes.fromhex(
    "3041020100301306072a8648ce3d020106082a811ccf5501822d0427302502010104 20".replace(" ", "")
)
_BUFFER_BYTES: Final = 128
_CIPHER_OVERHEAD_BYTES: Final = 256
_LEAST_VERSION: Final = 3

_VOID, _SIZE, _BYTES, _INT = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_int
_SIGNATURES: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "OpenSSL_version_num": (ctypes.c_ulong, ()),
    "d2i_PUBKEY": (_VOID, (_VOID, ctypes.POINTER(_BYTES), ctypes.c_long)),
    "d2i_AutoPrivateKey": (_VOID, (_VOID, ctypes.POINTER(_BYTES), ctypes.c_long)),
    "i2d_PUBKEY": (_INT, (_VOID, _VOID)),
    "EVP_PKEY_free": (None, (_VOID,)),
    "EVP_PKEY_CTX_new": (_VOID, (_VOID, _VOID)),
    "EVP_PKEY_CTX_new_from_name": (_VOID, (_VOID, _BYTES, _BYTES)),
    "EVP_PKEY_CTX_free": (None, (_VOID,)),
    "EVP_PKEY_sign_init": (_INT, (_VOID,)),
    "EVP_PKEY_sign": (_INT, (_VOID, _BYTES, ctypes.POINTER(_SIZE), _BYTES, _SIZE)),
    "EVP_PKEY_verify_init": (_INT, (_VOID,)),
    "EVP_PKEY_verify": (_INT, (_VOID, _BYTES, _SIZE, _BYTES, _SIZE)),
    "EVP_PKEY_encrypt_init": (_INT, (_VOID,)),
    "EVP_PKEY_encrypt": (_INT, (_VOID, _BYTES, ctypes.POINTER(_SIZE), _BYTES, _SIZE)),
    "EVP_PKEY_decrypt_init": (_INT, (_VOID,)),
    "EVP_PKEY_decrypt": (_INT, (_VOID, _BYTES, ctypes.POINTER(_SIZE), _BYTES, _SIZE)),
    "EVP_PKEY_keygen_init": (_INT, (_VOID,)),
    "EVP_PKEY_generate": (_INT, (_VOID, ctypes.POINTER(_VOID))),
    "EVP_PKEY_get_bn_param": (_INT, (_VOID, _BYTES, ctypes.POINTER(_VOID))),
    "BN_bn2binpad": (_INT, (_VOID, _VOID, _INT)),
    "BN_clear_free": (None, (_VOID,)),
    "ERR_clear_error": (None, ()),
}


class _Handle:
    """Frees one C object when Python forgets it."""

    __slots__ = ("_free", "pointer")

    def __init__(self, pointer: int, free: Callable[[int], None]) -> None:
        self.pointer = pointer
        self._free = free

    def __del__(self) -> None:
        self._free(self.pointer)


class LibcryptoEngine:
    """Engine ``libcrypto``."""

    name = "libcrypto"

    def __init__(self, path: str | None = None) -> None:
        """Bind the library.

        Raises:
            EngineUnavailableError: No libcrypto ≥ 3.0 is on this machine.
        """
        try:
            library = ctypes.CDLL(path or ctypes.util.find_library("crypto") or "libcrypto.so.3")
            for function, (result, arguments) in _SIGNATURES.items():
                bound = getattr(library, function)
                bound.restype, bound.argtypes = result, arguments
        except (OSError, AttributeError) as error:
            raise EngineUnavailableError("no usable libcrypto") from error
        self._c: Any = library  # ctypes builds its functions at run time
        if self._c.OpenSSL_version_num() >> 28 < _LEAST_VERSION:
            raise EngineUnavailableError("libcrypto is older than 3.0")

    def generate(self) -> bytes:
        """Return a fresh private scalar, 32 bytes."""
        context = self._context(self._c.EVP_PKEY_CTX_new_from_name(None, b"SM2", None))
        pointer = ctypes.c_void_p()
        if (
            self._c.EVP_PKEY_keygen_init(context.pointer) != 1
            or self._c.EVP_PKEY_generate(context.pointer, ctypes.byref(pointer)) != 1
            or pointer.value is None
        ):
            raise self._failure("key generation")
        return self._scalar(_Handle(pointer.value, self._c.EVP_PKEY_free))

    def public_point(self, scalar: bytes) -> bytes:
        """Return ``04 || x || y`` of [scalar]G, 65 bytes."""
        key = self._decode(self._c.d2i_AutoPrivateKey, _EC_KEY_WITHOUT_POINT + scalar)
        out = ctypes.create_string_buffer(_BUFFER_BYTES)
        cursor = ctypes.c_void_p(ctypes.addressof(out))
        length = self._c.i2d_PUBKEY(key.pointer, ctypes.byref(cursor))
        encoded = out.raw[: max(length, 0)]
        if not encoded.startswith(_SPKI_PREFIX):
            raise self._failure("point multiplication")
        return encoded[len(_SPKI_PREFIX) :]

    def load_private(self, scalar: bytes, point: bytes) -> "LibcryptoPrivateKey":
        """Load a private scalar with its public point."""
        encoded = _EC_KEY_PREFIX + scalar + _EC_KEY_MIDDLE + point
        return LibcryptoPrivateKey(self, self._decode(self._c.d2i_AutoPrivateKey, encoded))

    def load_public(self, point: bytes) -> "LibcryptoPublicKey":
        """Load a public point that is known to be on the curve."""
        return LibcryptoPublicKey(self, self._decode(self._c.d2i_PUBKEY, _SPKI_PREFIX + point))

    def context_of(self, key: _Handle, operation: str) -> _Handle:
        """Return a new context for sign, verify, encrypt or decrypt; it belongs to one thread."""
        context = self._context(self._c.EVP_PKEY_CTX_new(key.pointer, None))
        if getattr(self._c, f"EVP_PKEY_{operation}_init")(context.pointer) != 1:
            raise self._failure("context set-up")
        return context

    def transform(self, key: _Handle, operation: str, data: bytes) -> bytes:
        """Encrypt or decrypt ``data``.

        Raises:
            MalformedStructureError: libcrypto refuses the data.
        """
        context = self.context_of(key, operation)
        apply = getattr(self._c, f"EVP_PKEY_{operation}")
        length = ctypes.c_size_t(len(data) + _CIPHER_OVERHEAD_BYTES)
        out = ctypes.create_string_buffer(length.value)
        if apply(context.pointer, out, ctypes.byref(length), data, len(data)) != 1:
            self._c.ERR_clear_error()
            raise MalformedStructureError("not encrypted for this key")
        return out.raw[: length.value]

    def sign(self, context: _Handle, digest: bytes) -> SignatureValue:
        """Sign ``digest`` in ``context``."""
        out = ctypes.create_string_buffer(_BUFFER_BYTES)
        length = ctypes.c_size_t(_BUFFER_BYTES)
        done = self._c.EVP_PKEY_sign(
            context.pointer, out, ctypes.byref(length), digest, len(digest)
        )
        if done != 1:
            raise self._failure("signing")
        return SignatureValue.from_der(out.raw[: length.value])

    def verify(self, context: _Handle, digest: bytes, value: SignatureValue) -> None:
        """Verify ``value`` over ``digest`` in ``context``."""
        der = value.to_der()
        if self._c.EVP_PKEY_verify(context.pointer, der, len(der), digest, len(digest)) != 1:
            self._c.ERR_clear_error()
            raise InvalidSignatureError("the signature does not verify")

    def _context(self, pointer: int | None) -> _Handle:
        if not pointer:
            raise self._failure("context creation")
        return _Handle(pointer, self._c.EVP_PKEY_CTX_free)

    def _decode(self, decoder: Callable[..., int | None], encoded: bytes) -> _Handle:
        cursor = ctypes.c_char_p(encoded)
        pointer = decoder(None, ctypes.byref(cursor), len(encoded))
        if not pointer:
            raise self._failure("key loading")
        return _Handle(pointer, self._c.EVP_PKEY_free)

    def _scalar(self, key: _Handle) -> bytes:
        number = ctypes.c_void_p()
        if self._c.EVP_PKEY_get_bn_param(key.pointer, b"priv", ctypes.byref(number)) != 1:
            raise self._failure("key export")
        out = ctypes.create_string_buffer(32)
        self._c.BN_bn2binpad(number, out, 32)
        self._c.BN_clear_free(number)
        return out.raw

    def _failure(self, step: str) -> KeyUnavailableError:
        self._c.ERR_clear_error()
        return KeyUnavailableError(f"libcrypto refused: {step}")


class LibcryptoPrivateKey:
    """A private key held by libcrypto; one context a thread."""

    def __init__(self, engine: LibcryptoEngine, key: _Handle) -> None:
        self._engine, self._key, self._local = engine, key, threading.local()

    def sign_digest(self, digest: bytes) -> SignatureValue:
        """Sign e, 32 bytes, with a nonce that libcrypto draws."""
        context = getattr(self._local, "context", None)
        if context is None:
            context = self._local.context = self._engine.context_of(self._key, "sign")
        return self._engine.sign(context, digest)

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Open an SM2Cipher, DER."""
        return self._engine.transform(self._key, "decrypt", ciphertext)


class LibcryptoPublicKey:
    """A public key held by libcrypto; one context a thread."""

    def __init__(self, engine: LibcryptoEngine, key: _Handle) -> None:
        self._engine, self._key, self._local = engine, key, threading.local()

    def verify_digest(self, digest: bytes, value: SignatureValue) -> None:
        """Verify ``value`` over e, 32 bytes."""
        context = getattr(self._local, "context", None)
        if context is None:
            context = self._local.context = self._engine.context_of(self._key, "verify")
        self._engine.verify(context, digest, value)

    def encrypt(self, plain: bytes) -> bytes:
        """Return an SM2Cipher, DER."""
        return self._engine.transform(self._key, "encrypt", plain)
