"""Batches in the database, and how far they have come."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from certs.batches.batch import NEXT_STATES, Batch, BatchCounts, BatchState, Pace, RowOutcome
from certs.errors import BatchNotFoundError, IllegalTransitionError
from certs.rows.columns import Column
from storage.batch_tables import batch_chunks, batch_files, batch_paces, batch_rows, batches
from storage.database import Instant
from storage.dialects import insert_of
from storage.job_queue import enqueue_chunks, enqueue_reading
from storage.license_tables import licenses

_COUNTED: Final = tuple(outcome.value for outcome in RowOutcome)
_MOST_RESTORED: Final = 1000


class SqlBatches:
    """Reads and writes batches on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: Batch) -> None:
        """Store a new batch."""
        self._connection.execute(insert(batches).values(_to_row(batch)))

    def get(self, batch_id: str) -> Batch:
        """Return a batch, or raise BatchNotFoundError."""
        return self._one(batch_id, select(batches))

    def claim(self, batch_id: str) -> Batch:
        """Return a batch that nobody else changes until commit, or raise BatchNotFoundError."""
        return self._one(batch_id, select(batches).with_for_update())

    def _one(self, batch_id: str, query: Select[Any]) -> Batch:
        found = self._connection.execute(query.where(batches.c.id == batch_id))
        row = found.mappings().one_or_none()
        if row is None:
            raise BatchNotFoundError(batch_id)
        return _from_row(row)

    def of_source(self, type_code: str, source_digest: str) -> Batch | None:
        """Return the newest batch of this source that was not cancelled, or None."""
        query = (
            select(batches)
            .where(
                batches.c.source_digest == source_digest,
                batches.c.type_code == type_code,
                batches.c.state != BatchState.CANCELLED.value,
            )
            .order_by(batches.c.created_at.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _from_row(row)

    def newest(self, limit: int, *, after: str | None = None) -> tuple[Batch, ...]:
        """Return batches, the newest first, from behind the batch ``after``."""
        order = tuple_(batches.c.created_at, batches.c.id)
        query = select(batches).order_by(batches.c.created_at.desc(), batches.c.id.desc())
        if after is not None:
            last = self.get(after)
            query = query.where(order < tuple_(literal(last.created_at, Instant), last.id))
        found = self._connection.execute(query.limit(limit)).mappings()
        return tuple(_from_row(row) for row in found)

    def unfinished(self, limit: int) -> tuple[Batch, ...]:
        """Return batches that are some worker's business, the oldest first."""
        of_batch = batch_files.c.batch_id == batches.c.id
        in_hand = (batch_chunks.c.batch_id == batches.c.id, batch_chunks.c.waiting > 0)
        query = select(batches).where(
            or_(
                batches.c.state == BatchState.RUNNING.value,
                and_(batches.c.state == BatchState.READING.value, exists().where(of_batch)),
                and_(batches.c.state == BatchState.CANCELLED.value, exists().where(*in_hand)),
            )
        )
        oldest = query.order_by(batches.c.created_at, batches.c.id).limit(limit)
        return tuple(_from_row(row) for row in self._connection.execute(oldest).mappings())

    def move(
        self, batch_id: str, state: BatchState, *, at: datetime, since: BatchState | None = None
    ) -> Batch:
        """Change a batch's state, or raise IllegalTransitionError."""
        before = [
            item.value
            for item in BatchState
            if state in NEXT_STATES[item] and since in {None, item}
        ]
        changed = self._connection.execute(
            update(batches)
            .where(batches.c.id == batch_id, batches.c.state.in_(before))
            .values(state=state.value, finished_at=at if state.is_over else None)
        )
        batch = self.get(batch_id)
        if changed.rowcount != 1:
            raise IllegalTransitionError(
                f"{batch.state.zh}的批次不能改为{state.zh} · {batch.state} → {state}"
            )
        if state is BatchState.RUNNING:
            self._note_pace(batch_id, at)
            enqueue_chunks(self._connection, batch_id)
        return batch

    def _note_pace(self, batch_id: str, since: datetime) -> None:
        values = {"since": since, "ended_before": self.counts(batch_id).ended}
        statement = insert_of(self._connection, batch_paces).values(batch_id=batch_id, **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["batch_id"], set_=values)
        )

    def pace(self, batch_id: str) -> Pace | None:
        """Return since when a batch runs, None if it never did."""
        query = select(batch_paces.c.since, batch_paces.c.ended_before).where(
            batch_paces.c.batch_id == batch_id
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else Pace(**row)

    def counts(self, batch_id: str) -> BatchCounts:
        """Return how many rows ended how."""
        sums = [func.coalesce(func.sum(batch_chunks.c[name]), 0).label(name) for name in _COUNTED]
        query = select(*sums).where(batch_chunks.c.batch_id == batch_id)
        row = self._connection.execute(query).mappings().one()
        return BatchCounts(**{name: int(row[name]) for name in _COUNTED})

    def recount(self, batch_id: str) -> tuple[BatchCounts, int]:
        """Return how many rows say that they ended how, and how many of their licenses exist."""
        query = select(batch_rows.c.outcome, func.count().label("rows")).where(
            batch_rows.c.batch_id == batch_id
        )
        tally = self._connection.execute(query.group_by(batch_rows.c.outcome))
        named = (
            select(func.count())
            .select_from(batch_rows)
            .join(licenses, licenses.c.identifier == batch_rows.c.identifier)
            .where(batch_rows.c.batch_id == batch_id)
        )
        counts = BatchCounts(**{row.outcome: row.rows for row in tally})
        return counts, self._connection.execute(named).scalar_one()

    def restore_jobs(self) -> None:
        """Queue what should be queued and is not."""
        for batch in self.unfinished(_MOST_RESTORED):
            if batch.state is BatchState.READING:
                enqueue_reading(self._connection, batch.id)
            elif batch.state is BatchState.RUNNING:
                enqueue_chunks(self._connection, batch.id)


def _to_row(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "type_code": batch.type_code,
        "source_name": batch.source_name,
        "source_digest": batch.source_digest,
        "operator": batch.operator,
        "columns": [asdict(column) for column in batch.columns],
        "state": batch.state.value,
        "created_at": batch.created_at,
        "finished_at": batch.finished_at,
    }


def _from_row(row: RowMapping) -> Batch:
    columns = tuple(Column(**column) for column in row["columns"])
    return Batch(**{**row, "columns": columns, "state": BatchState(row["state"])})
