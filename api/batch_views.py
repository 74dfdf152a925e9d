"""How far a batch has come, as people and programs ask for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from api.batch_reports import report_of
from certs.batches.batch import Batch, BatchCounts, BatchState
from certs.batches.decisions import awaits_confirmation
from certs.ports import UnitOfWork


@unique
class Awaited(StrEnum):
    """What a batch waits for."""

    READING = "reading"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch as it stands.

    Attributes:
        awaits: What it waits for; None where for nobody.
        is_trial: It is read, and never minted.
        refusal: Why its file could not be read; blank where it could.
        rows_per_second: On average since it runs; None where it does not.
        is_reconciled: Whether it is accounted for; None before its end, or where nobody counted.
    """

    batch: Batch
    counts: BatchCounts
    awaits: Awaited | None
    is_trial: bool
    refusal: str
    rows_per_second: float | None
    is_reconciled: bool | None

    @property
    def seconds_left(self) -> int | None:
        """How long it will take at this rate; None where that is not known."""
        if not self.rows_per_second:
            return None
        return round(self.counts.waiting / self.rows_per_second)


def view_of(batch: Batch, work: UnitOfWork, *, now: datetime, is_counted: bool) -> BatchView:
    """Return how a batch stands.

    Args:
        batch: The batch.
        work: Where it is kept.
        now: The present instant.
        is_counted: All its rows are counted anew where it is over, to see that nothing is lost.
    """
    file = work.batch_files.of_batch(batch.id)
    counts = work.batches.counts(batch.id)
    pace = work.batches.pace(batch.id)
    is_running = batch.state is BatchState.RUNNING
    return BatchView(
        batch=batch,
        counts=counts,
        awaits=_awaits(batch, work),
        is_trial=file is not None and file.is_trial,
        refusal=file.refusal if file else "",
        rows_per_second=pace.rows_per_second(counts, now=now) if pace and is_running else None,
        is_reconciled=report_of(batch.id, work).is_reconciled
        if is_counted and batch.state.is_over
        else None,
    )


def _awaits(batch: Batch, work: UnitOfWork) -> Awaited | None:
    if batch.state is BatchState.READING:
        return Awaited.READING
    return Awaited.CONFIRMATION if awaits_confirmation(batch, work) else None
