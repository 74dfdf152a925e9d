"""The ledger in the database."""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.ports import LedgerHead, PlacedEntry
from storage.dialects import insert_of
from storage.ledger_tables import ledger_entries, ledger_heads
from storage.locks import hold

_PLACED: Final = ledger_entries.c.position.is_not(None)


class SqlLedger:
    """Reads and writes the ledger on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, log: LedgerName, entries: Iterable[tuple[str, LedgerEntry]]) -> None:
        """Store entries, each behind what it is about, for the log to take up."""
        rows = [
            {"log": log.value, "subject": subject, "encoded": entry.encode()}
            for subject, entry in entries
        ]
        if rows:
            self._connection.execute(insert(ledger_entries), rows)

    def place(self, log: LedgerName, limit: int) -> int:
        """Give the next numbers to entries that wait, oldest first; return how many there were."""
        hold(self._connection, f"ledger: {log}")
        waiting = (
            select(
                ledger_entries.c.row,
                func.row_number().over(order_by=ledger_entries.c.row).label("turn"),
            )
            .where(ledger_entries.c.log == log.value, ledger_entries.c.position.is_(None))
            .order_by(ledger_entries.c.row)
            .limit(limit)
            .subquery()
        )
        placed = self._connection.execute(
            update(ledger_entries)
            .where(ledger_entries.c.row == waiting.c.row)
            .values(position=waiting.c.turn + (self.size(log) - 1))
        )
        return placed.rowcount

    def size(self, log: LedgerName) -> int:
        """Return how many entries have a number."""
        last = select(func.max(ledger_entries.c.position)).where(
            ledger_entries.c.log == log.value, _PLACED
        )
        highest = self._connection.execute(last).scalar_one()
        return 0 if highest is None else highest + 1

    def entries(self, log: LedgerName, first: int, limit: int) -> tuple[PlacedEntry, ...]:
        """Return entries from number ``first`` on, in order."""
        query = (
            select(ledger_entries)
            .where(ledger_entries.c.log == log.value, ledger_entries.c.position >= first)
            .order_by(ledger_entries.c.position)
            .limit(limit)
        )
        return tuple(map(_placed, self._connection.execute(query).mappings()))

    def about(self, log: LedgerName, subject: str) -> tuple[PlacedEntry, ...]:
        """Return the entries about a subject that have a number, in order."""
        query = (
            select(ledger_entries)
            .where(ledger_entries.c.subject == subject, ledger_entries.c.log == log.value, _PLACED)
            .order_by(ledger_entries.c.position)
        )
        return tuple(map(_placed, self._connection.execute(query).mappings()))

    def noted(self, log: LedgerName, subject: str) -> tuple[bytes, ...]:
        """Return all entries about a subject, with a number or still waiting for one."""
        query = select(ledger_entries.c.encoded).where(
            ledger_entries.c.subject == subject, ledger_entries.c.log == log.value
        )
        found = self._connection.execute(query.order_by(ledger_entries.c.row))
        return tuple(found.scalars())

    def head(self, log: LedgerName) -> LedgerHead | None:
        """Return the largest checkpoint that was signed."""
        query = (
            select(ledger_heads)
            .where(ledger_heads.c.log == log.value)
            .order_by(ledger_heads.c.size.desc())
            .limit(1)
        )
        return _head(self._connection.execute(query).mappings().first())

    def keep_head(self, head: LedgerHead) -> None:
        """Store a checkpoint that was signed, or one that witnesses have seen since."""
        row = {
            "log": head.log.value,
            "size": head.size,
            "note": head.note,
            "signed_at": head.signed_at,
            "seen_at": head.seen_at,
        }
        # Two processes that sign one size sign one tree; what witnesses added is kept.
        first = insert_of(self._connection, ledger_heads).values(row)
        self._connection.execute(
            first.on_conflict_do_update(
                index_elements=["log", "size"],
                set_={"note": head.note, "seen_at": head.seen_at},
                where=ledger_heads.c.seen_at.is_(None) | (head.seen_at is not None),
            )
        )

    def seen(self, log: LedgerName, subjects: Collection[str]) -> frozenset[str]:
        """Return those of the subjects whose first entry a witness has seen."""
        largest = (
            select(func.max(ledger_heads.c.size))
            .where(ledger_heads.c.log == log.value, ledger_heads.c.seen_at.is_not(None))
            .scalar_subquery()
        )
        query = (
            select(ledger_entries.c.subject)
            .where(
                ledger_entries.c.subject.in_(subjects), ledger_entries.c.log == log.value, _PLACED
            )
            .group_by(ledger_entries.c.subject)
            .having(func.min(ledger_entries.c.position) < largest)
        )
        return frozenset(self._connection.execute(query).scalars())

    def seen_head(self, log: LedgerName, position: int) -> LedgerHead | None:
        """Return the first checkpoint over an entry that a witness has seen."""
        query = (
            select(ledger_heads)
            .where(
                ledger_heads.c.log == log.value,
                ledger_heads.c.size > position,
                ledger_heads.c.seen_at.is_not(None),
            )
            .order_by(ledger_heads.c.size)
            .limit(1)
        )
        return _head(self._connection.execute(query).mappings().first())


def _placed(row: RowMapping) -> PlacedEntry:
    return PlacedEntry(position=row["position"], subject=row["subject"], encoded=row["encoded"])


def _head(row: RowMapping | None) -> LedgerHead | None:
    if row is None:
        return None
    return LedgerHead(
        log=LedgerName(row["log"]),
        size=row["size"],
        note=row["note"],
        signed_at=row["signed_at"],
        seen_at=row["seen_at"],
    )
