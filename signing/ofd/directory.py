"""The records of a zip file, read so that only one reading is possible.

Some programs go by the central directory and some by the local headers; here both must tell
the same, entries follow each other without a gap, and nothing comes before or after.
Source: APPNOTE.TXT 6.3.10, 4.3 and 4.4.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from signing.errors import MalformedOfdError
from signing.ofd.entry_names import check_distinct, decode_name
from signing.ofd.rules import OfdRule

STORED: Final = 0
DEFLATED: Final = 8

_END: Final = struct.Struct("<4sHHHHIIH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_END_SIGNATURE: Final = b"PK\x05\x06"
_CENTRAL_SIGNATURE: Final = b"PK\x01\x02"
_LOCAL_SIGNATURE: Final = b"PK\x03\x04"
_DESCRIPTOR_SIGNATURE: Final = b"PK\x07\x08"
_LOCATOR_SIGNATURE: Final = b"PK\x06\x07"
_LOCATOR_BYTES: Final = 20
_MAX_COMMENT_BYTES: Final = 65_535
_LEADING_SEARCH_BYTES: Final = 1024 * 1024

_HAS_DESCRIPTOR: Final = 0x0008
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_KNOWN_FLAGS: Final = 0x0006 | _HAS_DESCRIPTOR | 0x0800
_ALL_ONES_16: Final = 0xFFFF
_ALL_ONES_32: Final = 0xFFFFFFFF
_SYMBOLIC_LINK: Final = 0xA
_ZIP64_EXTRA: Final = 0x0001
_OTHER_NAME_EXTRA: Final = 0x7075
_EXTRA_HEAD_BYTES: Final = 4
_MAX_EXTRA_FIELDS: Final = 32
_EMPTY_DEFLATED_BYTES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a foreign file is read at most.

    Attributes:
        ratio: How many bytes one packed byte may become in an entry …
        ratio_free_bytes: … that inflates to more than this.
        part_bytes: The largest entry that is held in memory whole; larger ones are digested.
    """

    file_bytes: int = 100_000_000
    entries: int = 5_000
    inflated_bytes: int = 500_000_000
    ratio: int = 100
    ratio_free_bytes: int = 1_000_000
    part_bytes: int = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What local header and directory agree on for one entry.

    Attributes:
        packed_bytes: The length of the data in the file.
        size_bytes: The length once inflated.
        start: Offset of the local header.
        data_start: Offset of the packed data.
    """

    name: str
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    start: int
    data_start: int

    @property
    def is_folder(self) -> bool:
        """Whether the entry only says that a folder exists."""
        return self.name.endswith("/")


def read_directory(data: bytes, limits: Limits) -> tuple[Entry, ...]:
    """Return the entries of a zip file in the order in which they lie, folders included.

    Raises:
        MalformedOfdError: The rule tells what is wrong; nothing has been inflated.
    """
    if len(data) > limits.file_bytes:
        raise MalformedOfdError(OfdRule.TOO_LARGE, f"larger than {limits.file_bytes} bytes")
    _check_start(data)
    count, start = _read_end(data)
    if count > limits.entries:
        raise MalformedOfdError(OfdRule.TOO_MANY_ENTRIES, f"more than {limits.entries} entries")
    entries: list[Entry] = []
    at = start
    for _ in range(count):
        entry, at = _read_central(data, at)
        entries.append(entry)
    if at != len(data) - _END.size:
        raise _bad_directory("the directory has bytes that belong to no entry")
    entries.sort(key=lambda entry: entry.start)
    check_distinct(entry.name for entry in entries)
    check_sizes(entries, limits)
    _check_places(data, entries, start)
    return tuple(entries)


def _check_start(data: bytes) -> None:
    if data.startswith(_LOCAL_SIGNATURE):
        return
    if _LOCAL_SIGNATURE in data[:_LEADING_SEARCH_BYTES] and _END_SIGNATURE in data:
        raise MalformedOfdError(OfdRule.LEADING_BYTES, "something stands before the first entry")
    raise MalformedOfdError(OfdRule.NOT_A_ZIP, "no zip entry at the first byte")


def _read_end(data: bytes) -> tuple[int, int]:
    """Return the number of entries and the offset of the directory."""
    at = len(data) - _END.size
    if at < 0 or not data.startswith(_END_SIGNATURE, at):
        earlier = data.rfind(_END_SIGNATURE, max(0, at - _MAX_COMMENT_BYTES), max(0, at + 3))
        rule = OfdRule.TRUNCATED if earlier < 0 else OfdRule.TRAILING_BYTES
        raise MalformedOfdError(rule, "the file does not end with its end record")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, at)
    locator = data.startswith(_LOCATOR_SIGNATURE, max(0, at - _LOCATOR_BYTES))
    if locator or count == _ALL_ONES_16 or _ALL_ONES_32 in {size, start}:
        raise MalformedOfdError(OfdRule.ZIP64, "the file is in ZIP64 form")
    if comment:
        raise MalformedOfdError(OfdRule.TRAILING_BYTES, "the end record has a comment")
    if disk or first_disk or here != count or start + size != at or not count:
        raise _bad_directory("the end record does not fit the directory before it")
    return count, start


def _read_central(data: bytes, at: int) -> tuple[Entry, int]:
    """Return an entry as the directory has it, and the offset of the next record."""
    if at + _CENTRAL.size > len(data) or not data.startswith(_CENTRAL_SIGNATURE, at):
        raise _bad_directory(f"no record at offset {at}")
    fields = _CENTRAL.unpack_from(data, at)
    _, _, _, flags, method, _, _, crc, packed, size, *lengths, disk, _, attributes, start = fields
    name_bytes, extra_bytes, comment_bytes = lengths
    name_at = at + _CENTRAL.size
    extra_at = name_at + name_bytes
    end = extra_at + extra_bytes + comment_bytes
    if end > len(data) - _END.size or disk or attributes >> 28 == _SYMBOLIC_LINK:
        raise _bad_directory(f"the record at offset {at} is damaged, or a link")
    if _ALL_ONES_32 in {packed, size, start}:
        raise MalformedOfdError(OfdRule.ZIP64, "an entry is in ZIP64 form")
    _check_packing(flags, method)
    _check_extra(data[extra_at : extra_at + extra_bytes])
    name = decode_name(data[name_at:extra_at])
    entry = Entry(
        name=name,
        flags=flags,
        method=method,
        crc=crc,
        packed_bytes=packed,
        size_bytes=size,
        start=start,
        data_start=start,
    )
    return entry, end


def _check_packing(flags: int, method: int) -> None:
    if flags & _ENCRYPTED:
        raise MalformedOfdError(OfdRule.ENCRYPTED, "an entry is encrypted")
    if flags & ~_KNOWN_FLAGS or method not in {STORED, DEFLATED}:
        raise MalformedOfdError(OfdRule.PACKING, f"flags {flags:#x}, method {method}")


def _check_extra(extra: bytes) -> None:
    """Refuse extra fields that give an entry another name or other sizes."""
    at = count = 0
    while len(extra) - at >= _EXTRA_HEAD_BYTES and count < _MAX_EXTRA_FIELDS:
        count += 1
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64_EXTRA:
            raise MalformedOfdError(OfdRule.ZIP64, "an entry is in ZIP64 form")
        if kind == _OTHER_NAME_EXTRA:
            raise MalformedOfdError(OfdRule.NAME, "an entry has a second name")
        at += _EXTRA_HEAD_BYTES + size
    if at > len(extra) or len(extra) - at >= _EXTRA_HEAD_BYTES or any(extra[at:]):
        raise _bad_directory("extra fields are damaged, or too many")


def check_sizes(entries: Sequence[Entry], limits: Limits) -> None:
    """Refuse entries that inflate to too much, alone or together.

    Raises:
        MalformedOfdError: Some do.
    """
    for entry in entries:
        if entry.method == STORED and entry.packed_bytes != entry.size_bytes:
            raise MalformedOfdError(OfdRule.DAMAGED, f"{entry.name!r} is stored with two sizes")
        if entry.size_bytes > max(limits.ratio_free_bytes, limits.ratio * entry.packed_bytes):
            raise MalformedOfdError(OfdRule.TOO_DENSE, f"{entry.name!r} inflates to far too much")
        if entry.is_folder and (entry.size_bytes or entry.packed_bytes > _EMPTY_DEFLATED_BYTES):
            raise MalformedOfdError(OfdRule.DAMAGED, f"the folder {entry.name!r} has content")
    if sum(entry.size_bytes for entry in entries) > limits.inflated_bytes:
        raise MalformedOfdError(
            OfdRule.TOO_LARGE, f"inflates to more than {limits.inflated_bytes} bytes"
        )


def _check_places(data: bytes, entries: list[Entry], directory: int) -> None:
    """Compare local headers with the directory and set where each entry's data begins."""
    ends = [entry.start for entry in entries[1:]] + [directory]
    at = 0
    for index, (entry, limit) in enumerate(zip(entries, ends, strict=True)):
        if entry.start != at:
            rule = OfdRule.GAP if entry.start > at else OfdRule.OVERLAP
            raise MalformedOfdError(rule, f"{entry.name!r} does not begin where it should")
        data_start = _check_local(data, entry, limit)
        entries[index] = placed = replace(entry, data_start=data_start)
        at = _end_of(data, placed, limit)
    if at != directory:
        rule = OfdRule.GAP if at < directory else OfdRule.OVERLAP
        raise MalformedOfdError(rule, "the last entry does not end at the directory")


def _check_local(data: bytes, entry: Entry, limit: int) -> int:
    """Return the offset of the entry's data."""
    at = entry.start
    if at + _LOCAL.size > limit:
        raise _overlap(entry)
    if not data.startswith(_LOCAL_SIGNATURE, at):
        raise _other_story(entry, "there is none")
    fields = _LOCAL.unpack_from(data, at)
    _, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes = fields
    extra_at = at + _LOCAL.size + name_bytes
    data_start: int = extra_at + extra_bytes
    if data_start > limit:
        raise _overlap(entry)
    sums = (crc, packed, size)
    agreed = {(entry.crc, entry.packed_bytes, entry.size_bytes)}
    if flags & _HAS_DESCRIPTOR:
        agreed.add((0, 0, 0))
    if (flags, method) != (entry.flags, entry.method) or sums not in agreed:
        raise _other_story(entry, "other flags, method, sizes or checksum")
    if data[at + _LOCAL.size : extra_at] != entry.name.encode("utf-8"):
        raise _other_story(entry, "another name")
    _check_extra(data[extra_at:data_start])
    return data_start


def _end_of(data: bytes, entry: Entry, limit: int) -> int:
    """Return the offset after the entry and its data descriptor (数据描述符), if it has one."""
    end = entry.data_start + entry.packed_bytes
    if end > limit:
        raise _overlap(entry)
    if not entry.flags & _HAS_DESCRIPTOR:
        return end
    sums = struct.pack("<III", entry.crc, entry.packed_bytes, entry.size_bytes)
    for descriptor in (_DESCRIPTOR_SIGNATURE + sums, sums):
        if data[end:limit] == descriptor:
            return limit
    raise _other_story(entry, "the data descriptor differs")


def _other_story(entry: Entry, what: str) -> MalformedOfdError:
    return MalformedOfdError(OfdRule.LOCAL_HEADER, f"local header of {entry.name[:80]!r}: {what}")


def _overlap(entry: Entry) -> MalformedOfdError:
    return MalformedOfdError(OfdRule.OVERLAP, f"{entry.name[:80]!r} runs into what follows")


def _bad_directory(message: str) -> MalformedOfdError:
    return MalformedOfdError(OfdRule.DIRECTORY, message)
