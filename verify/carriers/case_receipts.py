"""The signed receipt inside the page of a case (受理通知书), found without a reader of pages.

The page is sealed from its first byte to its last, so what is found in it was sealed with it.
Whoever hides a second receipt in it makes the page say two things, and is told so.
"""

import re
import zlib
from typing import Final

from verify.carriers.receipts import CASE_SCHEMA

_MARK: Final = b"case-receipt.json"
_EMBEDDED: Final = b"/EmbeddedFile"
_STREAM: Final = re.compile(rb"stream\r?\n")
_LONGEST_ENTRIES: Final = 1000
"""Bytes between the word and the stream that it is of."""

_MOST: Final = 8
_MOST_BYTES: Final = 2 * 2**20
"""The longest there are, with a trust list and revocation lists inside, have a tenth of it."""


def attached_receipts(data: bytes) -> tuple[bytes, ...]:
    """Return the different receipts of cases attached to a PDF; none where it claims to be none."""
    if _MARK not in data:
        return ()
    found: dict[bytes, None] = {}
    at = data.find(_EMBEDDED)
    for _ in range(_MOST):
        if at < 0:
            break
        place = _STREAM.search(data, at, at + _LONGEST_ENTRIES)
        content = _inflated(data, place.end()) if place is not None else b""
        if f'"{CASE_SCHEMA}"'.encode() in content:
            found[content] = None
        at = data.find(_EMBEDDED, at + 1)
    return tuple(found)


def _inflated(data: bytes, start: int) -> bytes:
    """Return what a stream holds; nothing where it is none, or too long."""
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(data[start : start + _MOST_BYTES], _MOST_BYTES)
    except zlib.error:
        return b""
    return content if reader.eof else b""
