"""Annotated copies (加注件): for whoever has to keep one; stamped with a purpose, and expiring.

A copy is a document of its own under a seal of its own. What it is good for stands on the page
for people, and as a statement inside the sealed bytes for programs.
"""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Protocol, Self

from certs import canonical
from certs.errors import CopyRefusedError, MalformedRecordError
from certs.marks import Mark, marks_text, parse_marks
from certs.masking import redact

SCHEMA: Final = "yinxin.annotated-copy/1"
LONGEST: Final = timedelta(days=366)
MOST_WORDS: Final = 80
_MARK: Final = f"{SCHEMA}:"
_FOUND: Final = re.compile(re.escape(_MARK).encode() + rb"([A-Za-z0-9_-]{1,4000})")
_MOST_FOUND: Final = 8
_NUMBER: Final = re.compile(r"A[A-Z2-7]{20}")
_NUMBER_BYTES: Final = 12


@unique
class CopyState(StrEnum):
    """How a copy stands."""

    GOOD = "good"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyStatement:
    """What a copy says of itself.

    Attributes:
        number: 加注件编号.
        license_type: 证照类型名称.
        recipient: 为谁: whoever may keep it.
        purpose: 何事: what for, and for nothing else.
        issued_at: When it was made.
        expires_at: Until when it is good, exclusive.
        marks: What of it is protected more than other data; the register does not keep that.

    Raises:
        CopyRefusedError: A part is missing, too long, or personal.
    """

    number: str
    license_type: str
    recipient: str
    purpose: str
    issued_at: datetime
    expires_at: datetime
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.number) or not self.license_type:
            raise CopyRefusedError("没有编号或证照类型 · no number, or no type")
        for words in (self.recipient, self.purpose):
            if not 1 <= len(words.strip()) <= MOST_WORDS or redact(words) != words:
                raise CopyRefusedError(
                    "须写明使用方和用途，且不含公民身份号码 · recipient or purpose missing"
                )
        if not timedelta() < self.expires_at - self.issued_at <= LONGEST:
            raise CopyRefusedError("加注件有效期最长一年 · a copy is good for a year at most")

    @property
    def limited_to(self) -> str:
        """仅限…: recipient and purpose, as the page repeats them."""
        return f"{self.recipient} · {self.purpose}"

    def written(self) -> str:
        """Return the statement as it stands in the document's metadata."""
        said: dict[str, canonical.JsonValue] = {
            "schema": SCHEMA,
            "number": self.number,
            "license_type": self.license_type,
            "recipient": self.recipient,
            "purpose": self.purpose,
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }
        if self.marks:
            said["marks"] = marks_text(self.marks)
        encoded = canonical.encode(said)
        return _MARK + base64.urlsafe_b64encode(encoded).decode("ascii").rstrip("=")

    @classmethod
    def of_pdf(cls, data: bytes) -> Self | None:
        """Return what a document says of itself, or None if it claims to be no copy.

        Raises:
            CopyRefusedError: It claims to be one, and says nothing that a copy can say, or two
                different things.
        """
        claims = set()
        for count, found in enumerate(_FOUND.finditer(data)):
            if count >= _MOST_FOUND:
                raise CopyRefusedError("too many statements")
            claims.add(found.group(1))
        if not claims:
            return None
        if len(claims) > 1:
            raise CopyRefusedError("two statements that differ")
        return cls._parse(claims.pop())

    @classmethod
    def _parse(cls, text: bytes) -> Self:
        try:
            padded = text + b"=" * (-len(text) % 4)
            value = canonical.decode(base64.b64decode(padded, b"-_", validate=True))
            if not isinstance(value, dict) or value.pop("schema") != SCHEMA:
                raise CopyRefusedError("another schema")
            found = cls(
                number=str(value.pop("number")),
                license_type=str(value.pop("license_type")),
                recipient=str(value.pop("recipient")),
                purpose=str(value.pop("purpose")),
                issued_at=_instant(value.pop("issued_at")),
                expires_at=_instant(value.pop("expires_at")),
                marks=parse_marks(str(value.pop("marks", ""))),
            )
            if value:
                raise CopyRefusedError("other members")
        except (binascii.Error, MalformedRecordError, ValueError, KeyError) as error:
            raise CopyRefusedError("the statement cannot be read") from error
        return found


def _instant(value: object) -> datetime:
    found = datetime.fromisoformat(str(value))
    if found.utcoffset() is None:
        raise ValueError("a time without a zone")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCopy:
    """A copy in the register (加注件登记).

    Attributes:
        identifier: 证照标识 of what was copied.
        digest: SM3 of the sealed copy, under which it is stored.
        made_by: Who had it made, as access tokens name people.
        grant_id: The grant that it rests on; empty for none. With it the copy ends.
        case_id: The case; empty for none.
        revoked_at: When it was revoked by itself; None while it was not.
    """

    statement: CopyStatement
    identifier: str
    digest: str
    made_by: str
    grant_id: str = ""
    case_id: str = ""
    revoked_at: datetime | None = None

    def state(self, at: datetime, *, grant_is_revoked: bool = False) -> CopyState:
        """Return how the copy stands at a moment."""
        if self.revoked_at is not None or grant_is_revoked:
            return CopyState.REVOKED
        return CopyState.EXPIRED if at >= self.statement.expires_at else CopyState.GOOD


class CopyRegister(Protocol):
    """Keeps the register of copies; nothing in it is changed or taken back."""

    def add(self, kept: KeptCopy) -> None:
        """Register a copy."""
        ...

    def get(self, number: str) -> KeptCopy:
        """Return a copy.

        Raises:
            CopyNotFoundError: There is none.
        """
        ...

    def revoke(self, number: str, *, at: datetime, actor: str) -> None:
        """Revoke a copy; again is no error."""
        ...

    def of_license(self, identifier: str) -> tuple[KeptCopy, ...]:
        """Return the copies of a license, newest first."""
        ...


def new_copy_number() -> str:
    """Return a fresh number, which tells nothing and cannot be guessed: A and 20 of base32."""
    return "A" + base64.b32encode(secrets.token_bytes(_NUMBER_BYTES)).decode("ascii").rstrip("=")
