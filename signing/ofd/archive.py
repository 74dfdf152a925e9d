"""A zip file as names and bytes, inflated entry by entry and never further than declared."""

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from signing.errors import MalformedOfdError
from signing.ofd.directory import DEFLATED, Entry, Limits, check_sizes, read_directory
from signing.ofd.rules import OfdRule

DEFAULT_LIMITS: Final = Limits()
_CHUNK_BYTES: Final = 1024 * 1024
_KEPT_BYTES: Final = 32_000_000
_READINGS: Final = 3
"""How often the largest allowed content may be inflated in all, digests included."""


class Archive:
    """The entries of one zip file; contents and digests are worked out when asked for.

    Args:
        data: The file.
        limits: How much is read at most.

    Raises:
        MalformedOfdError: Not a zip file with exactly one reading.

    Attributes:
        data: The file.
        entries: By name, in the order in which they lie; folders are left out.
    """

    def __init__(self, data: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
        listed = read_directory(data, limits)
        self.data: Final = data
        self._listed = listed
        self.entries: Final[Mapping[str, Entry]] = MappingProxyType(
            {entry.name: entry for entry in listed if not entry.is_folder}
        )
        self.folders: Final = tuple(entry.name for entry in listed if entry.is_folder)
        self._limits = limits
        self._bytes_left = _READINGS * limits.inflated_bytes
        self._kept: dict[str, bytes] = {}
        self._kept_bytes = 0
        self._digests: dict[str, bytes] = {}

    def check(self, limits: Limits) -> None:
        """Refuse a file that is larger than narrower limits allow.

        Raises:
            MalformedOfdError: It is.
        """
        if len(self.data) > limits.file_bytes:
            raise MalformedOfdError(OfdRule.TOO_LARGE, f"larger than {limits.file_bytes} bytes")
        if len(self._listed) > limits.entries:
            raise MalformedOfdError(OfdRule.TOO_MANY_ENTRIES, f"more than {limits.entries} entries")
        check_sizes(self._listed, limits)
        if any(entry.size_bytes > limits.part_bytes for entry in self._listed):
            raise MalformedOfdError(OfdRule.TOO_LARGE, "a part is too large to be held")

    def packed(self, name: str) -> bytes:
        """Return an entry's bytes as they lie in the file.

        Raises:
            MalformedOfdError: There is no such entry.
        """
        entry = self._entry(name)
        return self.data[entry.data_start : entry.data_start + entry.packed_bytes]

    def read(self, name: str, *, max_bytes: int | None = None) -> bytes:
        """Return an entry's content, its length and checksum verified.

        Args:
            name: The entry.
            max_bytes: A bound below the one for parts held in memory.

        Raises:
            MalformedOfdError: No such entry, too large, or damaged.
        """
        entry = self._entry(name)
        if entry.size_bytes > min(max_bytes or self._limits.part_bytes, self._limits.part_bytes):
            raise MalformedOfdError(OfdRule.TOO_LARGE, f"{name[:80]!r} is too large to be held")
        content = self._kept.get(name)
        if content is None:
            content = b"".join(self._chunks(entry))
            if self._kept_bytes + len(content) <= _KEPT_BYTES:
                self._kept[name] = content
                self._kept_bytes += len(content)
        return content

    def digest(self, name: str) -> bytes:
        """Return SM3 of an entry's content, 32 bytes, without holding the content.

        Raises:
            MalformedOfdError: No such entry, or damaged.
        """
        found = self._digests.get(name)
        if found is None:
            entry = self._entry(name)
            kept = self._kept.get(name)
            state = hashlib.new("sm3")
            for chunk in (kept,) if kept is not None else self._chunks(entry):
                state.update(chunk)
            found = self._digests[name] = state.digest()
        return found

    def known_digest(self, name: str) -> bytes:
        """Return SM3 of an entry's content if it was worked out already; empty otherwise."""
        return self._digests.get(name, b"")

    def damaged(self) -> tuple[str, ...]:
        """Return the entries whose content does not have its length and checksum."""
        found: list[str] = []
        for name in self.entries:
            try:
                self.digest(name)
            except MalformedOfdError:
                found.append(name)
        return tuple(found)

    def _entry(self, name: str) -> Entry:
        entry = self.entries.get(name)
        if entry is None:
            raise MalformedOfdError(OfdRule.PATH, f"there is no entry {name[:80]!r}")
        return entry

    def _chunks(self, entry: Entry) -> Iterator[bytes]:
        """Yield an entry's content, at most as many bytes as it declares.

        The last chunk has been yielded before the checksum is known: whoever iterates must
        go on to the end, as `b"".join` and a digest do.
        """
        self._bytes_left -= entry.size_bytes
        if self._bytes_left < 0:
            raise MalformedOfdError(OfdRule.TOO_LARGE, "too much would have to be inflated")
        view = memoryview(self.data)[entry.data_start : entry.data_start + entry.packed_bytes]
        checksum = size = 0
        for chunk in _inflated(view, entry) if entry.method == DEFLATED else _pieces(view):
            checksum = zlib.crc32(chunk, checksum)
            size += len(chunk)
            if size > entry.size_bytes:
                break
            yield chunk
        if (checksum, size) != (entry.crc, entry.size_bytes):
            raise _damaged(entry, "its length or checksum is another")


def _pieces(view: memoryview) -> Iterator[bytes]:
    for at in range(0, len(view), _CHUNK_BYTES):
        yield bytes(view[at : at + _CHUNK_BYTES])


def _inflated(view: memoryview, entry: Entry) -> Iterator[bytes]:
    """Yield what a raw deflate stream holds; it must end where the packed data ends."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    at, waiting = 0, b""
    while not inflater.eof:
        if not waiting:
            waiting = bytes(view[at : at + _CHUNK_BYTES])
            at += len(waiting)
        try:
            chunk = inflater.decompress(waiting, _CHUNK_BYTES)
        except zlib.error as error:
            raise _damaged(entry, "its deflate stream is no such stream") from error
        # Output may still wait inside when no input is left; then the next round yields it.
        if not chunk and not waiting:
            raise _damaged(entry, "its deflate stream is cut short")
        yield chunk
        waiting = inflater.unconsumed_tail
    if inflater.unused_data or at < len(view):
        raise _damaged(entry, "bytes follow its deflate stream")


def _damaged(entry: Entry, message: str) -> MalformedOfdError:
    return MalformedOfdError(OfdRule.DAMAGED, f"{entry.name[:80]!r}: {message}")
