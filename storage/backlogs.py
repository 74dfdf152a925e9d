"""What waits in the database's queues, counted by their indexes and never to the end."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select, text

from certs.backlogs import MOST_COUNTED, Backlog, Queue
from certs.intents import IntentStage
from storage.archive import GOES_ON
from storage.archive_tables import archive_jobs
from storage.complaint_tables import complaint_posts
from storage.database import POSTGRESQL, Instant
from storage.department_tables import department_posts
from storage.ledger_tables import ledger_entries
from storage.license_tables import intents
from storage.notice_tables import notices

_OPEN: Final = tuple(stage.value for stage in IntentStage if stage.is_open)
_NOBODY_KNOWS: Final = literal(None, Instant)
_QUEUES: Final[dict[Queue, tuple[ColumnElement[Any], ColumnElement[bool]]]] = {
    Queue.LEDGER: (_NOBODY_KNOWS, ledger_entries.c.position.is_(None)),
    Queue.ARCHIVE: (archive_jobs.c.changed_at, and_(*GOES_ON)),
    Queue.ARCHIVE_STOPPED: (archive_jobs.c.changed_at, archive_jobs.c.problem.is_not(None)),
    Queue.NOTICES: (notices.c.recorded_at, notices.c.number.is_not(None)),
    Queue.COMPLAINTS: (_NOBODY_KNOWS, complaint_posts.c.complaint.is_not(None)),
    Queue.DEPARTMENTS: (_NOBODY_KNOWS, department_posts.c.next_at.is_not(None)),
    Queue.INTENTS: (intents.c.started_at, intents.c.stage.in_(_OPEN)),
}


class SqlBacklogs:
    """What waits, on one connection; the port is ``BacklogBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Backlog, ...]:
        """Return every queue."""
        return tuple(self._counted(queue) for queue in Queue)

    def database_bytes(self) -> int:
        """Return how large the database is."""
        if self._connection.dialect.name == POSTGRESQL:
            size = text("SELECT pg_database_size(current_database())")
        else:
            size = text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(self._connection.execute(size).scalar_one())

    def _counted(self, queue: Queue) -> Backlog:
        since, where = _QUEUES[queue]
        waiting = (
            select(since.label("since"), literal(1).label("one"))
            .where(where)
            .limit(MOST_COUNTED)
            .subquery()
        )
        found = self._connection.execute(
            select(func.count(), func.min(waiting.c.since, type_=Instant)).select_from(waiting)
        ).one()
        return Backlog(queue=queue, waiting=found[0], oldest=found[1])
