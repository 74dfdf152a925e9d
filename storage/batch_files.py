"""Files of batches in the database."""

from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.batches.batch import Batch, BatchState
from certs.batches.files import BatchFile
from certs.errors import BatchNotFoundError, DuplicateBatchError
from certs.rows.sources import SourceKind
from storage.batch_rows import batch_from
from storage.batch_tables import MAX_REFUSAL, batch_files, batches
from storage.database_errors import broken_rule
from storage.job_queue import enqueue_chunks, enqueue_reading

_ONCE: Final = "ix_batch_files_request_key"
_MOST_RESTORED: Final = 1000


class SqlBatchFiles:
    """What came as files, and what was decided about them, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, batch_id: str) -> Batch:
        """Return a batch, or raise BatchNotFoundError."""
        return self._get(batch_id)

    def _get(self, batch_id: str, *, is_held: bool = False) -> Batch:
        query = select(batches).where(batches.c.id == batch_id)
        if is_held:
            query = query.with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            raise BatchNotFoundError(batch_id)
        return batch_from(row)

    def add_file(self, file: BatchFile) -> None:
        """Store what is known of the file of a new batch, or raise DuplicateBatchError."""
        try:
            self._connection.execute(insert(batch_files).values(_file_row(file)))
        except IntegrityError as error:
            if broken_rule(error) != _ONCE:
                raise
            raise DuplicateBatchError("another request had the key") from error
        enqueue_reading(self._connection, file.batch)

    def file(self, batch_id: str) -> BatchFile | None:
        """Return the file of a batch, None where it did not come as one."""
        query = select(batch_files).where(batch_files.c.batch_id == batch_id)
        return _file(self._connection.execute(query).mappings().one_or_none())

    def of_request(self, request_key: str) -> BatchFile | None:
        """Return the file that a request brought, or None."""
        query = select(batch_files).where(batch_files.c.request_key == request_key)
        return _file(self._connection.execute(query).mappings().one_or_none())

    def confirm(self, batch_id: str) -> Batch:
        """Note that a batch with a file may be minted; return it, held until commit."""
        batch = self._get(batch_id, is_held=True)
        self._connection.execute(
            update(batch_files).where(batch_files.c.batch_id == batch_id).values(is_confirmed=True)
        )
        return batch

    def refuse_file(self, batch_id: str, why: str) -> None:
        """Note why the file of a batch cannot be read."""
        self._connection.execute(
            update(batch_files)
            .where(batch_files.c.batch_id == batch_id)
            .values(refusal=why.replace("\0", "")[:MAX_REFUSAL])
        )

    def restore_jobs(self) -> None:
        """Queue what should be queued and is not."""
        with_file = select(batches.c.id).join(batch_files, batch_files.c.batch_id == batches.c.id)
        for batch_id in self._in_state(with_file, BatchState.READING):
            enqueue_reading(self._connection, batch_id)
        for batch_id in self._in_state(select(batches.c.id), BatchState.RUNNING):
            enqueue_chunks(self._connection, batch_id)

    def _in_state(self, query: Select[Any], state: BatchState) -> list[str]:
        found = query.where(batches.c.state == state.value).order_by(batches.c.created_at)
        return list(self._connection.execute(found.limit(_MOST_RESTORED)).scalars())


def _file_row(file: BatchFile) -> dict[str, Any]:
    return {
        "batch_id": file.batch,
        "content": file.content,
        "kind": file.kind.value if file.kind else "",
        "encoding": file.encoding,
        "mapping": dict(file.mapping),
        "request_key": file.request_key,
        "is_trial": file.is_trial,
        "is_confirmed": file.is_confirmed,
        "refusal": file.refusal,
    }


def _file(row: RowMapping | None) -> BatchFile | None:
    if row is None:
        return None
    return BatchFile(
        batch=row["batch_id"],
        content=row["content"],
        kind=SourceKind(row["kind"]) if row["kind"] else None,
        encoding=row["encoding"],
        mapping=row["mapping"],
        request_key=row["request_key"],
        is_trial=row["is_trial"],
        is_confirmed=row["is_confirmed"],
        refusal=row["refusal"],
    )
