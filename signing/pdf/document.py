"""A PDF of one revision: header, objects 1 … n, one cross-reference table, one trailer.

The reader takes any order and spacing; the writer knows one. Source: ISO 32000-1:2008, 7.5;
ISO 19005-3:2012, 6.1.2 to 6.1.4 (header and table).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from signing.errors import MalformedPdfError
from signing.pdf.beginnings import NOTHING_READ, ObjectsRead, read_objects
from signing.pdf.frames import HEADER
from signing.pdf.objects import PdfObject, Reference, Stream
from signing.pdf.rules import PdfRule
from signing.pdf.syntax import MAX_TOKENS, ObjectReader

MAX_PDF_BYTES: Final = 100 * 1024 * 1024

_TAIL_BYTES: Final = 1024
_SPACE: Final = rb"[\x00\t\n\f\r ]"
_TABLE: Final = re.compile(
    rb"xref\s{1,2}0 (\d{1,6}) ?(?:\r\n|\n|\r)(?=\d{10} \d{5} f( \n| \r|\r\n))"
)
_TRAILER: Final = re.compile(rb"trailer\s*+")
_LAST: Final = re.compile(_SPACE + rb"*+startxref\s++(\d{1,10})\s++%%EOF(?:\r\n|\n|\r)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a file says once its frame has been taken away.

    Attributes:
        objects: Object ``n`` at index ``n - 1``.
        order: The numbers of the objects, in the order in which they stand in the file.
        trailer: Only ``/Size``, ``/Root``, ``/Info`` and ``/ID``.
        names: Every name used anywhere, as key or value.
    """

    objects: tuple[PdfObject, ...]
    order: tuple[int, ...]
    trailer: Mapping[str, PdfObject]
    names: frozenset[str]

    @property
    def root(self) -> Reference:
        """The catalog's reference."""
        root = self.trailer["Root"]
        if not isinstance(root, Reference):
            raise _broken("the trailer names no catalog")
        return root

    @property
    def catalog(self) -> Mapping[str, PdfObject]:
        """The document catalog."""
        return self.dictionary(self.root)

    def resolve(self, value: PdfObject) -> PdfObject:
        """Return what a reference stands for, or the value itself."""
        return self.objects[value.number - 1] if isinstance(value, Reference) else value

    def dictionary(self, value: PdfObject) -> Mapping[str, PdfObject]:
        """Return a dictionary, direct or referred to.

        Raises:
            MalformedPdfError: It is something else.
        """
        found = self.resolve(value)
        if not isinstance(found, Mapping):
            raise _broken("expected a dictionary")
        return found

    def array(self, value: PdfObject) -> tuple[PdfObject, ...]:
        """Return an array, direct or referred to.

        Raises:
            MalformedPdfError: It is something else.
        """
        found = self.resolve(value)
        if not isinstance(found, tuple):
            raise _broken("expected an array")
        return found

    def stream(self, value: PdfObject) -> Stream:
        """Return a stream.

        Raises:
            MalformedPdfError: It is something else.
        """
        found = self.resolve(value)
        if not isinstance(found, Stream):
            raise _broken("expected a stream")
        return found

    def with_objects(self, changed: Mapping[int, PdfObject], *, count: int) -> Self:
        """Return a copy with ``changed`` objects by number and the first ``count`` objects."""
        objects = list(self.objects[:count])
        for number, value in changed.items():
            objects[number - 1] = value
        order = tuple(number for number in self.order if number <= count)
        return replace(self, objects=tuple(objects), order=order)


def read_document(data: bytes, *, beginning: ObjectsRead = NOTHING_READ) -> Document:
    """Read a whole file of one revision, every byte of which must have its place.

    Args:
        data: The file.
        beginning: What its first ``beginning.end`` bytes say, where that is known.

    Raises:
        MalformedPdfError: The rule tells what is wrong.
    """
    _check_ends(data)
    reader = ObjectReader(data, max_tokens=MAX_TOKENS - beginning.tokens)
    read = beginning.copy()
    at = read_objects(data, reader, read)
    at, position = _read_table(data, at, read.offsets), at
    reader.references = set()
    trailer, at = _read_trailer(data, at, reader)
    last = _LAST.match(data, at)
    if last is None or int(last[1]) != position:
        raise _broken("startxref does not lead to the table")
    if last.end() != len(data):
        again = b"%%EOF" in data[last.end() :]
        rule = PdfRule.SEVERAL_REVISIONS if again else PdfRule.TRAILING_BYTES
        raise MalformedPdfError(rule, f"{len(data) - last.end()} bytes follow the end")
    _check_size(trailer, len(read.objects))
    _check_reachable(read.references, reader.references)
    return Document(
        objects=tuple(read.objects[number] for number in range(1, len(read.objects) + 1)),
        order=tuple(read.objects),
        trailer=trailer,
        names=reader.names | beginning.names,
    )


def _check_ends(data: bytes) -> None:
    if len(data) > MAX_PDF_BYTES:
        raise MalformedPdfError(PdfRule.TOO_LARGE, f"larger than {MAX_PDF_BYTES} bytes")
    if not data.startswith(b"%PDF-"):
        raise MalformedPdfError(PdfRule.NOT_A_PDF, "no PDF header at the first byte")
    if b"%%EOF" not in data[-_TAIL_BYTES:]:
        rule = PdfRule.TRAILING_BYTES if b"%%EOF" in data else PdfRule.TRUNCATED
        raise MalformedPdfError(rule, "the file does not end with %%EOF")
    if not data.startswith(HEADER):
        raise MalformedPdfError(PdfRule.NOT_STRICT, "the header is not ours")


def _read_table(data: bytes, at: int, offsets: Mapping[int, int]) -> int:
    """Check that the table at ``at`` says where the objects are; return the offset after it."""
    head = _TABLE.match(data, at)
    if head is None or int(head[1]) != len(offsets) + 1 or max(offsets, default=0) != len(offsets):
        raise _broken("the table does not list objects 0 to n in one section")
    end_of_line = head[2]
    numbers = range(1, len(offsets) + 1)
    expected = b"0000000000 65535 f" + end_of_line
    expected += b"".join(b"%010d 00000 n%b" % (offsets[number], end_of_line) for number in numbers)
    if not data.startswith(expected, head.end()):
        raise _broken("the table does not lead to the objects")
    return head.end() + len(expected)


def _read_trailer(
    data: bytes, at: int, reader: ObjectReader
) -> tuple[Mapping[str, PdfObject], int]:
    start = _TRAILER.match(data, at)
    if start is None:
        raise _broken("no trailer after the table")
    trailer, end = reader.read(start.end())
    if not isinstance(trailer, dict):
        raise _broken("the trailer is no dictionary")
    if "Encrypt" in trailer:
        raise MalformedPdfError(PdfRule.ENCRYPTED, "the file is encrypted")
    if "Prev" in trailer:
        raise MalformedPdfError(PdfRule.SEVERAL_REVISIONS, "the trailer names an earlier table")
    return trailer, end


def _check_size(trailer: Mapping[str, PdfObject], count: int) -> None:
    if not {"Size", "Root"} <= trailer.keys() <= {"Size", "Root", "Info", "ID"}:
        raise _broken("the trailer has other entries than ours")
    if trailer["Size"] != count + 1 or not isinstance(trailer["Root"], Reference):
        raise _broken("the trailer's /Size or /Root is wrong")


def _check_reachable(references: Mapping[int, set[int]], roots: set[int]) -> None:
    """Refuse objects that nothing refers to, and references to nothing."""
    pending = list(roots)
    seen = set(roots)
    while pending:
        found = references.get(pending.pop())
        if found is None:
            raise _broken("a reference leads to no object")
        fresh = found - seen
        seen |= fresh
        pending.extend(fresh)
    if len(seen) != len(references):
        lost = len(references) - len(seen)
        raise MalformedPdfError(PdfRule.UNREFERENCED_OBJECT, f"nothing refers to {lost} objects")


def _broken(message: str) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.STRUCTURE, message)
