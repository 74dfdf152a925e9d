"""What batches need from the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from certs.batches.batch import Batch, BatchCounts, BatchState, Chunk, Pace, StagedRow
from certs.batches.files import BatchFile


class BatchRepository(Protocol):
    """Keeps batches, their rows, and who works on which chunk."""

    def add(self, batch: Batch) -> None:
        """Store a new batch."""
        ...

    def get(self, batch_id: str) -> Batch:
        """Return a batch.

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

    def add_file(self, file: BatchFile) -> None:
        """Store what is known of the file of a new batch, which is to be read.

        Raises:
            DuplicateBatchError: Another request had the key.
        """
        ...

    def file(self, batch_id: str) -> BatchFile | None:
        """Return the file of a batch, None where it did not come as one."""
        ...

    def of_request(self, request_key: str) -> BatchFile | None:
        """Return the file that a request brought, or None."""
        ...

    def confirm(self, batch_id: str) -> Batch:
        """Note that a batch with a file may be minted; return it as it stands, held until commit.

        Raises:
            BatchNotFoundError: There is none.
        """
        ...

    def refuse_file(self, batch_id: str, why: str) -> None:
        """Note why the file of a batch cannot be read."""
        ...

    def restore_jobs(self) -> None:
        """Queue what should be queued and is not: for people who emptied the queue."""
        ...

    def stage(self, batch_id: str, rows: Sequence[StagedRow], *, chunk: int) -> None:
        """Store rows as the chunk ``chunk``, waiting or refused.

        Raises:
            LeaseLostError: The batch is not being read any more, or another has stored the chunk.
        """
        ...

    def staged(self, batch_id: str) -> tuple[int, int]:
        """Return how many chunks are staged, and the number of the last row; 0 and 0 if none."""
        ...

    def rows_of_keys(self, batch_id: str, keys: Sequence[str]) -> dict[str, int]:
        """Return the row numbers of business keys that rows not refused have."""
        ...

    def claim(self, batch_id: str, *, worker: str, now: datetime) -> Chunk | None:
        """Take a chunk that nobody has, or whose worker gave no sign of life; None if none is."""
        ...

    def take(self, batch_id: str, number: int, *, worker: str, now: datetime) -> Chunk | None:
        """Take this chunk, whoever had it; None if it is done."""
        ...

    def release(self, worker: str) -> int:
        """Give back what a worker has taken and not done; return how many chunks."""
        ...

    def workers(self, batch_id: str) -> frozenset[str]:
        """Return the workers that have chunks not done."""
        ...

    def waiting(self, chunk: Chunk, limit: int) -> tuple[StagedRow, ...]:
        """Return rows of a chunk of which nothing became yet, in their order."""
        ...

    def settle(self, chunk: Chunk, rows: Iterable[StagedRow], *, now: datetime) -> None:
        """Store what became of rows, and renew the lease.

        Raises:
            LeaseLostError: Another worker has the chunk.
        """
        ...

    def finish(self, chunk: Chunk) -> bool:
        """Mark a chunk as done; tell whether it was the last of its batch."""
        ...

    def call_off(self, batch_id: str, *, now: datetime) -> None:
        """End the rows of a cancelled batch that nothing became of, but for chunks in work."""
        ...

    def counts(self, batch_id: str) -> BatchCounts:
        """Return how many rows ended how."""
        ...

    def recount(self, batch_id: str) -> tuple[BatchCounts, int]:
        """Return how many rows say that they ended how, and how many of their licenses exist."""
        ...

    def rows(
        self, batch_id: str, outcomes: Sequence[str], *, after: int, limit: int
    ) -> tuple[StagedRow, ...]:
        """Return rows that ended so, in their order, from behind the row ``after``."""
        ...
