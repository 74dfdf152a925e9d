"""Where each file lies in a package, read from the end of the package alone.

So a face is read from a stored package by its offset, and nothing is kept twice.
Source: APPNOTE.TXT 6.3.10, 4.3.12 and 4.3.16.
"""

import struct
from dataclasses import dataclass
from typing import Final

from certs.errors import MalformedPackageError
from certs.packages.rules import PackageRule

TAIL_BYTES: Final = 16 * 1024
"""The directory of a license package is a quarter of this."""
_END: Final = struct.Struct("<4sHHHHIIH")
_RECORD: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL_BYTES: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a file's bytes lie in the package."""

    offset: int
    length: int


def read_index(tail: bytes, total: int) -> dict[str, Span]:
    """Return where the files lie, by their names below the one folder.

    What is read there is compared with its own digest; the index is not believed.

    Args:
        tail: The last bytes of the package, with the whole directory.
        total: How long the package is.

    Raises:
        MalformedPackageError: No directory of a package of ours.
    """
    end = len(tail) - _END.size
    if end < 0 or not tail.startswith(b"PK\x05\x06", end):
        raise _bad("no end of a package")
    _, _, _, _, count, size, start, _ = _END.unpack_from(tail, end)
    at = end - size
    if at < 0 or start + size + _END.size != total:
        raise _bad("the directory lies elsewhere")
    found: dict[str, Span] = {}
    for _ in range(count):
        if at + _RECORD.size > end or not tail.startswith(b"PK\x01\x02", at):
            raise _bad("the directory is damaged")
        fields = _RECORD.unpack_from(tail, at)
        length, name_bytes, local = fields[9], fields[10], fields[16]
        at += _RECORD.size + name_bytes
        name = tail[at - name_bytes : at].decode("utf-8", "replace").partition("/")[2]
        found[name] = Span(offset=local + _LOCAL_BYTES + name_bytes, length=length)
        if found[name].offset + length > start:
            raise _bad("a file lies outside")
    return found


def _bad(message: str) -> MalformedPackageError:
    return MalformedPackageError(PackageRule.NOT_STRICT, message)
