"""自行上传 (own files): what holders keep here beside their licenses, and nobody else sees.

They are no licenses, whatever they look like. Each is kept under a salt of its own: two people may
keep the same file, and that of a license, and removing one takes nothing from anybody.
"""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Protocol, Self

from certs.errors import OwnFileRefusedError
from certs.file_formats import format_of_scan
from certs.masking import redact
from certs.transactions import Transaction

MAX_BYTES: Final = 10 * 2**20
MOST_FILES: Final = 30
MOST_NAME: Final = 80
_NUMBER_BYTES: Final = 12
_HEAD: Final = b"yinxin.own-file/1\n"
_SALT_BYTES: Final = 16
_BAD_IN_NAMES: Final = re.compile(r"[\x00-\x1f\x7f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@unique
class OwnFileKind(StrEnum):
    """What kind of file it is, by what it begins with."""

    PDF = "pdf"
    OFD = "ofd"
    JPEG = "jpeg"
    PNG = "png"

    @property
    def media_type(self) -> str:
        """As browsers call it."""
        return _MEDIA_TYPES[self]

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Tell the kind of a file.

        Raises:
            OwnFileRefusedError: It is of no kind that is kept.
        """
        found = _KINDS.get(format_of_scan(content) or "")
        if found is None:
            raise OwnFileRefusedError(
                "只收 PDF、OFD、JPEG、PNG 文件 · PDF, OFD, JPEG and PNG files alone"
            )
        return cls(found)


_MEDIA_TYPES: Final = MappingProxyType(
    {
        OwnFileKind.PDF: "application/pdf",
        OwnFileKind.OFD: "application/ofd",
        OwnFileKind.JPEG: "image/jpeg",
        OwnFileKind.PNG: "image/png",
    }
)
_KINDS: Final = MappingProxyType(
    {
        "pdf": OwnFileKind.PDF,
        "ofd": OwnFileKind.OFD,
        "jpg": OwnFileKind.JPEG,
        "png": OwnFileKind.PNG,
    }
)
"""What is kept, by how such files are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """One file that a holder keeps.

    Attributes:
        number: What it is called.
        holder_key: The holder's look-up key.
        name: What the holder calls it, without numbers of people.
        kind: What kind of file it is.
        size: How many bytes it has.
        stored: Under which digest it lies, salted.
        license_name: The type of the license that it was when it came, with a verdict that passed;
            empty for anything else.
        kept_at: When it came.
    """

    number: str
    holder_key: str
    name: str
    kind: OwnFileKind
    size: int
    stored: str
    license_name: str
    kept_at: datetime


def new_number() -> str:
    """Return a fresh number: ``F`` and 20 letters."""
    text = base64.b32encode(secrets.token_bytes(_NUMBER_BYTES)).decode("ascii").rstrip("=")
    return f"F{text}"


def name_of(text: str, kind: OwnFileKind) -> str:
    """Return what a file is called: without folders, signs that turn text round, and numbers."""
    base = _BAD_IN_NAMES.sub("", re.split(r"[/\\]", text)[-1]).strip()
    stem = base.rpartition(".")[0] or base
    return f"{redact(stem)[:MOST_NAME] or '文件'}.{kind.value.replace('jpeg', 'jpg')}"


def salted(content: bytes) -> bytes:
    """Return what is stored of a file: its content behind a salt of its own."""
    return _HEAD + secrets.token_bytes(_SALT_BYTES) + content


def unsalted(stored: bytes) -> bytes:
    """Return a file's content from what is stored of it."""
    return stored[len(_HEAD) + _SALT_BYTES :]


class OwnFileBook(Protocol):
    """Keeps what holders uploaded, until they remove it."""

    def add(self, file: OwnFile) -> None:
        """Keep one more.

        Raises:
            OwnFileRefusedError: The holder keeps as many as can be.
        """
        ...

    def find(self, number: str) -> OwnFile | None:
        """Return one, or None."""
        ...

    def of_holder(self, key: str) -> tuple[OwnFile, ...]:
        """Return a holder's, newest first."""
        ...

    def remove(self, number: str) -> None:
        """Forget one, for good."""
        ...


class OwnFileWork(Transaction, Protocol):
    """A unit of work over holders' own files."""

    @property
    def own_files(self) -> OwnFileBook:
        """The files within this transaction."""
        ...
