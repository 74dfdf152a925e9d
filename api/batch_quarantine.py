"""Refused rows of a batch as a workbook that can be corrected and fed again (退回表)."""

from collections.abc import Iterator
from pathlib import Path

from api.batch_reports import rows_that
from certs.batches.batch import Batch, RowOutcome
from certs.catalogue import LicenseType
from certs.ports import UnitOfWork
from certs.rows.quarantine import write_quarantine
from certs.rows.tables import RowResult


def quarantine(
    batch: Batch, path: Path, *, license_type: LicenseType, work: UnitOfWork
) -> tuple[Path, ...]:
    """Write the refused rows of a batch; return the workbooks, none where no row was refused.

    Raises:
        OSError: A workbook cannot be written.
    """
    return write_quarantine(path, license_type, batch.columns, _refused(batch, work))


def _refused(batch: Batch, work: UnitOfWork) -> Iterator[RowResult]:
    for row in rows_that(batch.id, work, RowOutcome.REFUSED):
        yield RowResult(row=row.number, raw=row.raw, application=None, problems=row.problems)
