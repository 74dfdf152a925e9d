"""Jobs of batches in PostgreSQL: there from the commit on that calls for them, and not before."""

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from certs.batches.batch import CHUNK_ROWS, Batch, BatchState, StagedRow
from certs.batches.decisions import BatchDecision, decide
from certs.batches.files import BatchFile
from storage import job_queue
from storage.database import connect
from storage.job_queue import MINT, READ
from storage.job_worker import SqlJobQueue
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.world import NOON

OpenUnit = Callable[[], SqlUnitOfWork]
BATCH = "b" * 32


@pytest.fixture
def engine(new_postgresql: NewDatabase) -> Iterator[Engine]:
    made = connect(new_postgresql())
    yield made
    made.dispose()


@pytest.fixture
def open_unit(engine: Engine) -> OpenUnit:
    return partial(SqlUnitOfWork, engine)


def add(open_unit: OpenUnit, *, chunks: int = 3) -> None:
    """A batch that was read, and rests."""
    with open_unit() as work:
        work.batches.add(
            Batch(
                id=BATCH,
                type_code="11100000MB9TXY0149001",
                source_name="样例.xlsx",
                source_digest="5" * 64,
                operator="I001",
                columns=(),
                state=BatchState.READING,
                created_at=NOON,
            )
        )
        for number in range(chunks):
            row = StagedRow(number=number * CHUNK_ROWS + 2, business_key=str(number), raw={})
            work.batch_rows.stage(BATCH, [row], chunk=number)
        work.batches.move(BATCH, BatchState.PAUSED, at=NOON)
        work.commit()


def jobs(engine: Engine) -> list[tuple[str, dict[str, Any], str]]:
    query = "SELECT task_name, args, status FROM procrastinate_jobs ORDER BY id"
    with engine.connect() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(text(query))]


def minting(*numbers: int) -> list[tuple[str, dict[str, Any], str]]:
    return [(MINT, {"batch": BATCH, "chunk": number}, "todo") for number in numbers]


def move(open_unit: OpenUnit, state: BatchState) -> None:
    with open_unit() as work:
        work.batches.move(BATCH, state, at=NOON)
        work.commit()


def test_a_batch_that_runs_has_a_job_for_every_chunk(engine: Engine, open_unit: OpenUnit) -> None:
    add(open_unit)
    assert jobs(engine) == []

    move(open_unit, BatchState.RUNNING)

    assert jobs(engine) == minting(0, 1, 2)


def test_what_is_rolled_back_leaves_neither_a_running_batch_nor_jobs(
    engine: Engine, open_unit: OpenUnit
) -> None:
    add(open_unit)

    with open_unit() as work:
        work.batches.move(BATCH, BatchState.RUNNING, at=NOON)
        seen_within = work.batches._connection.execute(
            text("SELECT count(*) FROM procrastinate_jobs")
        ).scalar()

    assert (seen_within, jobs(engine)) == (3, [])
    with open_unit() as work:
        assert work.batches.get(BATCH).state is BatchState.PAUSED


def test_what_waits_in_the_queue_is_not_queued_again_and_what_is_done_never(
    engine: Engine, open_unit: OpenUnit
) -> None:
    add(open_unit)
    move(open_unit, BatchState.RUNNING)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE batch_chunks SET is_done = true, waiting = 0 WHERE number = 0")
        )
        connection.execute(text("DELETE FROM procrastinate_jobs WHERE args->>'chunk' <> '1'"))
    move(open_unit, BatchState.PAUSED)

    move(open_unit, BatchState.RUNNING)

    assert jobs(engine) == minting(1, 2)


def test_a_queue_that_was_emptied_is_filled_again(engine: Engine, open_unit: OpenUnit) -> None:
    add(open_unit)
    move(open_unit, BatchState.RUNNING)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))

    for _ in range(2):
        with open_unit() as work:
            work.batches.restore_jobs()
            work.commit()

    assert jobs(engine) == minting(0, 1, 2)


def test_a_file_that_is_to_be_read_has_a_job(engine: Engine, open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.batches.add(
            Batch(
                id=BATCH,
                type_code="11100000MB9TXY0149001",
                source_name="样例.xlsx",
                source_digest="5" * 64,
                operator="I001",
                columns=(),
                state=BatchState.READING,
                created_at=NOON,
            )
        )
        work.batch_files.add(
            BatchFile(
                batch=BATCH,
                content="7" * 64,
                kind=None,
                encoding="",
                mapping={},
                request_key="k",
            )
        )
        work.commit()

    assert jobs(engine) == [(READ, {"batch": BATCH}, "todo")]


# Workers -----------------------------------------------------------------------------------------


def run_until(engine: Engine, task: Callable[[int], bool], *, runs: int) -> list[int]:
    """Let a worker take jobs until it has had so many; return their chunks in order."""
    stop, taken = threading.Event(), list[int]()

    def mint(arguments: Mapping[str, Any], _should_stop: Callable[[], bool]) -> bool:
        taken.append(arguments["chunk"])
        return task(arguments["chunk"])

    SqlJobQueue(engine).work({MINT: mint}, stop=stop, idle=lambda: len(taken) >= runs)
    return taken


def test_a_worker_takes_each_job_once_and_forgets_it(engine: Engine, open_unit: OpenUnit) -> None:
    add(open_unit)
    move(open_unit, BatchState.RUNNING)

    assert run_until(engine, lambda _chunk: True, runs=3) == [0, 1, 2]
    assert jobs(engine) == []


def test_a_job_that_did_not_come_to_its_end_is_taken_again(
    engine: Engine, open_unit: OpenUnit
) -> None:
    add(open_unit, chunks=1)
    move(open_unit, BatchState.RUNNING)
    ends = iter([False, True])

    assert run_until(engine, lambda _chunk: next(ends), runs=2) == [0, 0]
    assert jobs(engine) == []


def test_the_jobs_of_a_worker_without_a_sign_of_life_are_taken_over(
    engine: Engine, open_unit: OpenUnit
) -> None:
    add(open_unit, chunks=1)
    move(open_unit, BatchState.RUNNING)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1h')"
            )
        )
        connection.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT id FROM procrastinate_workers)"
            )
        )

    assert run_until(engine, lambda _chunk: True, runs=1) == [0]


def test_the_jobs_of_a_worker_that_lives_are_left_to_it(
    engine: Engine, open_unit: OpenUnit
) -> None:
    add(open_unit, chunks=2)
    move(open_unit, BatchState.RUNNING)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
        connection.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT id FROM procrastinate_workers)"
                " WHERE args->>'chunk' = '0'"
            )
        )

    assert run_until(engine, lambda _chunk: True, runs=1) == [1]
    assert [job[2] for job in jobs(engine)] == ["doing"]


def test_there_is_no_queue_on_sqlite(new_sqlite: NewDatabase) -> None:
    engine = connect(new_sqlite())
    assert SqlJobQueue.of(engine) is None
    add(partial(SqlUnitOfWork, engine))
    with SqlUnitOfWork(engine) as work:
        decide(BATCH, BatchDecision.RESUME, work=work, now=NOON)
        work.commit()
    engine.dispose()


def test_the_queue_is_the_one_of_the_library() -> None:
    """Whoever raises its version needs a migration with the library's own changes."""
    library = resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")
    ours = Path(job_queue.__file__).parent / "migrations" / "procrastinate_3_10_0.sql"

    assert ours.read_text("utf-8") == library
