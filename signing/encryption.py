"""Encrypted bodies (数字信封) between regions: an SM2 key around an SM4-GCM text.

Holder codes travel only inside them, whatever the transport does.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from signing import der, sm2
from signing.errors import MalformedStructureError
from signing.signer import Decryptor
from signing.sm2 import PublicKey

MAX_BODY_BYTES: Final = 16 * 2**20
_KEY_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


def encrypt(plain: bytes, *, recipient: PublicKey, context: bytes) -> bytes:
    """Encrypt ``plain`` for one recipient.

    Args:
        plain: Anything up to 16 MiB.
        recipient: Whoever holds the private half opens it.
        context: Bound to the text without being in it; the opener must give the same.

    Returns:
        DER ``SEQUENCE { SM2Cipher, nonce OCTET STRING, text and tag OCTET STRING }``.
    """
    key, nonce = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context)
    text = encryptor.update(plain) + encryptor.finalize() + encryptor.tag
    return der.sequence(sm2.encrypt(key, key=recipient), der.octets(nonce), der.octets(text))


def decrypt(body: bytes, *, decryptor: Decryptor, context: bytes) -> bytes:
    """Open an encrypted body.

    Raises:
        MalformedStructureError: Not for this key, altered, or meant for another context.
        KeyUnavailableError: The key store did not answer.
    """
    if len(body) > MAX_BODY_BYTES:
        raise MalformedStructureError("the encrypted body is too long")
    wrapped, nonce, text = der.parts(
        der.read(body), der.SEQUENCE, der.OCTET_STRING, der.OCTET_STRING
    )
    key = decryptor.decrypt(wrapped.encoded)
    if len(key) != _KEY_BYTES or len(nonce.content) != _NONCE_BYTES:
        raise MalformedStructureError("not an SM4 key and nonce")
    tag = text.content[-_TAG_BYTES:]
    if len(tag) != _TAG_BYTES:
        raise MalformedStructureError("the encrypted text is cut short")
    opener = Cipher(algorithms.SM4(key), modes.GCM(nonce.content, tag)).decryptor()
    opener.authenticate_additional_data(context)
    try:
        return opener.update(text.content[:-_TAG_BYTES]) + opener.finalize()
    except InvalidTag as error:
        raise MalformedStructureError("the encrypted text was altered") from error
