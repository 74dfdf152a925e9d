"""What this region saw last of others' logs, in the database."""

from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, select

from storage.dialects import insert_of
from storage.ledger_tables import witnessed_heads
from storage.locks import hold


class SqlWitnessBook:
    """One transaction; rolls back unless committed."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def last_seen(self, origin: str) -> str | None:
        """Return the last note that was cosigned; nobody else changes it until the commit."""
        hold(self._connection, f"witness: {origin}")
        query = select(witnessed_heads.c.note).where(witnessed_heads.c.origin == origin)
        return self._connection.execute(query).scalar_one_or_none()

    def keep_seen(self, origin: str, note: str, *, now: datetime) -> None:
        """Store a note about to be cosigned, in the place of the one before."""
        seen = {"note": note, "seen_at": now}
        first = insert_of(self._connection, witnessed_heads).values(origin=origin, **seen)
        self._connection.execute(first.on_conflict_do_update(index_elements=["origin"], set_=seen))

    def commit(self) -> None:
        """Make the changes durable."""
        self._connection.commit()
