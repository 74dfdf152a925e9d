"""What batches need from the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from certs.batches.batch import Batch, BatchCounts, BatchState, Chunk, Pace, RowOutcome, StagedRow
from certs.batches.files import BatchFile


class BatchRepository(Protocol):
    """Keeps batches, and how far they have come."""

    def add(self, batch: Batch) -> None:
        """Store a new batch."""
        ...

    def get(self, batch_id: str) -> Batch:
        """Return a batch.

        Raises:
            BatchNotFoundError: There is none.
        """
        ...

    def claim(self, batch_id: str) -> Batch:
        """Return a batch, which nobody else changes until this unit of work is over.

        Raises:
            BatchNotFoundError: There is none.
        """
        ...

    def of_source(self, type_code: str, source_digest: str) -> Batch | None:
        """Return the newest batch of this source that was not cancelled, or None."""
        ...

    def newest(self, limit: int, *, after: str | None = None) -> tuple[Batch, ...]:
        """Return batches, the newest first, from behind the batch ``after``."""
        ...

    def unfinished(self, limit: int) -> tuple[Batch, ...]:
        """Return batches that are some worker's business, the oldest first.

        They run, or their file is to be read, or they were cancelled while a worker had rows.
        """
        ...

    def move(
        self, batch_id: str, state: BatchState, *, at: datetime, since: BatchState | None = None
    ) -> Batch:
        """Change a batch's state, from ``since`` where that is said.

        A batch that runs has a job for every chunk not done, from the same commit on, where
        workers are told of their work by a queue.

        Raises:
            IllegalTransitionError: It cannot follow the present state.
            BatchNotFoundError: There is none.
        """
        ...

    def pace(self, batch_id: str) -> Pace | None:
        """Return since when a batch runs, None if it never did."""
        ...

    def counts(self, batch_id: str) -> BatchCounts:
        """Return how many rows ended how."""
        ...

    def recount(self, batch_id: str) -> tuple[BatchCounts, int]:
        """Return how many rows say that they ended how, and how many of their licenses exist."""
        ...

    def restore_jobs(self) -> None:
        """Queue what should be queued and is not: for people who emptied the queue."""
        ...


class BatchFileRepository(Protocol):
    """Keeps what is known of the files that batches came as."""

    def add(self, file: BatchFile) -> None:
        """Store what is known of the file of a new batch, which is to be read.

        Raises:
            DuplicateBatchError: Another request had the key.
        """
        ...

    def of_batch(self, batch_id: str) -> BatchFile | None:
        """Return the file of a batch, None where it did not come as one."""
        ...

    def of_request(self, request_key: str) -> BatchFile | None:
        """Return the file that a request brought, or None."""
        ...

    def confirm(self, batch_id: str) -> None:
        """Note that what the file says may be minted."""
        ...

    def refuse(self, batch_id: str, why: str) -> None:
        """Note why the file cannot be read."""
        ...


class BatchRowRepository(Protocol):
    """Keeps the rows of batches, and what became of each."""

    def stage(self, batch_id: str, rows: Sequence[StagedRow], *, chunk: int) -> None:
        """Store rows as the chunk ``chunk``, waiting or refused.

        Raises:
            LeaseLostError: The batch is not being read any more, or another has stored the chunk.
        """
        ...

    def staged(self, batch_id: str) -> tuple[int, int]:
        """Return how many chunks are staged, and the number of the last row; 0 and 0 if none."""
        ...

    def of_keys(self, batch_id: str, keys: Sequence[str]) -> dict[str, int]:
        """Return the row numbers of business keys that rows not refused have."""
        ...

    def waiting(self, chunk: Chunk, limit: int) -> tuple[StagedRow, ...]:
        """Return rows of a chunk of which nothing became yet, in their order."""
        ...

    def of_outcomes(
        self, batch_id: str, outcomes: Collection[RowOutcome], *, after: int, limit: int
    ) -> tuple[StagedRow, ...]:
        """Return rows that ended so, in their order, from behind the row ``after``."""
        ...


class ChunkRepository(Protocol):
    """Keeps who works on which chunk; a chunk is a worker's until its lease ends."""

    def claim(self, batch_id: str, *, worker: str, now: datetime) -> Chunk | None:
        """Take a chunk that nobody has, or whose worker gave no sign of life; None if none is."""
        ...

    def take(self, batch_id: str, number: int, *, worker: str, now: datetime) -> Chunk | None:
        """Take this chunk, whoever had it; None if it is done."""
        ...

    def workers(self, batch_id: str) -> frozenset[str]:
        """Return the workers that have chunks not done."""
        ...

    def release(self, worker: str) -> None:
        """Give back what a worker has taken and not done."""
        ...

    def settle(self, chunk: Chunk, rows: Sequence[StagedRow], *, now: datetime) -> None:
        """Store what became of rows, and renew the lease.

        Raises:
            LeaseLostError: Another worker has the chunk.
        """
        ...

    def finish(self, chunk: Chunk) -> bool:
        """Mark a chunk as done; tell whether it was the last of its batch.

        Raises:
            LeaseLostError: Another worker has the chunk.
        """
        ...

    def call_off(self, batch_id: str, *, now: datetime) -> None:
        """End the rows of a cancelled batch that nothing became of, but for chunks in work."""
        ...
