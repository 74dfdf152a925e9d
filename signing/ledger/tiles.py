"""Tiles: pieces of a Merkle tree as files that never change once they are full.

A tile holds up to 256 hashes of one level; level ``n`` has a hash for each 256ⁿ entries. A
bundle holds the entries below one tile of level 0.
Source: C2SP tlog-tiles, with SM3.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from signing.algorithms import SM3_BYTES
from signing.errors import MalformedStructureError

TILE_WIDTH: Final = 256
BUNDLES: Final = -1
"""The level below the hashes: the entries themselves."""
MAX_ENTRY_BYTES: Final = 0xFFFF
MAX_LEVEL: Final = 7
"""Level 7 is above more entries than a 64-bit number counts."""

_GROUP: Final = 1000
_LENGTH_BYTES: Final = 2
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|[0-7])/(?P<groups>(?:x[0-9]{3}/){0,5}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class TileName:
    """Which tile.

    Attributes:
        level: 0 for hashes of entries; `BUNDLES` for the entries themselves (``entries``).
        index: Which one of its level, from the left.
        width: How many of its hashes there are, 256 in a full one.

    Raises:
        MalformedStructureError: There is no such tile.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not (
            BUNDLES <= self.level <= MAX_LEVEL and self.index >= 0 and 0 < self.width <= TILE_WIDTH
        ):
            raise MalformedStructureError("no tile has this name")

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read a path that `path` wrote, and no other spelling of it.

        Raises:
            MalformedStructureError: Not the path of a tile.
        """
        found = _PATH.fullmatch(path)
        if found is None:
            raise MalformedStructureError("not the path of a tile")
        level = BUNDLES if found["level"] == "entries" else int(found["level"])
        index = int("".join(group.lstrip("x") for group in found["groups"].split("/")))
        name = cls(level, index, int(found["width"] or TILE_WIDTH))
        if name.path != path:
            raise MalformedStructureError("not the shortest path of a tile")
        return name

    @property
    def path(self) -> str:
        """Where the tile lies, as ``tile/0/x001/234.p/17``."""
        groups = [f"{self.index % _GROUP:03d}"]
        rest = self.index // _GROUP
        while rest:
            groups.insert(0, f"x{rest % _GROUP:03d}")
            rest //= _GROUP
        level = "entries" if self.level == BUNDLES else str(self.level)
        part = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{part}"


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """Return entries one after the other, each behind its length in two bytes.

    Raises:
        MalformedStructureError: An entry has more than 65,535 bytes.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise MalformedStructureError("the entry is too long for a bundle")
        parts += (len(entry).to_bytes(_LENGTH_BYTES, "big"), entry)
    return b"".join(parts)


def parse_bundle(data: bytes) -> tuple[bytes, ...]:
    """Return the entries of a bundle, at most 256.

    Raises:
        MalformedStructureError: Not a bundle.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(data[at:begin], "big")
        if begin > len(data) or at > len(data) or len(entries) == TILE_WIDTH:
            raise MalformedStructureError("not a bundle of entries")
        entries.append(data[begin:at])
    return tuple(entries)


def parse_tile(data: bytes, *, width: int) -> tuple[bytes, ...]:
    """Return the hashes of a tile.

    Raises:
        MalformedStructureError: Not as many hashes as its name says.
    """
    if len(data) != width * SM3_BYTES:
        raise MalformedStructureError("not as many hashes as the tile is wide")
    return tuple(data[at : at + SM3_BYTES] for at in range(0, len(data), SM3_BYTES))


def join_tile(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a tile."""
    return b"".join(hashes)
