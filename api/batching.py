"""Batches from a file or a database: received, minted, and accounted for to the row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from api.batch_sources import BatchSource
from api.batch_workers import Watch, Workforce, release_dead
from certs.batches.batch import Batch, BatchCounts, BatchState, RowOutcome, StagedRow
from certs.batches.reception import receive
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.ports import UnitOfWork

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What became of a batch (对账).

    Attributes:
        counts: As the chunks counted.
        recount: As the rows themselves say.
        licenses: How many of the licenses that rows name are in the register.
    """

    batch: Batch
    counts: BatchCounts
    recount: BatchCounts
    licenses: int

    @property
    def is_reconciled(self) -> bool:
        """Whether every row is accounted for, and every license that a row names is there."""
        return self.counts == self.recount and self.licenses == (
            self.counts.minted + self.counts.present
        )


def mint_source(
    source: BatchSource,
    *,
    desk: IssuingDesk,
    workforce: Workforce,
    on_read: Callable[[int], None] = lambda _rows: None,
    watch: Watch = lambda _counts: None,
) -> BatchReport:
    """Mint every good row of a source; what was minted before is found, not minted again.

    Args:
        source: The rows.
        desk: Who issues.
        workforce: Who mints.
        on_read: Called with the number of rows staged.
        watch: Called with how far it has come.

    Raises:
        MalformedSheetError: The source cannot be read, or its columns do not fit.
        KeyUnavailableError: A key store did not answer; the same call goes on later.
    """
    digest = source.digest()
    with source.opened(desk) as table:
        batch = receive(table, name=source.name, digest=digest, desk=desk, on_progress=on_read)
    if batch.state is BatchState.RUNNING:
        with desk.unit_of_work() as work:
            release_dead(work, batch.id)
            work.commit()
        workforce.mint(batch, desk=desk, watch=watch)
    with desk.unit_of_work() as work:
        return report_of(batch.id, work)


def report_of(batch_id: str, work: UnitOfWork) -> BatchReport:
    """Return what became of a batch, counted twice in different ways.

    Raises:
        BatchNotFoundError: There is none.
    """
    recount, licenses = work.batches.recount(batch_id)
    return BatchReport(
        batch=work.batches.get(batch_id),
        counts=work.batches.counts(batch_id),
        recount=recount,
        licenses=licenses,
    )


def rows_that(batch_id: str, work: UnitOfWork, *outcomes: RowOutcome) -> Iterator[StagedRow]:
    """Yield the rows of a batch that ended so, in their order."""
    after = -1
    while page := work.batch_rows.of_outcomes(batch_id, outcomes, after=after, limit=_PAGE):
        yield from page
        after = page[-1].number


def licenses_of(batch_id: str, work: UnitOfWork) -> Iterator[License]:
    """Yield the licenses that rows of a batch became, in the order of the rows."""
    for row in rows_that(batch_id, work, RowOutcome.MINTED):
        yield work.licenses.get(row.identifier)
