"""Mint the chunks of a batch: a chunk run twice, or by two workers, mints nothing twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from certs.applications import LicenseApplication
from certs.batches.batch import Batch, BatchState, Chunk, RowOutcome, StagedRow
from certs.comparisons import says
from certs.errors import (
    DuplicateLicenseError,
    FaceError,
    InvalidApplicationError,
    LeaseLostError,
    LicenseError,
)
from certs.field_problems import ProblemCode
from certs.issuance import CHUNK, issue
from certs.issue_requests import IssueOutcome, IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.license_files import read_record
from certs.rows.applications import application_of
from certs.rows.problems import locate, number_problem

_REASONS: Mapping[type[LicenseError], ProblemCode] = {
    DuplicateLicenseError: ProblemCode.ALREADY_LICENSED,
    FaceError: ProblemCode.NO_ROOM_ON_FACE,
}


def mint_batch(
    batch: Batch,
    *,
    desk: IssuingDesk,
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[], None] = lambda: None,
) -> None:
    """Take chunk after chunk of a batch until none is left or ``should_stop`` says so.

    Args:
        batch: What to work on.
        desk: Who issues; seals are used in the name of the batch's operator.
        worker: Names this worker.
        should_stop: Asked between few licenses.
        on_progress: Called as often.

    Raises:
        KeyUnavailableError: A key store did not answer; the rows keep waiting.
        SealNotUsableError: The seal is not enabled, or nobody is named who uses it.
    """
    try:
        while not should_stop():
            with desk.unit_of_work() as work:
                chunk = work.chunks.claim(batch.id, worker=worker, now=desk.clock.now())
                work.commit()
            if chunk is None or not mint_chunk(
                chunk, batch, desk=desk, should_stop=should_stop, on_progress=on_progress
            ):
                return
    finally:
        with desk.unit_of_work() as work:
            work.chunks.release(worker)
            work.commit()


def mint_chunk(
    chunk: Chunk,
    batch: Batch,
    *,
    desk: IssuingDesk,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[], None] = lambda: None,
) -> bool:
    """Mint the rows of a chunk that wait; tell whether the batch goes on.

    Raises:
        KeyUnavailableError: A key store did not answer; the rows keep waiting.
        SealNotUsableError: The seal is not enabled, or nobody is named who uses it.
    """
    used = replace(desk, operator=batch.operator or desk.operator)
    try:
        while not should_stop():
            with desk.unit_of_work() as work:
                state = work.batches.get(batch.id).state
                rows = work.batch_rows.waiting(chunk, CHUNK)
            if state is not BatchState.RUNNING:
                lay_down(chunk, desk)
                return False
            if not rows:
                return not _finish(chunk, desk)
            ended = _mint(rows, batch, used)
            with desk.unit_of_work() as work:
                work.chunks.settle(chunk, ended, now=desk.clock.now())
                work.commit()
            on_progress()
    except LeaseLostError:
        # Whoever has the chunk finds the licenses made here by the keys of their requests.
        return True
    return False


def mint_numbered(
    batch: Batch,
    number: int,
    *,
    desk: IssuingDesk,
    worker: str,
    should_stop: Callable[[], bool],
) -> bool:
    """Mint one chunk that a queue names; tell whether the queue may forget it.

    It may where the chunk is done, and where its batch does not run: what lets the batch run
    again queues its chunks again.

    Raises:
        KeyUnavailableError: A key store did not answer; the rows keep waiting.
        SealNotUsableError: The seal is not enabled, or nobody is named who uses it.
    """
    if batch.state not in {BatchState.RUNNING, BatchState.CANCELLED}:
        return True
    with desk.unit_of_work() as work:
        chunk = work.chunks.take(batch.id, number, worker=worker, now=desk.clock.now())
        work.commit()
    if chunk is None:
        return True
    mint_chunk(chunk, batch, desk=desk, should_stop=should_stop)
    return not should_stop()


def lay_down(chunk: Chunk, desk: IssuingDesk) -> None:
    """Give a chunk back; if its batch was cancelled, its rows are called off with it."""
    with desk.unit_of_work() as work:
        work.chunks.release(chunk.worker)
        if work.batches.get(chunk.batch).state is BatchState.CANCELLED:
            work.chunks.call_off(chunk.batch, now=desk.clock.now())
        work.commit()


def _finish(chunk: Chunk, desk: IssuingDesk) -> bool:
    """Mark a chunk as done, and with the last one the batch; tell whether it was the last."""
    with desk.unit_of_work() as work:
        is_last = work.chunks.finish(chunk)
        if is_last and work.batches.get(chunk.batch).state is BatchState.RUNNING:
            work.batches.move(chunk.batch, BatchState.DONE, at=desk.clock.now())
        work.commit()
    return is_last


def _mint(rows: Sequence[StagedRow], batch: Batch, desk: IssuingDesk) -> list[StagedRow]:
    """Return what became of rows."""
    asked: list[tuple[StagedRow, IssueRequest]] = []
    ended: dict[int, StagedRow] = {}
    for row in rows:
        try:
            application = application_of(
                desk.license_type,
                row.raw,
                missing_characters=desk.renderer.missing_characters,
            )
        except InvalidApplicationError as error:
            # The type, or the fonts, changed since the row was read.
            ended[row.number] = _unfit(row, batch, error)
        else:
            asked.append((row, IssueRequest(f"batch:{batch.id}:{row.number}", application)))
    outcomes = issue([request for _, request in asked], desk=desk)
    for (row, request), outcome in zip(asked, outcomes, strict=True):
        ended[row.number] = _ended(row, outcome, request.application, batch, desk)
    return [ended[row.number] for row in rows]


def _ended(
    row: StagedRow,
    outcome: IssueOutcome,
    application: LicenseApplication,
    batch: Batch,
    desk: IssuingDesk,
) -> StagedRow:
    if outcome.license is not None:
        return replace(row, outcome=RowOutcome.MINTED, identifier=outcome.license.identifier)
    if isinstance(outcome.refusal, DuplicateLicenseError):
        present = _present(application, desk)
        if present:
            return replace(row, outcome=RowOutcome.PRESENT, identifier=present)
    if isinstance(outcome.refusal, InvalidApplicationError):
        return _unfit(row, batch, outcome.refusal)
    reasons = (code for kind, code in _REASONS.items() if isinstance(outcome.refusal, kind))
    problem = number_problem(
        next(reasons, ProblemCode.GIVEN_UP),
        desk.license_type,
        batch.columns,
        row.number,
        number=application.number,
        facts={"reason": outcome.refusal},
    )
    return replace(row, outcome=RowOutcome.REFUSED, problems=(problem,))


def _unfit(row: StagedRow, batch: Batch, refusal: InvalidApplicationError) -> StagedRow:
    problems = tuple(locate(batch.columns, row.number, item) for item in refusal.problems)
    return replace(row, outcome=RowOutcome.REFUSED, problems=problems)


def _present(application: LicenseApplication, desk: IssuingDesk) -> str:
    """Return the identifier of the license in force that says the same; blank if none does."""
    with desk.unit_of_work() as work:
        found = work.licenses.of_number(
            str(desk.license_type.code),
            str(desk.authority.code),
            application.number,
            at=desk.clock.now(),
        )
    if found is None:
        return ""
    record = read_record(desk.objects, found.files)
    return found.identifier if says(record, application) else ""
