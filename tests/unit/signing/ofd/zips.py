"""Zip files written record by record, so that each field can lie."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field


def deflated(data: bytes, level: int = 6) -> bytes:
    deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


@dataclass(frozen=True, kw_only=True)
class Record:
    """One entry; every default is honest.

    Attributes:
        packed: The bytes in the file, where they are not the content packed by ``method``.
        local: Fields of the local header that differ from the directory.
        before: Bytes in front of the local header.
        descriptor: Bytes after the data.
        start: The offset in the directory, where it lies.
    """

    name: bytes
    data: bytes = b"<x/>"
    method: int = 8
    flags: int = 0x0800
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    packed: bytes | None = None
    local: dict[str, int | bytes] = field(default_factory=dict)
    extra: bytes = b""
    local_extra: bytes = b""
    comment: bytes = b""
    attributes: int = 0
    before: bytes = b""
    descriptor: bytes = b""
    start: int | None = None

    @property
    def stored(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.data) if self.method == 8 else self.data

    def fields(self) -> dict[str, int | bytes]:
        return {
            "name": self.name,
            "flags": self.flags,
            "method": self.method,
            "crc": zlib.crc32(self.data) if self.crc is None else self.crc,
            "packed": len(self.stored) if self.packed_size is None else self.packed_size,
            "size": len(self.data) if self.size is None else self.size,
        }


def zip_of(  # noqa: PLR0913 - each is one lie
    records: Sequence[Record],
    *,
    comment: bytes = b"",
    count: int | None = None,
    before_directory: bytes = b"",
    after_directory: bytes = b"",
    disk: int = 0,
) -> bytes:
    out = b""
    directory = b""
    for record in records:
        out += record.before
        start = len(out) if record.start is None else record.start
        shared = record.fields()
        out += _local({**shared, **record.local}, record.local_extra)
        out += record.stored + record.descriptor
        directory += _central(shared, record, start)
    out += before_directory
    number = len(records) if count is None else count
    end = struct.pack(
        "<4sHHHHIIH",
        *(b"PK\5\6", disk, disk, number, number, len(directory), len(out), len(comment)),
    )
    return out + directory + after_directory + end + comment


def _local(fields: dict[str, int | bytes], extra: bytes) -> bytes:
    name = fields["name"]
    assert isinstance(name, bytes)
    shared = (fields["flags"], fields["method"], 0, 33)
    sums = (fields["crc"], fields["packed"], fields["size"])
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, *shared, *sums, len(name), len(extra))
    return head + name + extra


def _central(fields: dict[str, int | bytes], record: Record, start: int) -> bytes:
    shared = (fields["flags"], fields["method"], 0, 33)
    sums = (fields["crc"], fields["packed"], fields["size"])
    lengths = (len(record.name), len(record.extra), len(record.comment))
    head = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        *(b"PK\1\2", 20, 20, *shared, *sums, *lengths, 0, 0, record.attributes, start),
    )
    return head + record.name + record.extra + record.comment
