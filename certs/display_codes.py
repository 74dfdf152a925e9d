"""One-time display codes (亮证码): 128 random bits, good for a minute, used once.

Only the digest of a code is kept, so that whoever reads the database can show nothing.
"""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from signing.algorithms import sm3

LIFETIME: Final = timedelta(seconds=60)
_CODE_BYTES: Final = 16
_CODE: Final = re.compile(r"[A-Z2-7]{26}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayGrant:
    """What whoever redeems the code may see.

    Attributes:
        identifier: 证照标识.
        purpose: What the holder shows it for, in plain words.
        fields: Names of record elements and fields, in order.
        delegation: 授权编号 by which somebody else shows it for the holder; empty for none.
    """

    identifier: str
    purpose: str
    fields: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    delegation: str = ""


def new_code() -> str:
    """Return a fresh code: 26 letters of base32."""
    return base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode("ascii").rstrip("=")


def is_code(text: str) -> bool:
    """Whether ``text`` has the form of a code."""
    return _CODE.fullmatch(text) is not None


def code_digest(code: str) -> str:
    """Return what is stored of a code: SM3 in hexadecimal."""
    return sm3(code.encode("ascii")).hex()


class DisplayCodeRepository(Protocol):
    """One-time codes, kept by their digest."""

    def add(self, digest: str, grant: DisplayGrant) -> None:
        """Store a code's grant."""
        ...

    def consume(self, digest: str, *, at: datetime, by: str) -> DisplayGrant | None:
        """Use the code up and return its grant; None if unknown, used or out of date."""
        ...
