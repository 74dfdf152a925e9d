"""What the ledger needs from outside: a book in the database, and a shelf for its tiles."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certs.ledger.entries import LedgerEntry, LedgerName
from signing.ledger.tiles import TileName


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """A checkpoint that was signed.

    Attributes:
        size: How many entries it covers.
        note: The signed note, with the cosignatures there are.
        signed_at: When the region signed it.
        seen_at: When the first witness says that it saw it; None before one has.
    """

    log: LedgerName
    size: int
    note: str
    signed_at: datetime
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedEntry:
    """An entry that has its place.

    Attributes:
        position: Its number in the log, from 0.
        subject: What the register calls the thing it is about; never leaves the register.
        encoded: The entry.
    """

    position: int
    subject: str
    encoded: bytes


class LedgerBook(Protocol):
    """The ledger in the database: entries in the order in which they got their numbers."""

    def note(self, log: LedgerName, entries: Iterable[tuple[str, LedgerEntry]]) -> None:
        """Store entries, each behind what it is about, for the log to take up."""
        ...

    def place(self, log: LedgerName, limit: int) -> int:
        """Give the next numbers to entries that wait, oldest first; return how many there were."""
        ...

    def size(self, log: LedgerName) -> int:
        """Return how many entries have a number."""
        ...

    def entries(self, log: LedgerName, first: int, limit: int) -> tuple[PlacedEntry, ...]:
        """Return entries from number ``first`` on, in order."""
        ...

    def about(self, log: LedgerName, subject: str) -> tuple[PlacedEntry, ...]:
        """Return the entries about a subject that have a number, in order."""
        ...

    def noted(self, log: LedgerName, subject: str) -> tuple[bytes, ...]:
        """Return all entries about a subject, with a number or still waiting for one."""
        ...

    def head(self, log: LedgerName) -> LedgerHead | None:
        """Return the largest checkpoint that was signed."""
        ...

    def keep_head(self, head: LedgerHead) -> None:
        """Store a checkpoint that was signed, or one that witnesses have seen since."""
        ...

    def seen(self, log: LedgerName, subjects: Collection[str]) -> frozenset[str]:
        """Return those of the subjects whose first entry a witness has seen."""
        ...

    def seen_head(self, log: LedgerName, position: int) -> LedgerHead | None:
        """Return the first checkpoint over an entry that a witness has seen."""
        ...


class LedgerShelf(Protocol):
    """The ledger as files: tiles, bundles of entries and the present checkpoint."""

    def read(self, log: LedgerName, name: TileName) -> bytes:
        """Return a tile or bundle, or the beginning of the fuller one that took its place.

        Raises:
            LedgerDamagedError: It is not there, or shorter than its name says.
        """
        ...

    def put_all(self, log: LedgerName, tiles: Mapping[TileName, bytes]) -> None:
        """Lay out tiles durably, all before any checkpoint that needs them."""
        ...

    def checkpoint(self, log: LedgerName) -> str:
        """Return the checkpoint that lies there; empty if there is none."""
        ...

    def put_checkpoint(self, log: LedgerName, note: str) -> None:
        """Lay out a checkpoint durably, whole or not at all."""
        ...
