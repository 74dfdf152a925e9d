"""Digests of the days' decisions, in the database."""

from datetime import date

from sqlalchemy import Connection, insert, select

from certs.decision_digests import DayDigest
from storage.access_decision_tables import decision_days


class SqlDecisionDays:
    """What was committed, on one connection; the port is ``DigestBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, digest: DayDigest) -> None:
        """Keep what is committed."""
        self._connection.execute(
            insert(decision_days).values(
                day=digest.day,
                decisions=digest.decisions,
                digest=digest.digest,
                salt=digest.salt,
                sealed_at=digest.sealed_at,
            )
        )

    def find(self, day: date) -> DayDigest | None:
        """Return what was committed about a day, or None."""
        query = select(decision_days).where(decision_days.c.day == day)
        row = self._connection.execute(query).mappings().one_or_none()
        return DayDigest(**row) if row is not None else None

    def newest(self, limit: int) -> tuple[DayDigest, ...]:
        """Return the newest, by day."""
        query = select(decision_days).order_by(decision_days.c.day.desc()).limit(limit)
        return tuple(DayDigest(**row) for row in self._connection.execute(query).mappings())
