"""Stage the rows of a batch: what was read is on record before anything is minted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from certs.applications import MissingCharacters
from certs.batches.batch import CHUNK_ROWS, Batch, BatchState, RowOutcome, StagedRow
from certs.batches.decisions import BatchDecision, decide, run
from certs.issuing_desk import IssuingDesk
from certs.ports import UnitOfWork
from certs.rows.columns import FoundColumn
from certs.rows.problems import repeated_number
from certs.rows.tables import RowResult


class Rows(Protocol):
    """Rows that can be staged, wherever they are read."""

    @property
    def columns(self) -> tuple[FoundColumn, ...]:
        """The columns with a heading, from left to right."""
        ...

    def results(
        self, *, missing_characters: MissingCharacters = lambda _text: ""
    ) -> Iterator[RowResult]:
        """Yield what became of each row, in their order.

        Raises:
            MalformedSheetError: The source is damaged from here on.
        """
        ...


def stage(
    table: Rows,
    batch: Batch,
    *,
    desk: IssuingDesk,
    on_progress: Callable[[int], None] = lambda _rows: None,
) -> None:
    """Stage the rows that are not staged yet, chunk by chunk; then the batch may go on.

    It runs then, or is done where no row waits. A batch that came as a file waits until it is
    confirmed; of one that is only tried, the good rows are called off.

    Args:
        table: The rows; read again from the start after a crash, they must be the same.
        batch: The batch, being read.
        desk: Who issues.
        on_progress: Called with the number of rows staged so far by this call.

    Raises:
        MalformedSheetError: The source is damaged from here on.
        LeaseLostError: Somebody else reads the same, or the batch was cancelled.
    """
    with desk.unit_of_work() as work:
        chunk, last_row = work.batch_rows.staged(batch.id)
    results = table.results(missing_characters=desk.renderer.missing_characters)
    fresh = (result for result in results if result.row > last_row)
    done = 0
    while group := list(islice(fresh, CHUNK_ROWS)):
        with desk.unit_of_work() as work:
            rows = _distinct(group, table.columns, batch, work=work, desk=desk)
            work.batch_rows.stage(batch.id, list(rows), chunk=chunk)
            work.commit()
        chunk, done = chunk + 1, done + len(group)
        on_progress(done)
    with desk.unit_of_work() as work:
        _end_reading(batch.id, work, desk.clock.now())
        work.commit()


def _end_reading(batch_id: str, work: UnitOfWork, now: datetime) -> None:
    # First this, which waits for whoever is just confirming.
    work.batches.move(batch_id, BatchState.PAUSED, at=now, since=BatchState.READING)
    file = work.batch_files.of_batch(batch_id)
    if file is not None and file.is_trial:
        decide(batch_id, BatchDecision.CANCEL, work=work, now=now)
    elif file is None or file.is_confirmed or not work.batches.counts(batch_id).waiting:
        run(batch_id, work, now)


def _distinct(
    group: Sequence[RowResult],
    columns: Sequence[FoundColumn],
    batch: Batch,
    *,
    work: UnitOfWork,
    desk: IssuingDesk,
) -> Iterator[StagedRow]:
    """Yield rows to be staged; a license number that a good row above has is refused."""
    rows = list(_rows(group, desk))
    first_rows = work.batch_rows.of_keys(batch.id, [row.business_key for row in rows])
    for result, row in zip(group, rows, strict=True):
        if result.application is None:
            yield row
            continue
        first_row = first_rows.setdefault(row.business_key, row.number)
        if first_row == row.number:
            yield row
            continue
        problem = repeated_number(
            desk.license_type,
            columns,
            row.number,
            number=result.application.number,
            first_row=first_row,
        )
        yield replace(row, outcome=RowOutcome.REFUSED, problems=(problem,))


def _rows(group: Iterable[RowResult], desk: IssuingDesk) -> Iterator[StagedRow]:
    for result in group:
        if result.application is None:
            yield StagedRow(
                number=result.row,
                raw=dict(result.raw),
                outcome=RowOutcome.REFUSED,
                problems=result.problems,
            )
        else:
            key = desk.holder_keys.of_number(
                str(desk.license_type.code), str(desk.authority.code), result.application.number
            )
            yield StagedRow(number=result.row, business_key=key, raw=dict(result.raw))
