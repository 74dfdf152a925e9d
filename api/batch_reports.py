"""What became of a batch (对账): its rows and licenses, accounted for one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from certs.batches.batch import Batch, BatchCounts, RowOutcome, StagedRow
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
