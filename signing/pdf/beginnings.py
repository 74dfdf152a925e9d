"""Reads the objects of a file one after the other, from the first byte on.

What the first bytes of a file say depends on nothing that follows them, so it can be kept and
used for every file that begins with the same bytes. Source: ISO 32000-1:2008, 7.3.10.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final, Self

from signing.errors import MalformedPdfError
from signing.pdf.frames import HEADER
from signing.pdf.objects import PdfObject
from signing.pdf.rules import PdfRule
from signing.pdf.syntax import ObjectReader

MAX_OBJECTS: Final = 50_000

_SPACE: Final = rb"[\x00\t\n\f\r ]"
_START: Final = re.compile(_SPACE + rb"*+(?:(\d{1,10}) 0 obj(?![0-9A-Za-z])|(?=xref))")
_END: Final = re.compile(_SPACE + rb"*+endobj(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsRead:
    """What the first objects of a file say.

    Attributes:
        objects: The objects by number, in the order of the file.
        references: What each of them refers to.
        offsets: Where each of them begins.
        end: The offset after the last of them.
        names: Every name in them.
        tokens: How many tokens they were read from.
    """

    objects: dict[int, PdfObject] = field(default_factory=dict)
    references: dict[int, set[int]] = field(default_factory=dict)
    offsets: dict[int, int] = field(default_factory=dict)
    end: int = len(HEADER)
    names: frozenset[str] = frozenset()
    tokens: int = 0

    def copy(self) -> Self:
        """Return a copy to which more objects can be added."""
        return replace(
            self,
            objects=dict(self.objects),
            references=dict(self.references),
            offsets=dict(self.offsets),
        )


NOTHING_READ: Final = ObjectsRead()


def read_beginning(data: bytes) -> ObjectsRead:
    """Read the header and the whole objects that ``data``, the beginning of a file, holds.

    What such bytes say depends on nothing that follows them.

    Raises:
        MalformedPdfError: Something else stands there.
    """
    if not data.startswith(HEADER):
        raise _broken("not the beginning of a file")
    reader = ObjectReader(data)
    read = NOTHING_READ.copy()
    at = len(HEADER)
    while at + len(b"\n") < len(data):
        start = _START.match(data, at)
        if start is None or start[1] is None:
            raise _broken(f"no object at offset {at}")
        at = _read_object(data, reader, read, start)
    if data[at:] != b"\n":
        raise _broken("the last object of a beginning has no end")
    return replace(read, end=len(data), names=reader.names, tokens=reader.tokens)


def read_objects(data: bytes, reader: ObjectReader, read: ObjectsRead) -> int:
    """Add the objects up to the table to ``read``; return where the table begins."""
    at = read.end
    while True:
        start = _START.match(data, at)
        if start is None:
            raise _broken(f"neither an object nor the table at offset {at}")
        if start[1] is None:
            return start.end()
        at = _read_object(data, reader, read, start)


def _read_object(
    data: bytes, reader: ObjectReader, read: ObjectsRead, start: re.Match[bytes]
) -> int:
    """Add the object that begins at ``start`` to ``read``; return the offset after it."""
    number = int(start[1])
    if number in read.objects or not 0 < number <= MAX_OBJECTS:
        raise _broken(f"object {number} stands twice or has an impossible number")
    reader.references = read.references[number] = set()
    read.offsets[number] = start.start(1)
    read.objects[number], at = reader.read_indirect(start.end())
    end = _END.match(data, at)
    if end is None:
        raise _broken(f"object {number} has no end")
    return end.end()


def _broken(message: str) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.STRUCTURE, message)
