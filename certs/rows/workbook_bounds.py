"""Bounds of a workbook (.xlsx), checked before a spreadsheet library opens it.

A workbook is a ZIP archive of XML. Its few kilobytes can unpack to gigabytes, in one row
or in one string; rows can come twice or out of order, and readers then skip them silently.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO

from certs.errors import MalformedSheetError

MAX_FILE_BYTES = 50_000_000
"""The largest file."""

MAX_ROWS = 200_000
"""The most rows below the heading."""

_MAX_UNPACKED_BYTES = 500_000_000
_MAX_RATIO = 200
_RATIO_COUNTS_FROM_BYTES = 1_000_000
_MAX_MEMBERS = 1_000
_MAX_DIRECTORY_BYTES = 262_144
_MAX_SHEET_HEAD_ROWS = 5
_LAST_ROW = 1_048_576
_CHUNK_BYTES = 1_048_576
_OVERLAP_BYTES = 2_048
# A reader holds a row, or a shared string, as a tree of ten times its size.
_MAX_ITEM_BYTES = 16_000_000
_MAX_STRINGS = 3_000_000
_ITEM = re.compile(rb"<(?:[A-Za-z0-9_]{1,20}:)?(row|si)(?=[\s/>])([^>]{0,1000})")
_ROW_NUMBER = re.compile(rb"""\sr=["']([0-9]{1,10})["']""")
_END_RECORD = b"PK\x05\x06"
_END_RECORD_BYTES = 22


def check_workbook(file: BinaryIO) -> None:
    """Refuse a workbook that is too large in any way; leaves ``file`` at its start.

    Raises:
        MalformedSheetError: Not a plain ZIP archive, or out of bounds.
    """
    _check_container(file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members)
            for member in members:
                with archive.open(member) as content:
                    _check_items(content)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError) as error:
        raise MalformedSheetError("the workbook's archive is damaged") from error
    file.seek(0)


def _check_container(file: BinaryIO) -> None:
    """Look at size and end record, before the directory is read into memory."""
    size = file.seek(0, 2)
    if size > MAX_FILE_BYTES:
        raise MalformedSheetError(f"larger than {MAX_FILE_BYTES // 1_000_000} MB")
    file.seek(max(0, size - _END_RECORD_BYTES))
    end = file.read(_END_RECORD_BYTES)
    if len(end) < _END_RECORD_BYTES or not end.startswith(_END_RECORD):
        raise MalformedSheetError("not an .xlsx workbook")
    if int.from_bytes(end[12:16], "little") > _MAX_DIRECTORY_BYTES:
        raise MalformedSheetError("the workbook's archive has too large a directory")


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MAX_MEMBERS:
        raise MalformedSheetError(f"more than {_MAX_MEMBERS} parts in the workbook")
    if len({member.filename for member in members}) != len(members):
        raise MalformedSheetError("two parts of the workbook have one name")
    for member in members:
        if member.flag_bits & 1:
            raise MalformedSheetError("the workbook is encrypted")
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise MalformedSheetError("the workbook is packed in an unusual way")
        allowed = max(_RATIO_COUNTS_FROM_BYTES, member.compress_size * _MAX_RATIO)
        if member.file_size > allowed:
            raise MalformedSheetError("a part of the workbook unpacks to far too much")
    if sum(member.file_size for member in members) > _MAX_UNPACKED_BYTES:
        raise MalformedSheetError(f"unpacks to more than {_MAX_UNPACKED_BYTES // 1_000_000} MB")


def _check_items(content: IO[bytes]) -> None:
    """Check the number of rows and strings, their sizes, and that rows count upwards."""
    counts = {b"row": 0, b"si": 0, b"": 0}
    last_row, last_position = 0, 0
    for position, kind, attributes in _items(content):
        if position - last_position > _MAX_ITEM_BYTES:
            raise MalformedSheetError("a row or text of the workbook is far too long")
        last_position = position
        counts[kind] += 1
        if kind == b"row":
            last_row = _next_row(attributes, last_row)
    if counts[b"row"] > MAX_ROWS + _MAX_SHEET_HEAD_ROWS or counts[b"si"] > _MAX_STRINGS:
        raise MalformedSheetError(f"more than {MAX_ROWS} rows; split the workbook")


def _next_row(attributes: bytes, last_row: int) -> int:
    """Return the number of a row, which follows the last one where it has none itself."""
    number = _ROW_NUMBER.search(attributes)
    row = int(number.group(1)) if number else last_row + 1
    if not last_row < row <= _LAST_ROW:
        raise MalformedSheetError("the rows of the workbook are out of order")
    return row


def _items(content: IO[bytes]) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield position, name and attributes of each item, and the end as one without name."""
    offset, window, is_last = 0, b"", False
    while not is_last:
        chunk = content.read(_CHUNK_BYTES)
        is_last = not chunk
        window += chunk
        # An item that may be cut off by the window's end waits for the next chunk.
        cut = len(window) if is_last else max(0, len(window) - _OVERLAP_BYTES)
        for match in _ITEM.finditer(window):
            if match.start() >= cut:
                break
            yield offset + match.start(), match.group(1), match.group(2)
        offset += cut
        window = window[cut:]
    yield offset, b"", b""
