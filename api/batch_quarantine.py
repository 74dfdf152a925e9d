"""Refused rows of a batch as a workbook that can be corrected and fed again (退回表)."""

from collections.abc import Iterator
from pathlib import Path

from api.batching import rows_that
from certs.batches.batch import Batch, BatchColumn, RowOutcome
from certs.catalogue import LicenseType
from certs.ports import UnitOfWork
from certs.rows.applications import PERIOD_SIGN
from certs.rows.columns import Column, Recognition
from certs.rows.quarantine import write_quarantine
from certs.rows.tables import RowResult


def quarantine(
    batch: Batch, path: Path, *, license_type: LicenseType, work: UnitOfWork
) -> tuple[Path, ...]:
    """Write the refused rows of a batch; return the workbooks, none where no row was refused.

    Raises:
        OSError: A workbook cannot be written.
    """
    columns = [_column(item, license_type) for item in batch.columns]
    return write_quarantine(path, license_type, columns, _refused(batch, work))


def _refused(batch: Batch, work: UnitOfWork) -> Iterator[RowResult]:
    for row in rows_that(batch.id, work, RowOutcome.REFUSED):
        yield RowResult(row=row.number, raw=row.raw, application=None, problems=row.problems)


def _column(kept: BatchColumn, license_type: LicenseType) -> Column:
    specs = {spec.name: spec for spec in license_type.fields}
    names = kept.key.split(PERIOD_SIGN) if kept.key else []
    return Column(
        index=kept.index,
        letter=kept.letter,
        heading=kept.heading,
        specs=tuple(specs[name] for name in names if name in specs),
        how=Recognition.NAME if kept.key else Recognition.IGNORED,
    )
