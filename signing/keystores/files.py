"""Private keys in files: PKCS#8, encrypted with a passphrase (PBES2, scrypt, AES-256-CBC).

A key file is PEM, mode 0600, with an SM3 digest of its content in front, so that a damaged
file and a wrong passphrase can be told apart.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from signing import asn1, der, sm2
from signing.algorithms import EC_PUBLIC_KEY, SM2_CURVE, sm3
from signing.certificates import pem
from signing.errors import DamagedKeyError, MalformedStructureError, WrongPassphraseError
from signing.signer import KeyReference

SCRYPT_COST: Final = 2**14
"""N; with r = 8 this takes 16 MiB. OpenSSL's tools open no key file that takes 32 MiB or more."""
SCRYPT_BLOCK: Final = 8
SCRYPT_REPEATS: Final = 5
"""p; makes up in time for what N lacks in memory."""
LEAST_PBKDF2_ROUNDS: Final = 600_000

_MOST_SCRYPT_COST: Final = 2**20
_MOST_SCRYPT_REPEATS: Final = 16
_MOST_PBKDF2_ROUNDS: Final = 10_000_000
_MAX_FILE_BYTES: Final = 16_384
_KEY_BYTES: Final = 32
_BLOCK_BYTES: Final = 16
_PEM: Final = re.compile(
    r"\s*SM3: ([0-9a-f]{64})\n"
    r"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    r"([A-Za-z0-9+/=\n]+)"
    r"-----END ENCRYPTED PRIVATE KEY-----\s*"
)


@dataclass(frozen=True, slots=True)
class FileSigner:
    """Signs with a key that was read from a file; the key lives in this process's memory."""

    _pair: sm2.PrivateKey
    _key: KeyReference

    @property
    def key(self) -> KeyReference:
        """The key that signs."""
        return self._key

    @property
    def public_key(self) -> sm2.PublicKey:
        """The public half."""
        return self._pair.public

    def sign(self, message: bytes) -> bytes:
        """Sign ``message``; see ``Signer.sign``."""
        return sm2.sign(message, key=self._pair).to_der()

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Open an SM2Cipher; see ``Decryptor.decrypt``."""
        return sm2.decrypt(ciphertext, key=self._pair)


class FileKeyStore:
    """A folder of key files, one per label, opened with one passphrase."""

    def __init__(self, folder: Path, *, passphrase: str) -> None:
        """Remember where the keys lie and what opens them.

        Raises:
            WrongPassphraseError: The passphrase is empty.
        """
        if not passphrase:
            raise WrongPassphraseError("口令为空 · the passphrase is empty")
        self._folder = folder
        self._passphrase = passphrase.encode("utf-8")

    def generate(self, label: str) -> FileSigner:
        """Make a key, store it, and return its signer.

        Raises:
            FileExistsError: The label is taken; keys are never overwritten.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pair = sm2.PrivateKey.generate()
        text = encrypt_key(pair.scalar, pair.public, passphrase=self._passphrase)
        descriptor = os.open(self._path(label), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return FileSigner(pair, KeyReference(str(self._folder), label))

    def open(self, label: str) -> FileSigner:
        """Return the signer of a stored key.

        Raises:
            WrongPassphraseError: The passphrase does not open it.
            DamagedKeyError: The file is missing or not what was written.
        """
        try:
            with self._path(label).open("rb") as file:
                text = file.read(_MAX_FILE_BYTES + 1).decode("ascii")
            scalar = decrypt_key(text, passphrase=self._passphrase)
        except (OSError, UnicodeDecodeError) as error:
            raise DamagedKeyError(f"{label}: the key file cannot be read") from error
        except WrongPassphraseError as error:
            raise WrongPassphraseError(f"{label}: {error}") from error
        except MalformedStructureError as error:
            raise DamagedKeyError(f"{label}: the key file is damaged: {error}") from error
        return FileSigner(sm2.PrivateKey.of(scalar), KeyReference(str(self._folder), label))

    def _path(self, label: str) -> Path:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", label):
            raise DamagedKeyError(f"{label!r} is no key label")
        return self._folder / f"{label}.pem"


def encrypt_key(scalar: bytes, public: sm2.PublicKey, *, passphrase: bytes) -> str:
    """Return the text of a key file."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_BLOCK_BYTES)
    key = Scrypt(salt, _KEY_BYTES, SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_REPEATS).derive(passphrase)
    padder = padding.PKCS7(_BLOCK_BYTES * 8).padder()
    plain = padder.update(_private_key_info(scalar, public)) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(nonce)).encryptor()
    parameters = {
        "salt": salt,
        "cost_parameter": SCRYPT_COST,
        "block_size": SCRYPT_BLOCK,
        "parallelization_parameter": SCRYPT_REPEATS,
    }
    info = asn1.keys.EncryptedPrivateKeyInfo(
        {
            "encryption_algorithm": {
                "algorithm": "pbes2",
                "parameters": {
                    "key_derivation_func": {
                        "algorithm": "scrypt",
                        "parameters": parameters,
                    },
                    "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": nonce},
                },
            },
            "encrypted_data": encryptor.update(plain) + encryptor.finalize(),
        }
    )
    encoded = info.dump()
    return f"SM3: {sm3(encoded).hex()}\n{pem('ENCRYPTED PRIVATE KEY', encoded)}"


def decrypt_key(text: str, *, passphrase: bytes) -> bytes:
    """Return the private scalar of a key file's text, 32 bytes.

    Raises:
        WrongPassphraseError: The file is whole, but the passphrase does not open it.
        MalformedStructureError: The file is not what was written.
    """
    found = _PEM.fullmatch(text)
    if len(text) > _MAX_FILE_BYTES or found is None:
        raise MalformedStructureError("not a key file")
    try:
        encoded = base64.b64decode(found[2].replace("\n", ""), validate=True)
    except binascii.Error as error:
        raise MalformedStructureError("not a key file") from error
    if sm3(encoded).hex() != found[1]:
        raise MalformedStructureError("the digest does not match the content")
    info = asn1.load(
        asn1.keys.EncryptedPrivateKeyInfo,
        encoded,
        what="an encrypted key",
        max_bytes=_MAX_FILE_BYTES,
    )
    with asn1.reading("an encrypted key"):
        parameters = info["encryption_algorithm"]["parameters"]
        key = _derive(parameters["key_derivation_func"], passphrase)
        scheme = parameters["encryption_scheme"]
        if scheme["algorithm"].native != "aes256_cbc":
            raise MalformedStructureError("the key is not encrypted with AES-256-CBC")
        nonce, data = scheme["parameters"].native, info["encrypted_data"].native
        if len(nonce) != _BLOCK_BYTES or not data or len(data) % _BLOCK_BYTES:
            raise MalformedStructureError("the encrypted key is cut short")
    return _open(key, nonce, data)


def _derive(function: Any, passphrase: bytes) -> bytes:  # noqa: ANN401 - untyped library
    values = function["parameters"].native
    if function["algorithm"].native == "scrypt":
        return _scrypt(values).derive(passphrase)
    if function["algorithm"].native != "pbkdf2":
        raise MalformedStructureError("unknown key derivation")
    rounds, prf = values["iteration_count"], values["prf"]["algorithm"]
    if not LEAST_PBKDF2_ROUNDS <= rounds <= _MOST_PBKDF2_ROUNDS or prf != "sha256":
        raise MalformedStructureError("PBKDF2 parameters are out of bounds")
    return PBKDF2HMAC(SHA256(), _KEY_BYTES, values["salt"], rounds).derive(passphrase)


def _scrypt(values: Mapping[str, Any]) -> Scrypt:
    cost, block, repeats = (
        values[name] for name in ("cost_parameter", "block_size", "parallelization_parameter")
    )
    bounded = cost <= _MOST_SCRYPT_COST and 0 < repeats <= _MOST_SCRYPT_REPEATS
    strong = cost >= SCRYPT_COST and cost * repeats >= SCRYPT_COST * SCRYPT_REPEATS
    if not bounded or not strong or block != SCRYPT_BLOCK:
        raise MalformedStructureError("scrypt parameters are out of bounds")
    return Scrypt(values["salt"], _KEY_BYTES, cost, block, repeats)


def _open(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """Decrypt and check; only the right key gives a scalar that fits its own public point."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(nonce)).decryptor()
    unpadder = padding.PKCS7(_BLOCK_BYTES * 8).unpadder()
    try:
        plain = decryptor.update(data) + decryptor.finalize()
        return _parse_private_key_info(unpadder.update(plain) + unpadder.finalize())
    except (ValueError, MalformedStructureError) as error:
        raise WrongPassphraseError("口令不对 · the passphrase does not open this key") from error


def _private_key_info(scalar: bytes, public: sm2.PublicKey) -> bytes:
    ec_key = der.sequence(
        der.integer(1), der.octets(scalar), der.explicit(1, der.bits(public.point))
    )
    algorithm = der.sequence(der.oid(EC_PUBLIC_KEY), der.oid(SM2_CURVE))
    return der.sequence(der.integer(0), algorithm, der.octets(ec_key))


def _parse_private_key_info(data: bytes) -> bytes:
    """Return the scalar of a PrivateKeyInfo as written here, if its point is the scalar's."""
    _, _, wrapped = der.parts(der.read(data), der.INTEGER, der.SEQUENCE, der.OCTET_STRING)
    _, scalar, tagged = der.parts(der.read(wrapped.content), der.INTEGER, der.OCTET_STRING, 0xA1)
    if sm2.PrivateKey.of(scalar.content).public.point != der.to_bits(der.read(tagged.content)):
        raise MalformedStructureError("the halves of the key do not fit")
    return scalar.content
