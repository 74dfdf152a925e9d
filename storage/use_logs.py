"""The log of one holder over all licenses, and what was committed about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select

from certs.use_logs.counts import UseCount
from certs.use_logs.entries import LoggedUse, UseFilter
from storage.license_tables import licenses, usages
from storage.showings import usage_of
from storage.use_log_tables import use_counts


class SqlHolderLog:
    """The log on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(
        self, holder_key: str, limit: int, *, before: int | None = None, wanted: UseFilter
    ) -> tuple[LoggedUse, ...]:
        """Return uses, the newest first, from behind the number ``before``."""
        query = _filtered(_of_holder(holder_key), wanted)
        if before is not None:
            query = query.where(usages.c.row < before)
        return self._all(query.order_by(usages.c.row.desc()).limit(limit))

    def whole(self, holder_key: str, *, through: int) -> tuple[LoggedUse, ...]:
        """Return every use up to a number, the oldest first."""
        query = _of_holder(holder_key).where(usages.c.row <= through)
        return self._all(query.order_by(usages.c.row))

    def get(self, number: int) -> tuple[str, LoggedUse] | None:
        """Return whose license a use was of (the holder's key) and the use; None for none."""
        query = _joined(licenses.c.holder_key).where(usages.c.row == number)
        row = self._connection.execute(query).mappings().one_or_none()
        return (row["holder_key"], _logged(row)) if row is not None else None

    def holders_since(self, number: int, *, before: datetime) -> tuple[tuple[str, int], ...]:
        """Return the holders with uses behind a number, each with the last one's number."""
        query = (
            select(licenses.c.holder_key, func.max(usages.c.row))
            .join(usages, usages.c.identifier == licenses.c.identifier)
            .where(usages.c.row > number, usages.c.at < before)
            .group_by(licenses.c.holder_key)
            .order_by(licenses.c.holder_key)
        )
        return tuple((key, last) for key, last in self._connection.execute(query))

    def _all(self, query: Select[Any]) -> tuple[LoggedUse, ...]:
        return tuple(map(_logged, self._connection.execute(query).mappings()))


class SqlUseCounts:
    """What was committed, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, count: UseCount) -> None:
        """Keep what is committed."""
        self._connection.execute(
            insert(use_counts).values(
                holder_key=count.holder_key,
                through=count.through,
                uses=count.uses,
                digest=count.digest,
                salt=count.salt,
                counted_at=count.counted_at,
            )
        )

    def newest(self, holder_key: str) -> UseCount | None:
        """Return what was committed last about a holder, or None."""
        query = (
            select(use_counts)
            .where(use_counts.c.holder_key == holder_key)
            .order_by(use_counts.c.through.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return UseCount(**row) if row is not None else None

    def last(self) -> int:
        """Return the largest number of a use that any count covers; 0 for none."""
        query = select(func.coalesce(func.max(use_counts.c.through), 0))
        return int(self._connection.execute(query).scalar_one())


def _joined(*more: Any) -> Select[Any]:  # noqa: ANN401 - columns
    return select(usages, *more).join(licenses, usages.c.identifier == licenses.c.identifier)


def _of_holder(holder_key: str) -> Select[Any]:
    return _joined().where(licenses.c.holder_key == holder_key)


def _filtered(query: Select[Any], wanted: UseFilter) -> Select[Any]:
    if wanted.license:
        query = query.where(usages.c.identifier == wanted.license)
    if wanted.basis:
        query = query.where(usages.c.basis == wanted.basis)
    if wanted.since is not None:
        query = query.where(usages.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(usages.c.at < wanted.until)
    return query


def _logged(row: RowMapping) -> LoggedUse:
    return LoggedUse(number=row["row"], usage=usage_of(row), salt=row["salt"] or "")
