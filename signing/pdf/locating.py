"""Signatures in any PDF, found by their byte ranges.

Object trees can be replaced by an update after the seal; byte ranges cannot be argued with.
So a file to which something was appended is still known as sealed, and what was appended can
be named. Dispatch is on ``/SubFilter``: seal systems put vendor names in ``/Filter``.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.contents import strip_contents
from signing.pdf.document import MAX_PDF_BYTES
from signing.pdf.objects import Name, PdfObject, Stream
from signing.pdf.reading import StrictPdf
from signing.pdf.rules import PdfRule
from signing.pdf.strings import decode_date
from signing.pdf.syntax import ObjectReader

MAX_SIGNATURES: Final = 64

_MARK: Final = re.compile(rb"/ByteRange(?![^\x00\t\n\f\r ()<>\[\]{}/%])")
_OBJECT: Final = re.compile(rb"\d{1,10}[\x00\t\n\f\r ]{1,8}\d{1,5}[\x00\t\n\f\r ]{1,8}obj")
_VALUE: Final = re.compile(rb"<([0-9A-Fa-f]*+)>")
_KEY: Final = re.compile(rb"/Contents[\x00\t\n\f\r ]*\Z")
_MAX_TOKENS: Final = 20_000
_MAX_CANDIDATES: Final = 3
# Around a byte range: a value of 1 MB in hexadecimal digits and what else the object holds.
_WINDOW_BYTES: Final = 5 * 512 * 1024
_BEFORE_OBJ_BYTES: Final = 40
_BEFORE_VALUE_BYTES: Final = 64
_OFFSETS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedSignature:
    """One signature dictionary, as it stands in the bytes.

    Attributes:
        offset: Where its ``/ByteRange`` stands.
        filter_name: ``/Filter``, empty when unknown.
        sub_filter: ``/SubFilter``, empty when unknown.
        byte_range: Two offsets with their lengths; all zero when unreadable.
        contents: The DER of ``/Contents`` without padding; empty when unreadable.
        file_bytes: How long the file is.
        claimed_at: ``/M``, when it can be read.
        defect: The rule that the signature itself breaks, ``coverage``, ``contents`` or
            ``syntax``; None when range and value are sound.
    """

    offset: int
    filter_name: str
    sub_filter: str
    byte_range: tuple[int, int, int, int]
    contents: bytes
    file_bytes: int
    defect: PdfRule | None
    claimed_at: datetime | None = None

    @property
    def covered_end(self) -> int:
        """Where the covered bytes end."""
        return self.byte_range[2] + self.byte_range[3]

    @property
    def trailing_bytes(self) -> int:
        """How many bytes of the file come after what is covered."""
        return self.file_bytes - self.covered_end

    @property
    def is_whole_file(self) -> bool:
        """Whether everything but the value itself is covered."""
        return self.defect is None and self.byte_range[0] == 0 and self.trailing_bytes == 0


def locate_signatures(data: bytes) -> tuple[LocatedSignature, ...]:
    """Return every signature of a file, in the order of the bytes.

    A dictionary that cannot be made out is listed with its defect: what claims to be a
    signature is never taken for an unsigned page.

    Raises:
        MalformedPdfError: Larger than 100 MB, or more than 64 signatures.
    """
    if len(data) > MAX_PDF_BYTES:
        raise MalformedPdfError(PdfRule.TOO_LARGE, f"larger than {MAX_PDF_BYTES} bytes")
    found: list[LocatedSignature] = []
    for count, mark in enumerate(_MARK.finditer(data), start=1):
        if count > MAX_SIGNATURES:
            raise MalformedPdfError(PdfRule.TOO_MANY_SIGNATURES, f"more than {MAX_SIGNATURES}")
        located = _locate(data, mark.start())
        if located is not None:
            found.append(located)
    return tuple(found)


def locate_strict(data: bytes, strict: StrictPdf) -> tuple[LocatedSignature, ...]:
    """Return what ``locate_signatures`` returns, of a file that was read strictly.

    Its only signature need not be read again: that it covers the file, and how its value is
    written, is known.

    Args:
        data: The file.
        strict: What it was read as.

    Raises:
        MalformedPdfError: As for ``locate_signatures``.
    """
    marks = [mark.start() for mark in islice(_MARK.finditer(data), 2)]
    if len(marks) != 1:  # an attached file may speak of byte ranges
        return locate_signatures(data)
    return (
        LocatedSignature(
            offset=marks[0],
            filter_name=strict.profile.filter_name,
            sub_filter=strict.profile.sub_filter,
            byte_range=strict.byte_range,
            contents=strict.contents,
            file_bytes=len(data),
            defect=None,
            claimed_at=strict.signed_at,
        ),
    )


def covered_digest(data: bytes, located: LocatedSignature) -> bytes:
    """Return SM3 over the byte range of ``located``, 32 bytes.

    Raises:
        MalformedPdfError: The range does not lie in ``data`` with the value as its only gap.
    """
    state = hashlib.new("sm3")
    for part in _covered_parts(data, located):
        state.update(part)
    return state.digest()


def covered_bytes(data: bytes, located: LocatedSignature) -> bytes:
    """Return the byte range of ``located``, for signatures that are over the bytes themselves.

    Raises:
        MalformedPdfError: The range does not lie in ``data`` with the value as its only gap.
    """
    return b"".join(_covered_parts(data, located))


def _covered_parts(data: bytes, located: LocatedSignature) -> tuple[memoryview, memoryview]:
    if located.defect is PdfRule.COVERAGE or located.file_bytes != len(data):
        raise MalformedPdfError(PdfRule.COVERAGE, "the byte range is not one of this file")
    if located.defect is PdfRule.SYNTAX:
        raise MalformedPdfError(PdfRule.SYNTAX, "the signature dictionary cannot be read")
    first, first_length, second, second_length = located.byte_range
    view = memoryview(data)
    return view[first : first + first_length], view[second : second + second_length]


def _locate(data: bytes, mark: int) -> LocatedSignature | None:
    """Return the signature whose ``/ByteRange`` stands at ``mark``, None if it is mere data."""
    for start in _enclosing(data, mark):
        reader = ObjectReader(data, max_tokens=_MAX_TOKENS, end=mark + _WINDOW_BYTES)
        try:
            value, end = reader.read_indirect(start)
        except MalformedPdfError:
            continue
        if end > mark:
            body = value.entries if isinstance(value, Stream) else value
            entries = _signature_entries(body)
            return None if entries is None else _judge(data, mark, (start, end), entries)
    return _located(data, mark, {}, defect=PdfRule.SYNTAX)


def _enclosing(data: bytes, mark: int) -> Iterator[int]:
    """Yield where the bodies of the nearest objects before ``mark`` begin, nearest first."""
    at = mark
    for _ in range(_MAX_CANDIDATES):
        at = data.rfind(b"obj", max(0, mark - _WINDOW_BYTES), at)
        if at < 0:
            return
        window = data[max(0, at - _BEFORE_OBJ_BYTES) : at + 3]
        if re.search(_OBJECT.pattern + rb"\Z", window):
            yield at + 3


def _signature_entries(value: PdfObject) -> dict[str, PdfObject] | None:
    """Return the dictionary with the byte range: the object itself or one inside it."""
    pending = [value]
    while pending:
        candidate = pending.pop()
        if isinstance(candidate, dict):
            if "ByteRange" in candidate:
                return candidate
            pending.extend(candidate.values())
        elif isinstance(candidate, tuple):
            pending.extend(candidate)
    return None


def _judge(
    data: bytes, mark: int, span: tuple[int, int], entries: dict[str, PdfObject]
) -> LocatedSignature:
    byte_range = _byte_range(entries.get("ByteRange"))
    if byte_range is None or not _is_gap_the_value(data, byte_range, span, entries):
        return _located(data, mark, entries, byte_range=byte_range, defect=PdfRule.COVERAGE)
    padded = entries["Contents"]
    try:
        contents = strip_contents(padded if isinstance(padded, bytes) else b"")
    except MalformedPdfError:
        return _located(data, mark, entries, byte_range=byte_range, defect=PdfRule.CONTENTS)
    return _located(data, mark, entries, byte_range=byte_range, contents=contents)


def _located(  # noqa: PLR0913 - one place that fills in what is unknown
    data: bytes,
    mark: int,
    entries: dict[str, PdfObject],
    *,
    byte_range: tuple[int, int, int, int] | None = None,
    contents: bytes = b"",
    defect: PdfRule | None = None,
) -> LocatedSignature:
    return LocatedSignature(
        offset=mark,
        filter_name=_name(entries.get("Filter")),
        sub_filter=_name(entries.get("SubFilter")),
        byte_range=byte_range or (0, 0, 0, 0),
        contents=contents,
        file_bytes=len(data),
        defect=defect,
        claimed_at=_date(entries.get("M")),
    )


def _date(value: PdfObject) -> datetime | None:
    try:
        return decode_date(value)
    except MalformedPdfError:
        return None


def _name(value: PdfObject) -> str:
    return value if isinstance(value, Name) else ""


def _byte_range(value: PdfObject) -> tuple[int, int, int, int] | None:
    numbers = value if isinstance(value, tuple) else ()
    integers = tuple(item for item in numbers if type(item) is int and item >= 0)
    if len(numbers) != _OFFSETS or len(integers) != _OFFSETS:
        return None
    return integers[0], integers[1], integers[2], integers[3]


def _is_gap_the_value(
    data: bytes,
    byte_range: tuple[int, int, int, int],
    span: tuple[int, int],
    entries: dict[str, PdfObject],
) -> bool:
    """Whether the gap is exactly the hexadecimal string of this dictionary's ``/Contents``."""
    first, first_length, second, second_length = byte_range
    gap = first + first_length
    if not (span[0] <= gap < second <= span[1] and second + second_length <= len(data)):
        return False
    value = _VALUE.fullmatch(data, gap, second)
    before = data[max(0, gap - _BEFORE_VALUE_BYTES) : gap]
    if value is None or len(value[1]) % 2 or not _KEY.search(before):
        return False
    return entries.get("Contents") == bytes.fromhex(value[1].decode("ascii"))
