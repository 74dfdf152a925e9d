"""Jobs of batches in PostgreSQL: they are queued in the transaction that calls for them.

The queue is procrastinate's, in tables of its own beside ours; its function is called on our own
connection, so a batch that runs and the jobs that make it run commit together, or not at all.
On SQLite there is no queue: workers on the one machine look for chunks themselves.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData, event, text

from storage.database import POSTGRESQL
from storage.locks import hold
from storage.tables import metadata

QUEUE: Final = "batches"
MINT: Final = "mint"
"""The task that mints one chunk; its arguments are ``batch`` and ``chunk``."""
READ: Final = "read"
"""The task that reads the file of one batch; its argument is ``batch``."""
TABLE_PREFIX: Final = "procrastinate_"
_SCHEMA: Final = Path(__file__).parent / "migrations" / "procrastinate_3_10_0.sql"

_LOCKS: Final = (
    "CREATE INDEX procrastinate_jobs_open_locks ON procrastinate_jobs (lock)"
    " WHERE status IN ('todo', 'doing')"
)
"""Every job has a lock, and whoever fetches one asks who else has it: 880 ms without this index
where 3,100 jobs were just queued."""

_DEFER: Final = """
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
        :queue, :task, 0, wanted.name, NULL, wanted.args, NULL
    )::procrastinate_job_to_defer_v1 ORDER BY wanted.place))
    FROM ({wanted}) AS wanted
    WHERE NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs AS job
        WHERE job.lock = wanted.name AND job.status = 'todo'
    )
    HAVING count(*) > 0
"""
_CHUNKS: Final = """
    SELECT 'mint:' || batch_id || ':' || number AS name, number AS place,
        jsonb_build_object('batch', batch_id, 'chunk', number) AS args
    FROM batch_chunks WHERE batch_id = :batch AND NOT is_done
"""
_FILE: Final = """
    SELECT 'read:' || CAST(:batch AS text) AS name, 0 AS place,
        jsonb_build_object('batch', CAST(:batch AS text)) AS args
"""


def enqueue_chunks(connection: Connection, batch_id: str) -> None:
    """Queue a job for every chunk that is not done and for which none waits.

    One that is being done may just be giving up, so it does not count; the new one is not begun
    before it ends, because both bear the same lock.
    """
    _enqueue(connection, MINT, _CHUNKS, batch_id)


def enqueue_reading(connection: Connection, batch_id: str) -> None:
    """Queue the reading of a batch's file, if it is not queued."""
    _enqueue(connection, READ, _FILE, batch_id)


def _enqueue(connection: Connection, task: str, wanted: str, batch_id: str) -> None:
    if connection.dialect.name != POSTGRESQL:
        return
    # Two units that queue the same job would not see each other's before they end.
    hold(connection, f"jobs:{batch_id}")
    statement = text(_DEFER.format(wanted=wanted))
    connection.execute(statement, {"queue": QUEUE, "task": task, "batch": batch_id})


def create_queue(connection: Connection) -> None:
    """Make the queue's tables and functions, as procrastinate 3.10.0 describes them."""
    if connection.dialect.name == POSTGRESQL:
        # Many statements, in which neither % nor : is a parameter.
        connection.exec_driver_sql(
            _SCHEMA.read_text("utf-8"), execution_options={"no_parameters": True}
        )
        connection.exec_driver_sql(_LOCKS)


@event.listens_for(metadata, "after_create")
def _create_queue(_tables: MetaData, connection: Connection, **_: object) -> None:
    create_queue(connection)
