"""Units of work on one database: who writes waits for a turn, who only reads waits for nobody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from certs.access import AccessGrant, CallerRole
from storage import schema
from storage.database import connect
from storage.errors import DatabaseBusyError
from storage.unit_of_work import SqlUnitOfWork
from storage.write_turns import WriteTurns
from tests.world import NOON

GRANT = AccessGrant(person="W0001", role=CallerRole.WINDOW)
SOON = 5.0


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'yinxin.db'}")
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def write(engine: Engine, digest: str) -> None:
    with SqlUnitOfWork(engine) as work:
        work.access.add(digest, GRANT)
        work.commit()


def is_there(engine: Engine, digest: str) -> bool:
    with SqlUnitOfWork(engine) as work:
        work.only_read()
        return work.access.find(digest, at=NOON) is not None


def test_the_next_one_writes_as_soon_as_a_unit_has_committed_though_it_goes_on(
    engine: Engine,
) -> None:
    with SqlUnitOfWork(engine) as work, ThreadPoolExecutor(1) as pool:
        work.access.add("first", GRANT)
        waiting = pool.submit(write, engine, "second")
        work.commit()

        waiting.result(SOON)


def test_the_next_one_writes_after_a_unit_that_failed(engine: Engine) -> None:
    def fail() -> None:
        with SqlUnitOfWork(engine) as work:
            work.access.add("first", GRANT)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(write, engine, "second").result(SOON)

    assert not is_there(engine, "first")
    assert is_there(engine, "second")


def test_who_only_reads_does_not_wait_for_who_writes(engine: Engine) -> None:
    write(engine, "before")

    with SqlUnitOfWork(engine) as work, ThreadPoolExecutor(1) as pool:
        work.access.add("now", GRANT)

        assert pool.submit(is_there, engine, "before").result(SOON)
        assert not pool.submit(is_there, engine, "now").result(SOON)


def test_who_said_that_it_only_reads_writes_nothing(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as work:
        work.only_read()
        with pytest.raises(DBAPIError):
            work.access.add("secretly", GRANT)

    write(engine, "openly")
    assert is_there(engine, "openly")
    assert not is_there(engine, "secretly")


def test_who_waits_too_long_for_a_turn_is_told_that_the_database_is_busy(
    connection: Connection,
) -> None:
    turns = WriteTurns(seconds=0.01)
    turns.take(connection)
    turns.take(connection)  # it has the turn already
    with create_engine("sqlite://").connect() as other, pytest.raises(DatabaseBusyError):
        turns.take(other)

    WriteTurns.end(connection.info)
    WriteTurns.end(connection.info)  # who has no turn ends none
    with create_engine("sqlite://").connect() as other:
        turns.take(other)


def test_other_processes_are_waited_for_at_the_lock_itself(embedded: Engine) -> None:
    elsewhere = connect(embedded.url.render_as_string())
    with embedded.connect() as connection, ThreadPoolExecutor(1) as pool:
        connection.execute(text("SELECT 1"))
        waiting = pool.submit(write, elsewhere, "second")
        connection.rollback()

        waiting.result(SOON)
    elsewhere.dispose()
