"""What people decide about a batch: confirm, pause, resume, cancel."""

from datetime import datetime
from enum import StrEnum, unique

from certs.batches.batch import Batch, BatchState
from certs.errors import IllegalTransitionError
from certs.ports import UnitOfWork


@unique
class BatchDecision(StrEnum):
    """What somebody says about a batch."""

    CONFIRM = "confirm"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


def decide(batch_id: str, decision: BatchDecision, *, work: UnitOfWork, now: datetime) -> Batch:
    """Carry out a decision; the caller commits.

    Raises:
        BatchNotFoundError: There is no such batch.
        IllegalTransitionError: The batch is not at a point where this can be decided.
    """
    match decision:
        case BatchDecision.CONFIRM:
            return _confirm(batch_id, work, now)
        case BatchDecision.PAUSE:
            return work.batches.move(batch_id, BatchState.PAUSED, at=now, since=BatchState.RUNNING)
        case BatchDecision.RESUME:
            if awaits_confirmation(work.batches.get(batch_id), work):
                raise IllegalTransitionError(
                    "该批次尚待确认，请先核对后确认 · this batch waits to be confirmed first"
                )
            return run(batch_id, work, now)
        case BatchDecision.CANCEL:
            batch = work.batches.move(batch_id, BatchState.CANCELLED, at=now)
            work.chunks.call_off(batch_id, now=now)
            return batch


def awaits_confirmation(batch: Batch, work: UnitOfWork) -> bool:
    """Tell whether all was read and somebody has to say that it may be minted."""
    if batch.state is not BatchState.PAUSED:
        return False
    file = work.batch_files.of_batch(batch.id)
    return file is not None and not file.is_confirmed


def _confirm(batch_id: str, work: UnitOfWork, now: datetime) -> Batch:
    """Let a batch be minted, now or as soon as it is read; saying so twice does no harm."""
    batch = work.batches.claim(batch_id)
    file = work.batch_files.of_batch(batch_id)
    if file is None or file.is_trial or (batch.state.is_over and not file.is_confirmed):
        raise IllegalTransitionError(
            "该批次无需或不能确认 · there is nothing to confirm about this batch"
        )
    if file.is_confirmed:
        return batch
    work.batch_files.confirm(batch_id)
    if batch.state is BatchState.PAUSED:
        return run(batch_id, work, now)
    return batch


def run(batch_id: str, work: UnitOfWork, now: datetime) -> Batch:
    """Let a batch that rests run; where no row waits, it is done."""
    batch = work.batches.move(batch_id, BatchState.RUNNING, at=now, since=BatchState.PAUSED)
    if work.batches.counts(batch_id).waiting:
        return batch
    return work.batches.move(batch_id, BatchState.DONE, at=now)
