"""The one way we write a zip file: same members, same bytes.

No times, attributes, extra fields, descriptors or comments. What a member costs (checksum,
digest, deflating) is worked out once, so parts of a template serve any number of files.
Source: APPNOTE.TXT 6.3.10, 4.3 and 4.4.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from signing.algorithms import sm3
from signing.ofd.directory import DEFLATED, STORED
from signing.ofd.entry_names import check_distinct, check_name

MAX_ZIP_BYTES: Final = 100_000_000
MAX_MEMBERS: Final = 5_000
_VERSION: Final = 20
_UTF_8_NAMES: Final = 0x0800
_MIDNIGHT: Final = 0
_FIRST_OF_JANUARY_1980: Final = 0x0021
_LEVEL: Final = 6

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sH26sHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")


@dataclass(frozen=True)
class Member:
    """One file in a package: its name and its content.

    Without slots, because what is derived from it is worked out once and kept.

    Args:
        name: Path from the root of the package, without a leading solidus.
        data: The content.
        is_stored: Whether it lies in the file as it is, for what does not get smaller.
        deflated: A raw deflate stream of ``data``, where there is one already.
        known_digest: SM3 of ``data``, where whoever read it has worked that out; empty otherwise.

    Raises:
        MalformedOfdError: ``name`` is no safe name.
    """

    name: str
    data: bytes = field(repr=False)
    is_stored: bool = False
    deflated: bytes | None = field(default=None, repr=False, compare=False)
    known_digest: bytes = field(default=b"", repr=False, compare=False)

    def __post_init__(self) -> None:
        check_name(self.name)

    @cached_property
    def packed(self) -> bytes:
        """The bytes as they lie in the file."""
        if self.is_stored:
            return self.data
        if self.deflated is not None:
            return self.deflated
        deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        return deflater.compress(self.data) + deflater.flush()

    @cached_property
    def digest(self) -> bytes:
        """SM3 of the content, 32 bytes."""
        return self.known_digest or sm3(self.data)

    @cached_property
    def packed_digest(self) -> bytes:
        """SM3 of local header and packed bytes: of all that the member adds to a file."""
        return sm3(self.header + self.packed)

    @cached_property
    def header(self) -> bytes:
        """The local file header."""
        name = self.name.encode("utf-8")
        return name.join(
            (
                _LOCAL.pack(
                    b"PK\x03\x04",
                    _VERSION,
                    _UTF_8_NAMES,
                    STORED if self.is_stored else DEFLATED,
                    _MIDNIGHT,
                    _FIRST_OF_JANUARY_1980,
                    zlib.crc32(self.data),
                    len(self.packed),
                    len(self.data),
                    len(name),
                    0,
                ),
                b"",
            )
        )


def write_zip(members: Sequence[Member]) -> bytes:
    """Return a zip file of ``members`` in their order.

    Raises:
        MalformedOfdError: Two names are one on some system.
        ValueError: More than 5,000 members, or more than 100 MB.
    """
    check_distinct(member.name for member in members)
    pieces: list[bytes] = []
    records: list[bytes] = []
    at = 0
    for member in members:
        header, packed = member.header, member.packed
        pieces += (header, packed)
        records += (_record(header, at), header[_LOCAL.size :])
        at += len(header) + len(packed)
    directory = b"".join(records)
    if len(members) > MAX_MEMBERS or at + len(directory) > MAX_ZIP_BYTES:
        raise ValueError("too much for one file")
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)
    return b"".join((*pieces, directory, end))


def _record(header: bytes, at: int) -> bytes:
    """Return the directory's record for a local header at offset ``at``, without the name.

    From the version needed on, both have the same fields up to the length of the extra field.
    """
    return _CENTRAL.pack(b"PK\x01\x02", _VERSION, header[4 : _LOCAL.size], 0, 0, 0, 0, at)
