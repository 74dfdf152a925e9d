"""What signed data (签名数据) is about: its content, and what of it is signed.

Source: GB/T 35275 as files and implementations have it, its text unconfirmed.
"""

import base64
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from signing.algorithms import SM3_BYTES

_MOST_BASE64_BYTES: Final = 64
"""32 bytes are 44 characters; some makers break lines."""


@unique
class SignedDataDialect(StrEnum):
    """What the signature is over; one signer's choice."""

    ATTRIBUTES = "a"
    """Signed attributes, which hold SM3 of the content (GOMAIN, bank receipts)."""
    EMBEDDED_DIGEST = "b"
    """The content, which is SM3 of the document (ofdrw, oesplugin, Dianju)."""
    ATTACHED = "c"
    """The content, which is the document (CFCA)."""
    DETACHED = "d"
    """The document, which is not inside (CFCA)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encapsulated:
    """What a message carries: the content's type, dotted, and the content if it is inside."""

    kind: str
    content: bytes | None


def embedded_digest(content: bytes) -> bytes | None:
    """Return the SM3 digest that is the whole content, as it is or in base64, or None."""
    if len(content) == SM3_BYTES:
        return content
    if len(content) > _MOST_BASE64_BYTES:
        return None
    try:
        digest = base64.b64decode(b"".join(content.split()), validate=True)
    except ValueError:
        return None
    return digest if len(digest) == SM3_BYTES else None
