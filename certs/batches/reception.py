"""Receive a source as a batch: the same source is the same batch, however often it comes."""

import secrets
from collections.abc import Callable
from typing import Final

from certs.batches.batch import Batch, BatchState
from certs.batches.staging import Rows, stage
from certs.issuing_desk import IssuingDesk
from certs.rows.columns import FoundColumn

_ID_BYTES: Final = 16
_MAX_NAME: Final = 200


def receive(
    table: Rows,
    *,
    name: str,
    digest: str,
    desk: IssuingDesk,
    on_progress: Callable[[int], None] = lambda _rows: None,
) -> Batch:
    """Return the batch of a source, all its rows staged.

    A source that was read before, in part or whole, is the batch that it led to then.

    Args:
        table: Its rows.
        name: What people call it.
        digest: SM3 in hexadecimal of the source and of how it is read.
        desk: Who issues.
        on_progress: Called with the number of rows staged.

    Raises:
        MalformedSheetError: The source is damaged, or its columns do not fit.
    """
    with desk.unit_of_work() as work:
        batch = work.batches.of_source(str(desk.license_type.code), digest)
        if batch is None:
            batch = new_batch(table.columns, name=name, digest=digest, desk=desk)
            work.batches.add(batch)
            work.commit()
    if batch.state is BatchState.READING:
        stage(table, batch, desk=desk, on_progress=on_progress)
    with desk.unit_of_work() as work:
        return work.batches.get(batch.id)


def new_batch(
    columns: tuple[FoundColumn, ...], *, name: str, digest: str, desk: IssuingDesk
) -> Batch:
    """Return a batch that is to be read."""
    return Batch(
        id=secrets.token_hex(_ID_BYTES),
        type_code=str(desk.license_type.code),
        source_name=name[-_MAX_NAME:],  # its end may be all that tells what it is
        source_digest=digest,
        operator=desk.operator,
        columns=tuple(item.kept for item in columns),
        state=BatchState.READING,
        created_at=desk.clock.now(),
    )
