"""Files of batches in the database."""

from typing import Any, Final

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.batches.files import BatchFile
from certs.errors import DuplicateBatchError
from certs.rows.sources import SourceKind
from storage.batch_tables import MAX_REFUSAL, batch_files
from storage.database_errors import broken_rule
from storage.job_queue import enqueue_reading

_ONCE: Final = "ix_batch_files_request_key"
_MOST_RESTORED: Final = 1000


class SqlBatchFiles:
    """Reads and writes what is known of files, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: BatchFile) -> None:
        """Store what is known of the file of a new batch, or raise DuplicateBatchError."""
        try:
            self._connection.execute(insert(batch_files).values(_file_row(file)))
        except IntegrityError as error:
            if broken_rule(error) != _ONCE:
                raise
            raise DuplicateBatchError("another request had the key") from error
        enqueue_reading(self._connection, file.batch)

    def of_batch(self, batch_id: str) -> BatchFile | None:
        """Return the file of a batch, None where it did not come as one."""
        query = select(batch_files).where(batch_files.c.batch_id == batch_id)
        return _file(self._connection.execute(query).mappings().one_or_none())

    def of_request(self, request_key: str) -> BatchFile | None:
        """Return the file that a request brought, or None."""
        query = select(batch_files).where(batch_files.c.request_key == request_key)
        return _file(self._connection.execute(query).mappings().one_or_none())

    def confirm(self, batch_id: str) -> None:
        """Note that what the file says may be minted."""
        self._connection.execute(
            update(batch_files).where(batch_files.c.batch_id == batch_id).values(is_confirmed=True)
        )

    def refuse(self, batch_id: str, why: str) -> None:
        """Note why the file cannot be read."""
        self._connection.execute(
            update(batch_files)
            .where(batch_files.c.batch_id == batch_id)
            .values(refusal=why.replace("\0", "")[:MAX_REFUSAL])
        )


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
