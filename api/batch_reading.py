"""Read the file of a batch that was received, and stage its rows."""

from collections.abc import Callable

from api.row_reader import RowReader
from certs.batches.batch import Batch, BatchState
from certs.batches.staging import stage
from certs.errors import IllegalTransitionError, LeaseLostError, MalformedSheetError
from certs.issuing_desk import IssuingDesk


class _StoppedError(Exception):
    """The process is to end; another goes on with the same rows."""


def read_file(
    batch: Batch, *, desk: IssuingDesk, reader: RowReader, stop: Callable[[], bool]
) -> None:
    """Stage the rows of a batch's file; a file that cannot be read cancels the batch.

    What was staged before a crash is not staged again.

    Args:
        batch: The batch; nothing happens where it is not to be read any more.
        desk: Who issues.
        reader: Reads foreign bytes.
        stop: Asked between chunks.

    Raises:
        ObjectNotFoundError: The store has lost the file.
    """
    with desk.unit_of_work() as work:
        file = work.batch_files.of_batch(batch.id)
        state = work.batches.get(batch.id).state
    if file is None or state is not BatchState.READING:
        return

    def check(_rows: int) -> None:
        if stop():
            raise _StoppedError

    try:
        with reader.opened(
            desk.objects.get(file.content),
            desk.license_type,
            name=batch.source_name,
            kind=file.kind,
            encoding=file.encoding,
            mapping=file.mapping,
            with_rows=True,
        ) as rows:
            stage(rows, batch, desk=desk, on_progress=check)
    except MalformedSheetError as error:
        _refuse(batch, str(error), desk)
    except (_StoppedError, LeaseLostError, IllegalTransitionError):
        # Somebody else goes on with it, or has called it off.
        return


def _refuse(batch: Batch, why: str, desk: IssuingDesk) -> None:
    with desk.unit_of_work() as work:
        work.batch_files.refuse(batch.id, why)
        if work.batches.get(batch.id).state is BatchState.READING:
            now = desk.clock.now()
            work.batches.move(batch.id, BatchState.CANCELLED, at=now)
            work.chunks.call_off(batch.id, now=now)
        work.commit()
