"""Chunks of batches in the database: who works on which, and what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    RowMapping,
    ScalarSelect,
    Select,
    bindparam,
    func,
    or_,
    select,
    update,
)

from certs.batches.batch import LEASE, Chunk, RowOutcome, StagedRow
from certs.errors import LeaseLostError
from storage.batch_rows import outcome_columns
from storage.batch_tables import batch_chunks, batch_rows, batches

_ANY: Final = 500


class SqlChunks:
    """Reads and writes chunks of batches on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, batch_id: str, *, worker: str, now: datetime) -> Chunk | None:
        """Take a chunk that nobody has, or whose worker gave no sign of life; None if none is."""
        free = _free(batch_id, now).limit(1).with_for_update(skip_locked=True)
        return self._take(batch_id, free.scalar_subquery(), worker=worker, now=now)

    def take(self, batch_id: str, number: int, *, worker: str, now: datetime) -> Chunk | None:
        """Take this chunk, whoever had it; None if it is done."""
        return self._take(batch_id, number, worker=worker, now=now)

    def _take(
        self, batch_id: str, number: int | ScalarSelect[int], *, worker: str, now: datetime
    ) -> Chunk | None:
        taken = self._connection.execute(
            update(batch_chunks)
            .where(
                batch_chunks.c.batch_id == batch_id,
                batch_chunks.c.number == number,
                batch_chunks.c.is_done.is_(False),
            )
            .values(worker=worker, lease_until=now + LEASE)
            .returning(batch_chunks)
        )
        row = taken.mappings().one_or_none()
        return None if row is None else _chunk(row)

    def release(self, worker: str) -> None:
        """Give back what a worker has taken and not done."""
        self._connection.execute(
            update(batch_chunks)
            .where(batch_chunks.c.worker == worker)
            .values(worker=None, lease_until=None)
        )

    def workers(self, batch_id: str) -> frozenset[str]:
        """Return the workers that have chunks not done."""
        query = select(batch_chunks.c.worker).where(
            batch_chunks.c.batch_id == batch_id, batch_chunks.c.worker.is_not(None)
        )
        return frozenset(self._connection.execute(query.distinct()).scalars())

    def settle(self, chunk: Chunk, rows: Sequence[StagedRow], *, now: datetime) -> None:
        """Store what became of rows, and renew the lease, or raise LeaseLostError."""
        tally = Counter(row.outcome.value for row in rows)
        counters = {name: batch_chunks.c[name] + count for name, count in tally.items()}
        counters["waiting"] = batch_chunks.c.waiting - len(rows)
        self._hold(chunk, {**counters, "lease_until": now + LEASE})
        if not rows:
            return
        self._connection.execute(
            update(batch_rows)
            .where(
                batch_rows.c.batch_id == chunk.batch,
                batch_rows.c.number == bindparam("of_number"),
            )
            .values({name: bindparam(name) for name in outcome_columns(rows[0])}),
            [{"of_number": row.number} | outcome_columns(row) for row in rows],
        )

    def finish(self, chunk: Chunk) -> bool:
        """Mark a chunk as done; tell whether it was the last of its batch."""
        # Two workers that finish the last two chunks would not see each other's. The batch comes
        # first, as it does for whoever cancels it.
        self._connection.execute(
            select(batches.c.id).where(batches.c.id == chunk.batch).with_for_update()
        )
        self._hold(chunk, {"is_done": True, "worker": None, "lease_until": None})
        query = select(func.count()).where(
            batch_chunks.c.batch_id == chunk.batch, batch_chunks.c.is_done.is_(False)
        )
        return self._connection.execute(query).scalar_one() == 0

    def _hold(self, chunk: Chunk, values: Mapping[str, Any]) -> None:
        held = self._connection.execute(
            update(batch_chunks)
            .where(
                batch_chunks.c.batch_id == chunk.batch,
                batch_chunks.c.number == chunk.number,
                batch_chunks.c.worker == chunk.worker,
            )
            .values(values)
        )
        if held.rowcount != 1:
            raise LeaseLostError("该分片已由其他进程接手 · another worker has taken the chunk over")

    def call_off(self, batch_id: str, *, now: datetime) -> None:
        """End the rows of a cancelled batch that nothing became of, but for chunks in work."""
        free = self._connection.execute(_free(batch_id, now).with_for_update())
        numbers = list(free.scalars())
        for at in range(0, len(numbers), _ANY):
            self._call_off(batch_id, numbers[at : at + _ANY])

    def _call_off(self, batch_id: str, numbers: Sequence[int]) -> None:
        self._connection.execute(
            update(batch_rows)
            .where(
                batch_rows.c.batch_id == batch_id,
                batch_rows.c.chunk.in_(numbers),
                batch_rows.c.outcome == RowOutcome.WAITING.value,
            )
            .values(outcome=RowOutcome.CALLED_OFF.value, raw=None)
        )
        self._connection.execute(
            update(batch_chunks)
            .where(batch_chunks.c.batch_id == batch_id, batch_chunks.c.number.in_(numbers))
            .values(
                called_off=batch_chunks.c.waiting,
                waiting=0,
                is_done=True,
                worker=None,
                lease_until=None,
            )
        )


def _free(batch_id: str, now: datetime) -> Select[Any]:
    """Select the chunks not done that nobody has, or whose worker gave no sign of life."""
    return (
        select(batch_chunks.c.number)
        .where(
            batch_chunks.c.batch_id == batch_id,
            batch_chunks.c.is_done.is_(False),
            or_(batch_chunks.c.lease_until.is_(None), batch_chunks.c.lease_until < now),
        )
        .order_by(batch_chunks.c.number)
    )


def _chunk(row: RowMapping) -> Chunk:
    return Chunk(
        batch=row["batch_id"],
        number=row["number"],
        first_row=row["first_row"],
        last_row=row["last_row"],
        worker=row["worker"],
    )
