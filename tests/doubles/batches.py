"""Batches in memory; passes the tests of the SQL ones."""

from collections import Counter
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

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
from certs.batches.files import BatchFile
from certs.errors import (
    BatchNotFoundError,
    DuplicateBatchError,
    IllegalTransitionError,
    LeaseLostError,
)


@dataclass
class KeptChunk:
    first_row: int
    last_row: int
    is_done: bool
    worker: str | None = None
    lease_until: datetime | None = None

    def is_free(self, now: datetime) -> bool:
        return not self.is_done and (self.lease_until is None or self.lease_until < now)


@dataclass
class BatchShelf:
    batches: dict[str, Batch] = field(default_factory=dict)
    rows: dict[str, dict[int, StagedRow]] = field(default_factory=dict)
    chunks: dict[str, list[KeptChunk]] = field(default_factory=dict)
    files: dict[str, BatchFile] = field(default_factory=dict)
    paces: dict[str, Pace] = field(default_factory=dict)


class MemoryBatches:
    def __init__(self, shelf: BatchShelf, licenses: Container[str]) -> None:
        self._shelf = shelf
        self._licenses = licenses

    def add(self, batch: Batch) -> None:
        self._shelf.batches[batch.id] = batch
        self._shelf.rows[batch.id] = {}
        self._shelf.chunks[batch.id] = []

    def get(self, batch_id: str) -> Batch:
        if batch_id not in self._shelf.batches:
            raise BatchNotFoundError(batch_id)
        return self._shelf.batches[batch_id]

    def claim(self, batch_id: str) -> Batch:
        return self.get(batch_id)

    def of_source(self, type_code: str, source_digest: str) -> Batch | None:
        found = (
            item
            for item in self.newest(len(self._shelf.batches))
            if (item.type_code, item.source_digest) == (type_code, source_digest)
            and item.state is not BatchState.CANCELLED
        )
        return next(found, None)

    def newest(self, limit: int, *, after: str | None = None) -> tuple[Batch, ...]:
        def place(item: Batch) -> tuple[datetime, str]:
            return item.created_at, item.id

        found = sorted(self._shelf.batches.values(), key=place, reverse=True)
        if after is not None:
            last = place(self.get(after))
            found = [item for item in found if place(item) < last]
        return tuple(found[:limit])

    def unfinished(self, limit: int) -> tuple[Batch, ...]:
        found = [
            item
            for item in reversed(self.newest(len(self._shelf.batches)))
            if item.state is BatchState.RUNNING
            or (item.state is BatchState.READING and item.id in self._shelf.files)
            or (item.state is BatchState.CANCELLED and self.counts(item.id).waiting)
        ]
        return tuple(found[:limit])

    def move(
        self, batch_id: str, state: BatchState, *, at: datetime, since: BatchState | None = None
    ) -> Batch:
        batch = self.get(batch_id)
        if state not in NEXT_STATES[batch.state] or since not in {None, batch.state}:
            raise IllegalTransitionError(f"{batch.state} → {state}")
        moved = replace(batch, state=state, finished_at=at if state.is_over else None)
        self._shelf.batches[batch_id] = moved
        if state is BatchState.RUNNING:
            pace = Pace(since=at, ended_before=self.counts(batch_id).ended)
            self._shelf.paces[batch_id] = pace
        return moved

    def pace(self, batch_id: str) -> Pace | None:
        return self._shelf.paces.get(batch_id)

    def counts(self, batch_id: str) -> BatchCounts:
        tally = Counter(row.outcome.value for row in self._shelf.rows[batch_id].values())
        return BatchCounts(**tally)

    def recount(self, batch_id: str) -> tuple[BatchCounts, int]:
        named = [row.identifier for row in self._shelf.rows[batch_id].values() if row.identifier]
        return self.counts(batch_id), sum(name in self._licenses for name in named)

    def restore_jobs(self) -> None:
        """There is no queue."""


class MemoryBatchFiles:
    def __init__(self, shelf: BatchShelf) -> None:
        self._shelf = shelf

    def add(self, file: BatchFile) -> None:
        if self.of_request(file.request_key) is not None:
            raise DuplicateBatchError("another request had the key")
        self._shelf.files[file.batch] = file

    def of_batch(self, batch_id: str) -> BatchFile | None:
        return self._shelf.files.get(batch_id)

    def of_request(self, request_key: str) -> BatchFile | None:
        found = (item for item in self._shelf.files.values() if item.request_key == request_key)
        return next(found, None)

    def confirm(self, batch_id: str) -> None:
        self._shelf.files[batch_id] = replace(self._shelf.files[batch_id], is_confirmed=True)

    def refuse(self, batch_id: str, why: str) -> None:
        self._shelf.files[batch_id] = replace(self._shelf.files[batch_id], refusal=why)


class MemoryBatchRows:
    def __init__(self, shelf: BatchShelf) -> None:
        self._shelf = shelf

    def stage(self, batch_id: str, rows: Sequence[StagedRow], *, chunk: int) -> None:
        chunks = self._shelf.chunks[batch_id]
        if self._shelf.batches[batch_id].state is not BatchState.READING or chunk != len(chunks):
            raise LeaseLostError("this process does not read it any more")
        is_done = all(row.outcome is not RowOutcome.WAITING for row in rows)
        chunks.append(
            KeptChunk(first_row=rows[0].number, last_row=rows[-1].number, is_done=is_done)
        )
        self._shelf.rows[batch_id] |= {row.number: row for row in rows}

    def staged(self, batch_id: str) -> tuple[int, int]:
        chunks = self._shelf.chunks[batch_id]
        return len(chunks), chunks[-1].last_row if chunks else 0

    def of_keys(self, batch_id: str, keys: Sequence[str]) -> dict[str, int]:
        return {
            row.business_key: row.number
            for row in self._shelf.rows[batch_id].values()
            if row.business_key in keys and row.outcome is not RowOutcome.REFUSED
        }

    def waiting(self, chunk: Chunk, limit: int) -> tuple[StagedRow, ...]:
        first = chunk.first_row - 1
        rows = self.of_outcomes(chunk.batch, [RowOutcome.WAITING], after=first, limit=limit)
        return tuple(row for row in rows if row.number <= chunk.last_row)

    def of_outcomes(
        self, batch_id: str, outcomes: Collection[RowOutcome], *, after: int, limit: int
    ) -> tuple[StagedRow, ...]:
        found = [
            row
            for number, row in sorted(self._shelf.rows[batch_id].items())
            if number > after and row.outcome in outcomes
        ]
        return tuple(found[:limit])


class MemoryChunks:
    def __init__(self, shelf: BatchShelf) -> None:
        self._shelf = shelf

    def claim(self, batch_id: str, *, worker: str, now: datetime) -> Chunk | None:
        numbers = (
            number for number, kept in enumerate(self._shelf.chunks[batch_id]) if kept.is_free(now)
        )
        number = next(numbers, None)
        return None if number is None else self.take(batch_id, number, worker=worker, now=now)

    def take(self, batch_id: str, number: int, *, worker: str, now: datetime) -> Chunk | None:
        kept = self._shelf.chunks[batch_id][number]
        if kept.is_done:
            return None
        kept.worker, kept.lease_until = worker, now + LEASE
        return Chunk(
            batch=batch_id,
            number=number,
            first_row=kept.first_row,
            last_row=kept.last_row,
            worker=worker,
        )

    def workers(self, batch_id: str) -> frozenset[str]:
        return frozenset(kept.worker for kept in self._shelf.chunks[batch_id] if kept.worker)

    def release(self, worker: str) -> None:
        held = [
            kept
            for chunks in self._shelf.chunks.values()
            for kept in chunks
            if kept.worker == worker
        ]
        for kept in held:
            kept.worker, kept.lease_until = None, None

    def settle(self, chunk: Chunk, rows: Sequence[StagedRow], *, now: datetime) -> None:
        self._held(chunk).lease_until = now + LEASE
        for row in rows:
            is_needed = row.outcome in {RowOutcome.WAITING, RowOutcome.REFUSED}
            kept = row if is_needed else replace(row, raw={})
            self._shelf.rows[chunk.batch][row.number] = kept

    def finish(self, chunk: Chunk) -> bool:
        held = self._held(chunk)
        held.is_done, held.worker, held.lease_until = True, None, None
        return all(kept.is_done for kept in self._shelf.chunks[chunk.batch])

    def _held(self, chunk: Chunk) -> KeptChunk:
        kept = self._shelf.chunks[chunk.batch][chunk.number]
        if kept.worker != chunk.worker:
            raise LeaseLostError("another worker has taken the chunk over")
        return kept

    def call_off(self, batch_id: str, *, now: datetime) -> None:
        rows = self._shelf.rows[batch_id]
        for kept in self._shelf.chunks[batch_id]:
            if kept.is_free(now):
                kept.is_done, kept.worker, kept.lease_until = True, None, None
                for number in [n for n in rows if kept.first_row <= n <= kept.last_row]:
                    if rows[number].outcome is RowOutcome.WAITING:
                        ended = replace(rows[number], outcome=RowOutcome.CALLED_OFF, raw={})
                        rows[number] = ended
