"""A growing Merkle tree and the proofs that can be read off its tiles.

A tree keeps no more than its right edge; the rest lies in tiles that whoever holds the tree
stores and hands back.
Source: RFC 6962, 2.1; RFC 9162, 2.1.3.1 and 2.1.4.1.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from signing.ledger.hashing import EMPTY_ROOT, node_hash, tree_hash
from signing.ledger.tiles import TILE_WIDTH, TileName

ReadTile = Callable[[TileName], tuple[bytes, ...]]
"""Returns the hashes of a tile, exactly as many as its name says."""

_TILE_BITS = TILE_WIDTH.bit_length() - 1


@dataclass(slots=True)
class GrowingTree:
    """The right edge of a tree: its size and, for each level, the hashes of the last tile.

    Attributes:
        size: How many entries there are.
        edges: By level, the hashes of the tile that is not full yet.
    """

    size: int = 0
    edges: list[list[bytes]] = field(default_factory=list)

    @classmethod
    def of_tiles(cls, size: int, read: ReadTile) -> Self:
        """Take up a tree of ``size`` entries from its partial tiles."""
        edges: list[list[bytes]] = []
        hashes = size
        while hashes:
            index, width = divmod(hashes, TILE_WIDTH)
            edges.append(list(read(TileName(len(edges), index, width))) if width else [])
            hashes = index
        return cls(size=size, edges=edges)

    def append(self, leaves: Iterable[bytes]) -> list[tuple[TileName, tuple[bytes, ...]]]:
        """Add hashes of entries.

        Returns:
            The tiles that changed: those that became full and, of each level that grew, the
            partial one.
        """
        changed: list[tuple[TileName, tuple[bytes, ...]]] = []
        hashes, level, first = list(leaves), 0, self.size
        self.size += len(hashes)
        while hashes:
            if level == len(self.edges):
                self.edges.append([])
            hashes, full = self._grow(level, first // TILE_WIDTH, hashes)
            changed += full
            first, level = first // TILE_WIDTH, level + 1
        return changed

    def _grow(
        self, level: int, index: int, hashes: list[bytes]
    ) -> tuple[list[bytes], list[tuple[TileName, tuple[bytes, ...]]]]:
        """Add hashes to one level; return the hashes of tiles that are full now, and the tiles."""
        row = self.edges[level] + hashes
        ends = len(row) - len(row) % TILE_WIDTH
        full = [tuple(row[at : at + TILE_WIDTH]) for at in range(0, ends, TILE_WIDTH)]
        changed = [(TileName(level, index + at), tile) for at, tile in enumerate(full)]
        self.edges[level] = row[ends:]
        if self.edges[level]:
            name = TileName(level, index + len(full), len(self.edges[level]))
            changed.append((name, tuple(self.edges[level])))
        return [tree_hash(tile) for tile in full], changed

    def root(self) -> bytes:
        """Return the root, 32 bytes."""
        return edge_root(self.edges)


def edge_root(edges: Iterable[Iterable[bytes]]) -> bytes:
    """Return the root of the tree whose partial tiles are ``edges``, from level 0 upwards."""
    below: list[bytes] = []
    for edge in edges:
        row = [*edge, *below]
        below = [tree_hash(row)] if row else []
    return below[0] if below else EMPTY_ROOT


class TiledTree:
    """A tree of a size, read from its tiles; what was read is kept as long as the tree.

    Args:
        size: How many entries it has.
        read: Reads tiles of this size.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._read = read
        self._rows: dict[tuple[int, int], list[list[bytes]]] = {}

    def root(self) -> bytes:
        """Return the root, 32 bytes."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def inclusion_path(self, index: int) -> tuple[bytes, ...]:
        """Return the hashes that lead from an entry to the root, the lowest first.

        Raises:
            IndexError: There is no such entry.
        """
        if not 0 <= index < self.size:
            raise IndexError(index)
        return tuple(self._inclusion(index))[::-1]

    def _inclusion(self, index: int) -> Iterator[bytes]:
        low, high = 0, self.size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                yield self._range(middle, high)
                high = middle
            else:
                yield self._range(low, middle)
                low = middle

    def consistency_path(self, old: int) -> tuple[bytes, ...]:
        """Return the hashes that show that the tree continues the one of ``old`` entries.

        Raises:
            IndexError: The tree was never of that size.
        """
        if not 0 <= old <= self.size:
            raise IndexError(old)
        return tuple(self._consistency(old))[::-1] if old else ()

    def _consistency(self, old: int) -> Iterator[bytes]:
        low, high, is_whole = 0, self.size, True
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                yield self._range(middle, high)
                high = middle
            else:
                yield self._range(low, middle)
                low, is_whole = middle, False
        if not is_whole:
            yield self._range(low, high)

    def _range(self, low: int, high: int) -> bytes:
        """Return the root of the entries from ``low`` to ``high``, a subtree of this tree."""
        count = high - low
        if not count & (count - 1):
            height = count.bit_length() - 1
            return self._node(height, low >> height)
        middle = low + _split(count)
        return node_hash(self._range(low, middle), self._range(middle, high))

    def _node(self, height: int, index: int) -> bytes:
        """Return the root of the complete subtree of 2^height entries at ``index``."""
        level, up = divmod(height, _TILE_BITS)
        tile, within = divmod(index << up, TILE_WIDTH)
        return self._rows_of(level, tile)[up][within >> up]

    def _rows_of(self, level: int, tile: int) -> list[list[bytes]]:
        """Return the hashes of a tile and the complete rows of nodes above them."""
        rows = self._rows.get((level, tile))
        if rows is None:
            width = min((self.size >> (_TILE_BITS * level)) - tile * TILE_WIDTH, TILE_WIDTH)
            rows = [list(self._read(TileName(level, tile, width)))]
            while len(rows[-1]) > 1:
                row = rows[-1]
                rows.append([node_hash(*row[at : at + 2]) for at in range(0, len(row) - 1, 2)])
            self._rows[level, tile] = rows
        return rows


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)
