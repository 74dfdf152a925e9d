"""Batches in the database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    RowMapping,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from certs.batches.batch import (
    LEASE,
    NEXT_STATES,
    Batch,
    BatchCounts,
    BatchState,
    Chunk,
    Pace,
    RowOutcome,
    StagedRow,
)
from certs.errors import IllegalTransitionError, LeaseLostError
from storage.batch_files import SqlBatchFiles
from storage.batch_rows import batch_from, batch_row, row_from, row_of
from storage.batch_tables import batch_chunks, batch_paces, batch_rows, batches
from storage.database import Instant
from storage.dialects import insert_of
from storage.job_queue import enqueue_chunks
from storage.license_tables import licenses

_ANY: Final = 500
_COUNTED: Final = tuple(outcome.value for outcome in RowOutcome)


class SqlBatches(SqlBatchFiles):
    """Reads and writes batches on one connection."""

    # Batches ---------------------------------------------------------------------------------

    def add(self, batch: Batch) -> None:
        """Store a new batch."""
        self._connection.execute(insert(batches).values(batch_row(batch)))

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
        return None if row is None else batch_from(row)

    def newest(self, limit: int, *, after: str | None = None) -> tuple[Batch, ...]:
        """Return batches, the newest first, from behind the batch ``after``."""
        order = tuple_(batches.c.created_at, batches.c.id)
        query = select(batches).order_by(batches.c.created_at.desc(), batches.c.id.desc())
        if after is not None:
            last = self.get(after)
            query = query.where(order < tuple_(literal(last.created_at, Instant), last.id))
        found = self._connection.execute(query.limit(limit)).mappings()
        return tuple(batch_from(row) for row in found)

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

    # Rows ------------------------------------------------------------------------------------

    def stage(self, batch_id: str, rows: Sequence[StagedRow], *, chunk: int) -> None:
        """Store rows as the chunk ``chunk``, or raise LeaseLostError."""
        # Whoever stages, cancels or confirms the batch waits here for the others.
        being_read = self._connection.execute(
            update(batches)
            .where(batches.c.id == batch_id, batches.c.state == BatchState.READING.value)
            .values(state=BatchState.READING.value)
        )
        if being_read.rowcount != 1 or self.staged(batch_id)[0] != chunk:
            raise LeaseLostError("该批次已不由本进程读取 · this process does not read it any more")
        tally = Counter(row.outcome for row in rows)
        self._connection.execute(
            insert(batch_chunks).values(
                batch_id=batch_id,
                number=chunk,
                first_row=rows[0].number,
                last_row=rows[-1].number,
                is_done=tally[RowOutcome.WAITING] == 0,
                **{outcome.value: tally[outcome] for outcome in RowOutcome},
            )
        )
        self._connection.execute(
            insert(batch_rows), [row_of(row, batch_id=batch_id, chunk=chunk) for row in rows]
        )

    def staged(self, batch_id: str) -> tuple[int, int]:
        """Return how many chunks are staged, and the number of the last row; 0 and 0 if none."""
        query = select(func.count(), func.coalesce(func.max(batch_chunks.c.last_row), 0))
        found = self._connection.execute(query.where(batch_chunks.c.batch_id == batch_id)).one()
        return int(found[0]), int(found[1])

    def rows_of_keys(self, batch_id: str, keys: Sequence[str]) -> dict[str, int]:
        """Return the row numbers of business keys that rows not refused have."""
        found: dict[str, int] = {}
        for at in range(0, len(keys), _ANY):
            query = select(batch_rows.c.business_key, batch_rows.c.number).where(
                batch_rows.c.batch_id == batch_id,
                batch_rows.c.business_key.in_(keys[at : at + _ANY]),
                batch_rows.c.outcome != RowOutcome.REFUSED.value,
            )
            found.update((key, number) for key, number in self._connection.execute(query))
        return found

    def waiting(self, chunk: Chunk, limit: int) -> tuple[StagedRow, ...]:
        """Return rows of a chunk of which nothing became yet, in their order."""
        query = (
            select(batch_rows)
            .where(
                batch_rows.c.batch_id == chunk.batch,
                batch_rows.c.number.between(chunk.first_row, chunk.last_row),
                batch_rows.c.outcome == RowOutcome.WAITING.value,
            )
            .order_by(batch_rows.c.number)
            .limit(limit)
        )
        return tuple(row_from(row) for row in self._connection.execute(query).mappings())

    def rows(
        self, batch_id: str, outcomes: Sequence[str], *, after: int, limit: int
    ) -> tuple[StagedRow, ...]:
        """Return rows that ended so, in their order, from behind the row ``after``."""
        query = (
            select(batch_rows)
            .where(
                batch_rows.c.batch_id == batch_id,
                batch_rows.c.number > after,
                batch_rows.c.outcome.in_(outcomes),
            )
            .order_by(batch_rows.c.number)
            .limit(limit)
        )
        return tuple(row_from(row) for row in self._connection.execute(query).mappings())

    # Chunks ----------------------------------------------------------------------------------

    def claim(self, batch_id: str, *, worker: str, now: datetime) -> Chunk | None:
        """Take a chunk that nobody has, or whose worker gave no sign of life; None if none is."""
        free = (
            select(batch_chunks.c.number)
            .where(
                batch_chunks.c.batch_id == batch_id,
                batch_chunks.c.is_done.is_(False),
                or_(batch_chunks.c.lease_until.is_(None), batch_chunks.c.lease_until < now),
            )
            .order_by(batch_chunks.c.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self._take(batch_id, free.scalar_subquery(), worker=worker, now=now)

    def take(self, batch_id: str, number: int, *, worker: str, now: datetime) -> Chunk | None:
        """Take this chunk, whoever had it; None if it is done."""
        return self._take(batch_id, number, worker=worker, now=now)

    def _take(self, batch_id: str, number: Any, *, worker: str, now: datetime) -> Chunk | None:  # noqa: ANN401 - a number or a query
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

    def release(self, worker: str) -> int:
        """Give back what a worker has taken and not done; return how many chunks."""
        given = self._connection.execute(
            update(batch_chunks)
            .where(batch_chunks.c.worker == worker)
            .values(worker=None, lease_until=None)
        )
        return given.rowcount

    def workers(self, batch_id: str) -> frozenset[str]:
        """Return the workers that have chunks not done."""
        query = select(batch_chunks.c.worker).where(
            batch_chunks.c.batch_id == batch_id, batch_chunks.c.worker.is_not(None)
        )
        return frozenset(self._connection.execute(query.distinct()).scalars())

    def settle(self, chunk: Chunk, rows: Iterable[StagedRow], *, now: datetime) -> None:
        """Store what became of rows, and renew the lease, or raise LeaseLostError."""
        ended = list(rows)
        tally = Counter(row.outcome.value for row in ended)
        counters = {name: batch_chunks.c[name] + count for name, count in tally.items()}
        counters["waiting"] = batch_chunks.c.waiting - len(ended)
        self._hold(chunk, {**counters, "lease_until": now + LEASE})
        if not ended:
            return
        self._connection.execute(
            update(batch_rows)
            .where(
                batch_rows.c.batch_id == chunk.batch,
                batch_rows.c.number == bindparam("of_number"),
            )
            .values(
                {name: bindparam(name) for name in ("outcome", "identifier", "problems", "raw")}
            ),
            [_settled(row) for row in ended],
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
        idle = (
            batch_chunks.c.batch_id == batch_id,
            batch_chunks.c.is_done.is_(False),
            or_(batch_chunks.c.lease_until.is_(None), batch_chunks.c.lease_until < now),
        )
        numbers = list(
            self._connection.execute(
                select(batch_chunks.c.number)
                .where(*idle)
                .order_by(batch_chunks.c.number)
                .with_for_update()
            ).scalars()
        )
        for at in range(0, len(numbers), _ANY):
            some = numbers[at : at + _ANY]
            self._connection.execute(
                update(batch_rows)
                .where(
                    batch_rows.c.batch_id == batch_id,
                    batch_rows.c.chunk.in_(some),
                    batch_rows.c.outcome == RowOutcome.WAITING.value,
                )
                .values(outcome=RowOutcome.CALLED_OFF.value, raw=None)
            )
            self._connection.execute(
                update(batch_chunks)
                .where(batch_chunks.c.batch_id == batch_id, batch_chunks.c.number.in_(some))
                .values(
                    called_off=batch_chunks.c.waiting,
                    waiting=0,
                    is_done=True,
                    worker=None,
                    lease_until=None,
                )
            )


def _chunk(row: RowMapping) -> Chunk:
    return Chunk(
        batch=row["batch_id"],
        number=row["number"],
        first_row=row["first_row"],
        last_row=row["last_row"],
        worker=row["worker"],
    )


def _settled(row: StagedRow) -> dict[str, Any]:
    kept = row_of(row, batch_id="", chunk=0)
    return {"of_number": row.number} | {
        name: kept[name] for name in ("outcome", "identifier", "problems", "raw")
    }
