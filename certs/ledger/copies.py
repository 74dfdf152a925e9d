"""The ledger laid out as tiles, brought up to date from the book, and never rewritten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from certs.errors import LedgerDamagedError
from certs.ledger.entries import LedgerName
from certs.ledger.ports import LedgerShelf, PlacedEntry
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.hashing import leaf_hash
from signing.ledger.notes import parse_note
from signing.ledger.tiles import (
    BUNDLES,
    TILE_WIDTH,
    TileName,
    join_tile,
    parse_bundle,
    parse_tile,
    write_bundle,
)
from signing.ledger.trees import GrowingTree, TiledTree

_AT_ONCE: Final = 40 * TILE_WIDTH

ReadEntries = Callable[[int, int], tuple[PlacedEntry, ...]]
"""Returns entries of a log from a number on, so many at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCopy:
    """One log on one shelf."""

    log: LedgerName
    shelf: LedgerShelf

    def head(self) -> Checkpoint | None:
        """Return the checkpoint that lies there; whoever laid it out checked it."""
        note = self.shelf.checkpoint(self.log)
        return Checkpoint.parse(parse_note(note).text) if note else None

    def tree(self, size: int) -> TiledTree:
        """Return the tree of a size that a checkpoint had."""
        return TiledTree(size, self._tile)

    def growing(self) -> GrowingTree:
        """Return the tree as it lies there.

        Raises:
            LedgerDamagedError: The tiles do not have the root of the checkpoint.
        """
        head = self.head()
        if head is None:
            return GrowingTree()
        tree = GrowingTree.of_tiles(head.size, self._tile)
        if tree.root() != head.root:
            raise LedgerDamagedError(f"{self.log}: the tiles are not those of the checkpoint")
        return tree

    def extend(self, tree: GrowingTree, size: int, read: ReadEntries) -> None:
        """Let ``tree`` grow to ``size`` entries, and lay out its tiles.

        Raises:
            LedgerDamagedError: The book does not have the entries.
        """
        while tree.size < size:
            wanted = min(size - tree.size, _AT_ONCE)
            entries = read(tree.size, wanted)
            first = tree.size
            if [entry.position for entry in entries] != list(range(first, first + wanted)):
                raise LedgerDamagedError(f"{self.log}: entries are missing from {first} on")
            contents = [entry.encoded for entry in entries]
            tiles = {
                name: join_tile(hashes)
                for name, hashes in tree.append([leaf_hash(entry) for entry in contents])
            }
            self.shelf.put_all(self.log, tiles | self._bundles(first, contents))

    def _bundles(self, first: int, entries: Sequence[bytes]) -> dict[TileName, bytes]:
        """Return the bundles that change when ``entries`` follow the first ``first`` ones."""
        index, begun = divmod(first, TILE_WIDTH)
        before: tuple[bytes, ...] = ()
        if begun:
            before = parse_bundle(self.shelf.read(self.log, TileName(BUNDLES, index, begun)))
        row = (*before[:begun], *entries)
        return {
            TileName(BUNDLES, index + at // TILE_WIDTH, len(part)): write_bundle(part)
            for at in range(0, len(row), TILE_WIDTH)
            if (part := row[at : at + TILE_WIDTH])
        }

    def _tile(self, name: TileName) -> tuple[bytes, ...]:
        return parse_tile(self.shelf.read(self.log, name), width=name.width)
