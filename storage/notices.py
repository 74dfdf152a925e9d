"""The notices that wait for delivery (发件箱), in the database."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, exists, insert, select, update

from certs.licenses import License
from certs.notices import Notice, NoticeKind, notice_of
from certs.statuses import OPEN, StatusEvent, StatusKind
from storage.license_tables import licenses
from storage.notice_tables import notices, reminders

_ANY: Final = 500
"""Bound parameters of one IN list; SQLite allows few thousands."""


class SqlNotices:
    """Reads and writes notices on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: Iterable[Notice]) -> None:
        """Write notices, and of reminders that they were written."""
        written = list(batch)
        rows = [_to_row(notice) for notice in written]
        if rows:
            self._connection.execute(insert(notices), rows)
        told = [
            {"identifier": item.identifier, "expires_on": item.expires_on}
            for item in written
            if item.expires_on is not None
        ]
        if told:
            self._connection.execute(insert(reminders), told)

    def waiting(self, limit: int) -> tuple[Notice, ...]:
        """Return what waits, oldest first."""
        query = select(notices).order_by(notices.c.number).limit(limit)
        return tuple(_from_row(row) for row in self._connection.execute(query).mappings())

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[Notice, ...]:
        """Return what is due, the oldest of each license, and make it due again ``until``."""
        older = notices.alias("older")
        query = (
            select(notices)
            .where(
                notices.c.due_at <= now,
                ~exists().where(
                    older.c.identifier == notices.c.identifier, older.c.number < notices.c.number
                ),
            )
            .order_by(notices.c.due_at, notices.c.number)
            .limit(limit)
            # Another process takes others meanwhile instead of waiting for these.
            .with_for_update(skip_locked=True, of=notices)
        )
        rows = self._connection.execute(query).mappings().all()
        numbers = [row["number"] for row in rows]
        for portion in _portions(numbers):
            self._connection.execute(
                update(notices)
                .where(notices.c.number.in_(portion))
                .values(due_at=until, attempts=notices.c.attempts + 1)
            )
        return tuple(_from_row(row) for row in rows)

    def postpone(self, number: int, *, until: datetime) -> None:
        """Let a notice be due later."""
        self._connection.execute(
            update(notices).where(notices.c.number == number).values(due_at=until)
        )

    def finish(self, numbers: Sequence[int]) -> None:
        """Remove notices that were delivered."""
        for portion in _portions(numbers):
            self._connection.execute(delete(notices).where(notices.c.number.in_(portion)))

    def expiring(self, first: date, last: date, *, limit: int) -> tuple[tuple[str, date], ...]:
        """Return licenses in force whose last day lies in a span, and of which nobody was told."""
        was_told = exists().where(
            reminders.c.identifier == licenses.c.identifier,
            reminders.c.expires_on == licenses.c.valid_to,
        )
        query = (
            select(licenses.c.identifier, licenses.c.valid_to)
            .where(
                licenses.c.valid_to.between(first, last),
                licenses.c.status.in_(sorted(OPEN)),
                ~was_told,
            )
            .order_by(licenses.c.valid_to)
            .limit(limit)
        )
        return tuple((identifier, day) for identifier, day in self._connection.execute(query))


def tell_issued(connection: Connection, begun: Iterable[tuple[License, StatusEvent]]) -> None:
    """Write that licenses came into the register."""
    SqlNotices(connection).add(
        notice_of(license.identifier, event, kind=NoticeKind.ISSUED) for license, event in begun
    )


def tell_change(connection: Connection, identifier: str, event: StatusEvent) -> None:
    """Write that a license changed, or is to change."""
    SqlNotices(connection).add([notice_of(identifier, event, kind=NoticeKind.CHANGED)])


def _portions(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[at : at + _ANY] for at in range(0, len(numbers), _ANY))


def _to_row(notice: Notice) -> dict[str, Any]:
    return {
        "identifier": notice.identifier,
        "kind": (NoticeKind.EXPIRING if notice.material else notice.kind).value,
        "status": notice.status.value if notice.status else None,
        "effective_at": notice.effective_at,
        "recorded_at": notice.recorded_at,
        "expires_on": notice.due_on if notice.material else notice.expires_on,
        "material": notice.material or None,
        "attempts": notice.attempts,
        "due_at": notice.recorded_at,
    }


def _from_row(row: RowMapping) -> Notice:
    return Notice(
        number=row["number"],
        identifier=row["identifier"],
        kind=NoticeKind.PROMISE_DUE if row["material"] else NoticeKind(row["kind"]),
        status=StatusKind(row["status"]) if row["status"] else None,
        effective_at=row["effective_at"],
        recorded_at=row["recorded_at"],
        expires_on=None if row["material"] else row["expires_on"],
        material=row["material"] or "",
        due_on=row["expires_on"] if row["material"] else None,
        attempts=row["attempts"],
    )
