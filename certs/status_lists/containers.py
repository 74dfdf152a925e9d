"""The status list itself (状态列表): a value of few bits for every entry, packed and compressed.

Entries stand in an array of bytes, the least significant bits of a byte first; the array is
compressed with zlib. Source: draft-ietf-oauth-status-list, "Status List Byte Array".
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from certs.errors import MalformedStatusListError

MAX_LIST_BYTES: Final = 2**18
"""What a list of ours takes unpacked: 2^20 entries of two bits."""

_WIDTHS: Final = frozenset({1, 2, 4, 8})
_BYTE_BITS: Final = 8
_LEVEL: Final = 9
_WINDOW_BITS: Final = 15
_MEMORY_LEVEL: Final = 8
_CHANGED_BYTE: Final = re.compile(rb"[^\x00]")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """Values by index; changing one gives a new list.

    Attributes:
        bits: Bits of an entry: 1, 2, 4 or 8.
        data: The array, unpacked. It holds a whole number of bytes, so its last entries may
            belong to nobody.

    Raises:
        MalformedStatusListError: There are no entries of so many bits.
    """

    bits: int
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.bits not in _WIDTHS:
            raise MalformedStatusListError(f"an entry has 1, 2, 4 or 8 bits, not {self.bits}")

    @classmethod
    def empty(cls, *, bits: int, size: int) -> Self:
        """Return a list of at least ``size`` entries, all of the value 0."""
        return cls(bits=bits, data=bytes((size * bits + _BYTE_BITS - 1) // _BYTE_BITS))

    @classmethod
    def unpack(cls, packed: bytes, *, bits: int, max_bytes: int = MAX_LIST_BYTES) -> Self:
        """Return the list in a zlib stream.

        Raises:
            MalformedStatusListError: Not one whole zlib stream, or more than ``max_bytes`` in it.
        """
        inflater = zlib.decompressobj()
        try:
            # One byte more than allowed tells a list that fits from one that is cut off.
            data = inflater.decompress(packed, max_bytes + 1)
        except zlib.error as error:
            raise MalformedStatusListError("not a zlib stream") from error
        if len(data) > max_bytes or not inflater.eof or inflater.unused_data:
            raise MalformedStatusListError("a list of the wrong length")
        return cls(bits=bits, data=data)

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.data) * _BYTE_BITS // self.bits

    def pack(self) -> bytes:
        """Return the shorter of two zlib streams of level 9.

        Searching for repetitions pays while few entries are set; where many are, Huffman codes
        alone are shorter, and every reader of zlib understands both.
        """
        return min((self._pack(zlib.Z_DEFAULT_STRATEGY), self._pack(zlib.Z_HUFFMAN_ONLY)), key=len)

    def get(self, index: int) -> int:
        """Return the value of an entry.

        Raises:
            MalformedStatusListError: There is no such entry; nothing can be said about it.
        """
        if not 0 <= index < self.size:
            raise MalformedStatusListError(f"the list has no entry {index}")
        at, shift = divmod(index * self.bits, _BYTE_BITS)
        return self.data[at] >> shift & self._mask

    def changed(self, values: Mapping[int, int]) -> Self:
        """Return this list with new values for some entries.

        Args:
            values: New values by index.

        Raises:
            MalformedStatusListError: There is no such entry or no such value.
        """
        data = bytearray(self.data)
        for index, value in values.items():
            if not 0 <= index < self.size or not 0 <= value <= self._mask:
                raise MalformedStatusListError(f"no entry {index} can have the value {value}")
            at, shift = divmod(index * self.bits, _BYTE_BITS)
            data[at] = data[at] & ~(self._mask << shift) | value << shift
        return type(self)(bits=self.bits, data=bytes(data))

    def differences(self, after: Self) -> dict[int, int]:
        """Return the new values, by index in ascending order, that make this list ``after``.

        Raises:
            MalformedStatusListError: The lists have different shapes.
        """
        if (self.bits, self.size) != (after.bits, after.size):
            raise MalformedStatusListError("lists of different shapes")
        return {index: after.get(index) for index in self._unlike(after)}

    def counts(self) -> Counter[int]:
        """Return how many entries have each value."""
        found: Counter[int] = Counter()
        for byte, times in Counter(self.data).items():
            for shift in range(0, _BYTE_BITS, self.bits):
                found[byte >> shift & self._mask] += times
        return found

    @property
    def _mask(self) -> int:
        return (1 << self.bits) - 1

    def _unlike(self, other: Self) -> Iterator[int]:
        """Yield the indexes at which two lists of one shape differ."""
        width = len(self.data)
        one, two = int.from_bytes(self.data), int.from_bytes(other.data)
        for match in _CHANGED_BYTE.finditer((one ^ two).to_bytes(width)):
            first = match.start() * _BYTE_BITS // self.bits
            for index in range(first, first + _BYTE_BITS // self.bits):
                if self.get(index) != other.get(index):
                    yield index

    def _pack(self, strategy: int) -> bytes:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, strategy)
        return packer.compress(self.data) + packer.flush()
