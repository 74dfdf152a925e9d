"""What waits in queues is counted, with since when, and never beyond a bound."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from certs.backlogs import Backlog, Queue
from certs.ledger.entries import LedgerEntry, LedgerName
from storage import backlogs
from storage.archive_tables import archive_jobs
from storage.unit_of_work import SqlUnitOfWork
from tests.world import NOON

LATER = NOON + timedelta(hours=1)


def found(engine: Engine) -> dict[Queue, Backlog]:
    with SqlUnitOfWork(engine) as work:
        return {item.queue: item for item in work.backlogs.all()}


def test_empty_queues_are_empty_and_the_database_has_a_size(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as work:
        size = work.backlogs.database_bytes()

    assert found(engine) == {queue: Backlog(queue=queue, waiting=0) for queue in Queue}
    assert size > 100_000


def test_packages_on_their_way_are_apart_from_those_that_stopped_or_arrived(engine: Engine) -> None:
    jobs = (
        (LATER, "collected", None),
        (NOON, "packed", None),
        (LATER, "checked", "full"),
        (NOON - timedelta(days=1), "stored", None),
    )
    with SqlUnitOfWork(engine) as work:
        for number, (at, step, problem) in enumerate(jobs):
            row = {"subject": str(number), "kind": "license", "step": step, "changed_at": at}
            work._connection.execute(insert(archive_jobs).values(**row, problem=problem))
        work.commit()
    queues = found(engine)

    assert queues[Queue.ARCHIVE] == Backlog(queue=Queue.ARCHIVE, waiting=2, oldest=NOON)
    assert queues[Queue.ARCHIVE_STOPPED].waiting == 1


def test_counting_ends_at_a_bound(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlogs, "MOST_COUNTED", 3)
    entry = LedgerEntry(kind="issued", at=NOON, organization="", digests=("a" * 64,))
    with SqlUnitOfWork(engine) as work:
        work.ledger.note(LedgerName.ISSUE, [(str(number), entry) for number in range(5)])
        work.commit()
        before = found(engine)[Queue.LEDGER].waiting
        work.ledger.place(LedgerName.ISSUE, 9)
        work.commit()

    assert (before, found(engine)[Queue.LEDGER].waiting) == (3, 0)
