"""Runs in which every archived package is read again, in the database."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select, update

from certs.keeping.holdings import Holding
from certs.keeping.scrubs import Scrub
from storage.holdings import from_row
from storage.keeping_tables import archive_holdings, scrubs

_ANY: Final = 500
"""Bound parameters of one IN list; SQLite allows few thousands."""


class SqlScrubs:
    """Reads and writes scrubs on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, at: datetime) -> Scrub:
        """Return the run that was not finished, or a new one."""
        query = select(scrubs).where(scrubs.c.finished_at.is_(None)).order_by(scrubs.c.number)
        row = self._connection.execute(query.limit(1)).mappings().one_or_none()
        if row is not None:
            return Scrub(**row)
        begun = asdict(Scrub(number=0, started_at=at))
        del begun["number"]
        statement = insert(scrubs).values(begun).returning(scrubs)
        return Scrub(**self._connection.execute(statement).mappings().one())

    def due(self, before: datetime, limit: int) -> tuple[Holding, ...]:
        """Return kept holdings not read since ``before``, those that wait longest first."""
        query = (
            select(archive_holdings)
            .where(
                archive_holdings.c.destroyed_at.is_(None),
                archive_holdings.c.last_scrubbed_at < before,
            )
            .order_by(archive_holdings.c.last_scrubbed_at, archive_holdings.c.package_id)
            .limit(limit)
        )
        return tuple(from_row(row) for row in self._connection.execute(query).mappings())

    def note(self, package_ids: Sequence[str], at: datetime, *, lost: Collection[str]) -> None:
        """Note that these were read, and those of them of which no good copy is left."""
        whole = [item for item in package_ids if item not in lost]
        for listed, damaged_at in ((whole, None), (list(lost), at)):
            for start in range(0, len(listed), _ANY):
                chosen = archive_holdings.c.package_id.in_(listed[start : start + _ANY])
                self._connection.execute(
                    update(archive_holdings)
                    .where(chosen)
                    .values(last_scrubbed_at=at, damaged_at=damaged_at)
                )

    def save(self, scrub: Scrub) -> None:
        """Keep how far a run has come."""
        self._connection.execute(
            update(scrubs).where(scrubs.c.number == scrub.number).values(asdict(scrub))
        )

    def newest(self, limit: int) -> tuple[Scrub, ...]:
        """Return runs, the newest first."""
        query = select(scrubs).order_by(scrubs.c.number.desc()).limit(limit)
        return tuple(Scrub(**row) for row in self._connection.execute(query).mappings())

    def damaged(self, limit: int) -> tuple[Holding, ...]:
        """Return holdings of which no good copy was found when they were read last."""
        query = (
            select(archive_holdings)
            .where(archive_holdings.c.damaged_at.is_not(None))
            .order_by(archive_holdings.c.package_id)
            .limit(limit)
        )
        return tuple(from_row(row) for row in self._connection.execute(query).mappings())
