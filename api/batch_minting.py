"""Mint a batch from a file or a database, from its first row to its account."""

from collections.abc import Callable

from api.batch_reports import BatchReport, report_of
from api.batch_sources import BatchSource
from api.batch_workers import Watch, Workforce, release_dead
from certs.batches.batch import BatchState
from certs.batches.reception import receive
from certs.issuing_desk import IssuingDesk


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
