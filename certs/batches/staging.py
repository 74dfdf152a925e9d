"""Stage the rows of a batch: what was read is on record before anything is minted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from certs.batches.batch import CHUNK_ROWS, Batch, BatchColumn, BatchState, RowOutcome, StagedRow
from certs.issuing_desk import IssuingDesk
from certs.ports import UnitOfWork
from certs.rows.columns import Column
from certs.rows.problems import repeated_number
from certs.rows.tables import RowResult, RowTable


def columns_of(table: RowTable) -> tuple[BatchColumn, ...]:
    """Return the columns of a table as a batch keeps them."""
    return tuple(
        BatchColumn(index=item.index, letter=item.letter, heading=item.heading, key=item.key)
        for item in table.columns
    )


def stage(
    table: RowTable,
    batch: Batch,
    *,
    desk: IssuingDesk,
    on_progress: Callable[[int], None] = lambda _rows: None,
) -> None:
    """Stage the rows that are not staged yet, chunk by chunk; then the batch is running, or done.

    Args:
        table: The rows; read again from the start after a crash, they must be the same.
        batch: The batch, being read.
        desk: Who issues.
        on_progress: Called with the number of rows staged so far by this call.

    Raises:
        MalformedSheetError: The source is damaged from here on.
    """
    with desk.unit_of_work() as work:
        chunk, last_row = work.batches.staged(batch.id)
    results = table.results(missing_characters=desk.renderer.missing_characters)
    fresh = (result for result in results if result.row > last_row)
    done = 0
    while group := list(islice(fresh, CHUNK_ROWS)):
        with desk.unit_of_work() as work:
            rows = _distinct(group, table.columns, batch, work=work, desk=desk)
            work.batches.stage(batch.id, list(rows), chunk=chunk)
            work.commit()
        chunk, done = chunk + 1, done + len(group)
        on_progress(done)
    with desk.unit_of_work() as work:
        now = desk.clock.now()
        work.batches.move(batch.id, BatchState.RUNNING, at=now)
        if not work.batches.counts(batch.id).waiting:
            work.batches.move(batch.id, BatchState.DONE, at=now)
        work.commit()


def _distinct(
    group: Sequence[RowResult],
    columns: Sequence[Column],
    batch: Batch,
    *,
    work: UnitOfWork,
    desk: IssuingDesk,
) -> Iterator[StagedRow]:
    """Yield rows to be staged; a license number that a good row above has is refused."""
    rows = list(_rows(group, desk))
    first_rows = work.batches.rows_of_keys(batch.id, [row.business_key for row in rows])
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
