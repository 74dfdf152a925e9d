"""A ledger book in memory."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.ports import LedgerHead, PlacedEntry


@dataclass
class LedgerShelfState:
    """What is committed of it."""

    waiting: list[tuple[LedgerName, str, bytes]] = field(default_factory=list)
    placed: dict[LedgerName, list[PlacedEntry]] = field(default_factory=dict)
    heads: dict[tuple[LedgerName, int], LedgerHead] = field(default_factory=dict)


class MemoryLedger:
    def __init__(self, state: LedgerShelfState) -> None:
        self._state = state

    def note(self, log: LedgerName, entries: Iterable[tuple[str, LedgerEntry]]) -> None:
        self._state.waiting += [(log, subject, entry.encode()) for subject, entry in entries]

    def place(self, log: LedgerName, limit: int) -> int:
        mine = [item for item in self._state.waiting if item[0] == log][:limit]
        row = self._state.placed.setdefault(log, [])
        for item in mine:
            self._state.waiting.remove(item)
            _, subject, encoded = item
            row.append(PlacedEntry(position=len(row), subject=subject, encoded=encoded))
        return len(mine)

    def size(self, log: LedgerName) -> int:
        return len(self._state.placed.get(log, []))

    def entries(self, log: LedgerName, first: int, limit: int) -> tuple[PlacedEntry, ...]:
        return tuple(self._state.placed.get(log, [])[first : first + limit])

    def about(self, log: LedgerName, subject: str) -> tuple[PlacedEntry, ...]:
        return tuple(item for item in self._state.placed.get(log, []) if item.subject == subject)

    def noted(self, log: LedgerName, subject: str) -> tuple[bytes, ...]:
        placed = [item.encoded for item in self.about(log, subject)]
        waiting = [item[2] for item in self._state.waiting if item[:2] == (log, subject)]
        return (*placed, *waiting)

    def head(self, log: LedgerName) -> LedgerHead | None:
        mine = [head for head in self._state.heads.values() if head.log == log]
        return max(mine, key=lambda head: head.size, default=None)

    def keep_head(self, head: LedgerHead) -> None:
        known = self._state.heads.get((head.log, head.size))
        if known is None or known.seen_at is None or head.seen_at is not None:
            self._state.heads[head.log, head.size] = head

    def seen(self, log: LedgerName, subjects: Collection[str]) -> frozenset[str]:
        found = ((subject, self.about(log, subject)) for subject in subjects)
        return frozenset(
            subject
            for subject, placed in found
            if placed and self.seen_head(log, placed[0].position) is not None
        )

    def seen_head(self, log: LedgerName, position: int) -> LedgerHead | None:
        mine = [
            head
            for head in self._state.heads.values()
            if head.log == log and head.size > position and head.seen_at is not None
        ]
        return min(mine, key=lambda head: head.size, default=None)
