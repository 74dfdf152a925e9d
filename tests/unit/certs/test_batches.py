"""A batch of rows: each is minted once, found there already, or refused with place and reason."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from certs.batches.batch import (
    CHUNK_ROWS,
    LEASE,
    Batch,
    BatchCounts,
    BatchState,
    Chunk,
    Pace,
    RowOutcome,
    StagedRow,
)
from certs.batches.decisions import BatchDecision, decide
from certs.batches.files import BatchFile
from certs.batches.minting import mint_batch, mint_chunk, mint_numbered
from certs.batches.reception import new_batch, receive
from certs.batches.staging import stage
from certs.errors import (
    BatchNotFoundError,
    DuplicateBatchError,
    FaceError,
    IllegalTransitionError,
    LeaseLostError,
    MalformedSheetError,
)
from certs.faces.content import FaceContent
from certs.field_problems import ProblemCode
from certs.issuance import CHUNK, resume
from certs.issuing_desk import IssuingDesk
from certs.lifecycle import record_status
from certs.ports import UnitOfWork
from certs.regions import RegionCode
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from certs.samples.bad_rows import CellValue, bad_rows
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from certs.statuses import StatusKind
from signing.algorithms import sm3
from signing.pdf.assembly import PreparedPdf
from signing.pdf.sealing import VisibleSeal
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks
from tests.databases import NewDatabase
from tests.doubles.issuing import (
    FixedClock,
    Fuse,
    FusedObjects,
    FusedRenderer,
    FusedUnitOfWork,
    LightRenderer,
    MemoryObjects,
    PowerCutError,
    SigningLog,
)
from tests.doubles.register import MemoryDatabase

WUHU = RegionCode("340200")
OpenUnit = Callable[[], UnitOfWork]
Rows = list[dict[str, CellValue]]


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def open_unit(request: pytest.FixtureRequest) -> Iterator[OpenUnit]:
    if request.param == "memory":
        yield MemoryDatabase().unit_of_work
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    yield partial(SqlUnitOfWork, engine)
    engine.dispose()


@pytest.fixture
def desk(open_unit: OpenUnit) -> IssuingDesk:
    return desks.desk(open_unit, MemoryObjects())


def write(folder: Path, rows: Rows, name: str = "sheet.xlsx") -> Path:
    path = folder / name
    write_sheet(path, desks.food_business(), rows)
    return path


def good(count: int, *, seed: int = 1) -> Rows:
    return [dict(row) for row in food_business_rows(WUHU, count, seed=seed)]


def staged(path: Path, desk: IssuingDesk) -> Batch:
    with open_rows(path, desk.license_type) as table:
        return receive(table, name=path.name, digest=sm3(path.read_bytes()).hex(), desk=desk)


def mint(path: Path, desk: IssuingDesk) -> Batch:
    batch = staged(path, desk)
    mint_batch(batch, desk=desk, worker="one")
    return state_of(batch, desk)


def state_of(batch: Batch, desk: IssuingDesk) -> Batch:
    with desk.unit_of_work() as work:
        return work.batches.get(batch.id)


def counts(batch: Batch, desk: IssuingDesk) -> BatchCounts:
    """The counts of a batch, which its rows and the register must bear out."""
    with desk.unit_of_work() as work:
        counted = work.batches.counts(batch.id)
        assert work.batches.recount(batch.id) == (counted, counted.minted + counted.present)
    return counted


def rows_of(batch: Batch, desk: IssuingDesk, *outcomes: RowOutcome) -> tuple[StagedRow, ...]:
    with desk.unit_of_work() as work:
        return work.batch_rows.of_outcomes(
            batch.id, outcomes or tuple(RowOutcome), after=0, limit=10_000
        )


def numbers(batch: Batch, desk: IssuingDesk) -> list[tuple[int, str]]:
    rows = rows_of(batch, desk, RowOutcome.MINTED)
    with desk.unit_of_work() as work:
        return [(row.number, work.licenses.get(row.identifier).number) for row in rows]


def in_force(desk: IssuingDesk) -> int:
    with desk.unit_of_work() as work:
        return len(work.licenses.newest(1000))


# Rows ----------------------------------------------------------------------------------------


def test_every_good_row_becomes_a_license(tmp_path: Path, desk: IssuingDesk) -> None:
    rows = good(3)

    batch = mint(write(tmp_path, rows), desk)

    assert numbers(batch, desk) == [(at + 2, row["number"]) for at, row in enumerate(rows)]
    assert counts(batch, desk) == BatchCounts(minted=3)
    assert (batch.state, batch.finished_at) == (BatchState.DONE, desk.clock.now())


def test_bad_rows_are_refused_with_their_place_and_the_others_minted(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    rows = good(4)
    bad = bad_rows(WUHU, food_business_rows(WUHU, 4, seed=1)[0], seed=1)
    mixed = [rows[0], *(dict(row.cells) for row in bad), *rows[1:]]

    batch = mint(write(tmp_path, mixed), desk)

    last = len(bad) + 2
    assert numbers(batch, desk) == [
        (2, rows[0]["number"]),
        *((last + at, row["number"]) for at, row in enumerate(rows[1:], start=1)),
    ]
    assert counts(batch, desk) == BatchCounts(minted=4, refused=len(bad))
    headings = {spec.name: spec.label_zh for spec in desks.food_business().fields}
    refused = {row.number: row for row in rows_of(batch, desk, RowOutcome.REFUSED)}
    for at, row in enumerate(bad, start=3):
        problems = refused[at].problems
        assert (row.field, row.code) in {(p.problem.field, p.problem.code) for p in problems}
        for found in problems:
            assert found.column
            assert found.heading == headings[found.problem.field]
            assert found.problem.zh
            assert found.problem.en
    assert in_force(desk) == 4


def test_what_a_row_said_is_kept_until_it_is_a_license(tmp_path: Path, desk: IssuingDesk) -> None:
    rows = good(2)
    rows[1]["legal_representative"] = ""
    batch = staged(write(tmp_path, rows), desk)
    assert [row.raw["operator"] for row in rows_of(batch, desk)] == [r["operator"] for r in rows]

    mint_batch(batch, desk=desk, worker="one")

    minted, refused = rows_of(batch, desk)
    assert (minted.raw, minted.outcome) == ({}, RowOutcome.MINTED)
    assert refused.raw["operator"] == rows[1]["operator"]


def test_a_number_that_stands_twice_is_refused_the_second_time(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    """Also when the two rows are far apart."""
    rows = good(CHUNK_ROWS + 1)
    rows += [dict(rows[0]), dict(rows[-1])]

    batch = staged(write(tmp_path, rows), desk)

    refused = rows_of(batch, desk, RowOutcome.REFUSED)
    assert [row.number for row in refused] == [CHUNK_ROWS + 3, CHUNK_ROWS + 4]
    assert [row.problems[0].problem.code for row in refused] == [ProblemCode.DUPLICATE_NUMBER] * 2
    assert "2" in refused[0].problems[0].problem.zh
    assert counts(batch, desk) == BatchCounts(waiting=CHUNK_ROWS + 1, refused=2)


class _Choosy(LightRenderer):
    """Finds no room for one number."""

    def __init__(self, refuses: str) -> None:
        super().__init__()
        self._refuses = refuses

    def prepare(self, content: FaceContent, seal: VisibleSeal) -> PreparedPdf:
        if content.values["number"] == self._refuses:
            raise FaceError("样例 does not fit")
        return super().prepare(content, seal)


def test_a_row_whose_face_cannot_be_drawn_does_not_hold_up_the_others(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    rows = good(3)
    choosy = replace(desk, renderer=_Choosy(str(rows[1]["number"])))

    batch = mint(write(tmp_path, rows), choosy)

    (refused,) = rows_of(batch, desk, RowOutcome.REFUSED)
    assert (refused.number, refused.problems[0].problem.code) == (3, ProblemCode.NO_ROOM_ON_FACE)
    assert counts(batch, desk) == BatchCounts(minted=2, refused=1)
    assert resume(desk).licenses == ()


# A second run --------------------------------------------------------------------------------


def test_the_same_file_is_the_same_batch(tmp_path: Path, desk: IssuingDesk) -> None:
    path = write(tmp_path, good(3))
    first = mint(path, desk)

    again = mint(path, desk)

    assert again == first
    assert in_force(desk) == 3


def test_rows_of_another_file_that_are_licenses_are_found_there_already(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    rows = good(3)
    mint(write(tmp_path, rows[:2]), desk)

    batch = mint(write(tmp_path, rows, "other.xlsx"), desk)

    assert numbers(batch, desk) == [(4, rows[2]["number"])]
    assert counts(batch, desk) == BatchCounts(minted=1, present=2)
    assert in_force(desk) == 3


def test_a_number_in_force_that_says_something_else_is_refused(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    rows = good(1)
    mint(write(tmp_path, rows), desk)
    changed = [{**rows[0], "premises": "芜湖市样例新路1号"}]

    batch = mint(write(tmp_path, changed, "other.xlsx"), desk)

    (refused,) = rows_of(batch, desk, RowOutcome.REFUSED)
    problem = refused.problems[0]
    number = next(spec for spec in desks.food_business().fields if spec.name == "number")
    assert (problem.problem.code, problem.heading) == (
        ProblemCode.ALREADY_LICENSED,
        number.label_zh,
    )
    assert problem.column
    assert problem.problem.value == rows[0]["number"]
    assert in_force(desk) == 1


def test_after_revocation_a_new_file_may_license_the_number_again(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    rows = good(1)
    first = mint(write(tmp_path, rows), desk)
    (row,) = rows_of(first, desk)
    event = replace(desks.event_of(StatusKind.REVOKED), recorded_at=desk.clock.now())
    record_status(row.identifier, event, unit_of_work=desk.unit_of_work)

    second = mint(write(tmp_path, rows + good(2)[1:], "new.xlsx"), desk)

    assert counts(second, desk) == BatchCounts(minted=2)
    assert rows_of(second, desk)[0].identifier != row.identifier


def test_a_row_whose_issuing_was_given_up_is_told_so(tmp_path: Path, desk: IssuingDesk) -> None:
    # The template changed between a crash and the next attempt, so the bytes differ.
    path = write(tmp_path, good(1))
    log = SigningLog(witness=lambda _label, _message: "")
    broken = desks.watched(desk, fuse=Fuse(), log=log)
    with pytest.raises(PowerCutError):
        mint(path, replace(broken, objects=FusedObjects(desk.objects, Fuse(1))))

    batch = mint(path, replace(desk, renderer=LightRenderer(edition="2")))

    (refused,) = rows_of(batch, desk)
    assert refused.problems[0].problem.code is ProblemCode.GIVEN_UP
    assert in_force(desk) == 0


# Crashes -------------------------------------------------------------------------------------


def _fused(database: MemoryDatabase, fuse: Fuse) -> FusedUnitOfWork:
    return FusedUnitOfWork(database.unit_of_work(), fuse)


def test_a_crash_anywhere_loses_no_row_and_mints_none_twice(tmp_path: Path) -> None:
    rows = good(2)
    path = write(tmp_path, rows)
    blows_at = 0
    while True:
        blows_at += 1
        database, objects = MemoryDatabase(), MemoryObjects()
        healthy = desks.desk(database.unit_of_work, objects)
        fuse = Fuse(blows_at)
        log = SigningLog(witness=lambda _label, _message: "")
        fused = replace(
            desks.watched(healthy, fuse=fuse, log=log),
            renderer=FusedRenderer(LightRenderer(), fuse),
            objects=FusedObjects(objects, fuse),
            unit_of_work=partial(_fused, database, fuse),
        )
        try:
            mint(path, fused)
        except PowerCutError:
            later = replace(healthy, clock=FixedClock(healthy.clock.now() + 2 * LEASE))
            batch = mint(path, later)
            assert numbers(batch, later) == [(2, rows[0]["number"]), (3, rows[1]["number"])]
            assert counts(batch, later) == BatchCounts(minted=2)
            assert in_force(later) == 2
            assert resume(later).licenses == ()
        else:
            break
    assert blows_at > 20


def test_reading_that_was_cut_off_goes_on_where_it_stopped(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    path = write(tmp_path, good(2 * CHUNK_ROWS + 1))

    def cut(rows: int) -> None:
        if rows > CHUNK_ROWS:
            raise PowerCutError

    with open_rows(path, desk.license_type) as table, pytest.raises(PowerCutError):
        receive(table, name="a", digest=sm3(path.read_bytes()).hex(), desk=desk, on_progress=cut)

    batch = staged(path, desk)

    assert batch.state is BatchState.RUNNING
    assert [row.number for row in rows_of(batch, desk)] == [*range(2, 2 * CHUNK_ROWS + 3)]
    with desk.unit_of_work() as work:
        assert work.batch_rows.staged(batch.id) == (3, 2 * CHUNK_ROWS + 2)


# Workers -------------------------------------------------------------------------------------


def claimed(batch: Batch, desk: IssuingDesk, worker: str = "one") -> Chunk | None:
    with desk.unit_of_work() as work:
        chunk = work.chunks.claim(batch.id, worker=worker, now=desk.clock.now())
        work.commit()
    return chunk


def test_no_two_workers_have_one_chunk(tmp_path: Path, desk: IssuingDesk) -> None:
    batch = staged(write(tmp_path, good(CHUNK_ROWS + 1)), desk)

    found = [claimed(batch, desk, worker) for worker in ("one", "two", "three")]

    assert [chunk.number if chunk else None for chunk in found] == [0, 1, None]
    with desk.unit_of_work() as work:
        assert work.chunks.workers(batch.id) == {"one", "two"}


def test_a_worker_without_a_sign_of_life_loses_its_chunk_and_not_its_rows(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    batch = staged(write(tmp_path, good(2)), desk)
    lost = claimed(batch, desk)
    assert lost is not None
    later = replace(desk, clock=FixedClock(desk.clock.now() + LEASE + timedelta(seconds=1)))

    mint_batch(batch, desk=later, worker="two")

    assert counts(batch, later) == BatchCounts(minted=2)
    with desk.unit_of_work() as work, pytest.raises(LeaseLostError):
        work.chunks.settle(lost, (), now=later.clock.now())


def test_a_worker_whose_chunk_was_taken_over_does_no_harm(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    batch = staged(write(tmp_path, good(2)), desk)
    lost = claimed(batch, desk)
    assert lost is not None
    with desk.unit_of_work() as work:
        taken = work.chunks.take(batch.id, lost.number, worker="two", now=desk.clock.now())
        work.commit()
    assert taken is not None

    assert mint_chunk(lost, batch, desk=desk)
    mint_chunk(taken, batch, desk=desk)

    assert counts(batch, desk) == BatchCounts(minted=2)
    assert in_force(desk) == 2


def test_what_a_worker_gives_back_another_may_take(tmp_path: Path, desk: IssuingDesk) -> None:
    batch = staged(write(tmp_path, good(1)), desk)
    claimed(batch, desk)
    assert claimed(batch, desk, "two") is None

    with desk.unit_of_work() as work:
        work.chunks.release("one")
        work.commit()

    assert claimed(batch, desk, "two") is not None


def test_a_worker_that_is_told_to_stop_keeps_what_it_has_done(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    batch = staged(write(tmp_path, good(CHUNK + 1)), desk)
    asked: list[bool] = []

    def should_stop() -> bool:
        asked.append(True)
        return len(asked) > 2

    mint_batch(batch, desk=desk, worker="one", should_stop=should_stop)

    assert counts(batch, desk) == BatchCounts(minted=CHUNK, waiting=1)
    with desk.unit_of_work() as work:
        assert work.chunks.workers(batch.id) == frozenset()
    mint_batch(batch, desk=desk, worker="two")
    assert state_of(batch, desk).state is BatchState.DONE


# States --------------------------------------------------------------------------------------


def move(batch: Batch, state: BatchState, desk: IssuingDesk) -> None:
    with desk.unit_of_work() as work:
        work.batches.move(batch.id, state, at=desk.clock.now())
        if state is BatchState.CANCELLED:
            work.chunks.call_off(batch.id, now=desk.clock.now())
        work.commit()


def test_a_paused_batch_waits_and_goes_on(tmp_path: Path, desk: IssuingDesk) -> None:
    batch = staged(write(tmp_path, good(2)), desk)
    move(batch, BatchState.PAUSED, desk)
    mint_batch(batch, desk=desk, worker="one")
    assert counts(batch, desk) == BatchCounts(waiting=2)

    move(batch, BatchState.RUNNING, desk)
    mint_batch(batch, desk=desk, worker="one")

    assert counts(batch, desk) == BatchCounts(minted=2)


def test_the_rows_of_a_cancelled_batch_are_called_off(tmp_path: Path, desk: IssuingDesk) -> None:
    path = write(tmp_path, good(2))
    batch = staged(path, desk)

    move(batch, BatchState.CANCELLED, desk)
    mint_batch(batch, desk=desk, worker="one")

    assert counts(batch, desk) == BatchCounts(called_off=2)
    assert [row.raw for row in rows_of(batch, desk)] == [{}, {}]
    assert in_force(desk) == 0
    assert staged(path, desk).id != batch.id, "the file may be brought again"


def test_rows_in_the_hands_of_a_worker_are_not_called_off(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    batch = staged(write(tmp_path, good(CHUNK_ROWS + 1)), desk)
    claimed(batch, desk)

    move(batch, BatchState.CANCELLED, desk)

    assert counts(batch, desk) == BatchCounts(waiting=CHUNK_ROWS, called_off=1)


@pytest.mark.parametrize("state", [BatchState.CANCELLED, BatchState.DONE])
def test_a_batch_that_is_over_stays_so(
    tmp_path: Path, desk: IssuingDesk, state: BatchState
) -> None:
    batch = staged(write(tmp_path, good(1)), desk)
    move(batch, state, desk)

    for other in set(BatchState):
        with pytest.raises(IllegalTransitionError):
            move(batch, other, desk)


def test_an_unknown_batch_is_told_from_an_empty_one(desk: IssuingDesk) -> None:
    with desk.unit_of_work() as work, pytest.raises(BatchNotFoundError):
        work.batches.get("0" * 32)


def test_a_file_without_rows_is_a_batch_that_is_done(tmp_path: Path, desk: IssuingDesk) -> None:
    batch = mint(write(tmp_path, []), desk)

    assert (batch.state, counts(batch, desk)) == (BatchState.DONE, BatchCounts())


def test_batches_are_listed_newest_first(tmp_path: Path, desk: IssuingDesk) -> None:
    first = staged(write(tmp_path, good(1)), desk)
    later = replace(desk, clock=FixedClock(desk.clock.now() + timedelta(hours=1)))
    second = staged(write(tmp_path, good(2), "b.xlsx"), later)

    with desk.unit_of_work() as work:
        assert [item.id for item in work.batches.newest(10)] == [second.id, first.id]
        assert [item.id for item in work.batches.newest(1)] == [second.id]


def test_batches_come_page_by_page(tmp_path: Path, desk: IssuingDesk) -> None:
    made = [staged(write(tmp_path, good(1, seed=seed)), desk).id for seed in (1, 2, 3)]

    with desk.unit_of_work() as work:
        first = [item.id for item in work.batches.newest(2)]
        rest = [item.id for item in work.batches.newest(2, after=first[-1])]

    assert (len(first), sorted(first + rest)) == (2, sorted(made))


def test_the_rate_counts_from_when_a_batch_runs_again(tmp_path: Path, desk: IssuingDesk) -> None:
    batch = staged(write(tmp_path, good(CHUNK + 1)), desk)
    stops = iter([False, False, True])
    mint_batch(batch, desk=desk, worker="one", should_stop=lambda: next(stops))
    decided(batch, BatchDecision.PAUSE, desk)
    decided(batch, BatchDecision.RESUME, desk)
    mint_batch(batch, desk=desk, worker="one")

    with desk.unit_of_work() as work:
        pace, counted = work.batches.pace(batch.id), work.batches.counts(batch.id)

    now = desk.clock.now()
    assert pace == Pace(since=now, ended_before=CHUNK)
    assert pace.rows_per_second(counted, now=now + timedelta(seconds=2)) == 0.5
    assert pace.rows_per_second(counted, now=now) == 0.0


# Files and decisions -------------------------------------------------------------------------


def filed(path: Path, desk: IssuingDesk, *, key: str = "k", is_trial: bool = False) -> Batch:
    """A batch that came as a file and is to be read."""
    batch = new_batch((), name=path.name, digest=sm3(path.read_bytes()).hex(), desk=desk)
    with desk.unit_of_work() as work:
        work.batches.add(batch)
        work.batch_files.add(
            BatchFile(
                batch=batch.id,
                content="7" * 64,
                kind=SourceKind.XLSX,
                encoding="",
                mapping={"经营者": "operator", "备注": ""},
                request_key=key,
                is_trial=is_trial,
            )
        )
        work.commit()
    return batch


def decided(batch: Batch, decision: BatchDecision, desk: IssuingDesk) -> Batch:
    with desk.unit_of_work() as work:
        moved = decide(batch.id, decision, work=work, now=desk.clock.now())
        work.commit()
    return moved


def test_what_is_known_of_a_file_is_kept(tmp_path: Path, desk: IssuingDesk) -> None:
    batch = filed(write(tmp_path, good(1)), desk)

    with desk.unit_of_work() as work:
        kept = work.batch_files.of_batch(batch.id)
        assert kept is not None
        assert (kept.kind, kept.mapping) == (SourceKind.XLSX, {"经营者": "operator", "备注": ""})
        assert work.batch_files.of_request("k") == kept
        assert work.batch_files.of_request("other") is None
        work.batch_files.refuse(batch.id, "表格损坏 · damaged")
        refused = work.batch_files.of_batch(batch.id)
    assert refused == replace(kept, refusal="表格损坏 · damaged")


def test_what_is_some_workers_business_is_found_however_old_it_is(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    """Read by the command line, paused and done ones are nobody's."""
    hour = timedelta(hours=1)
    at = [replace(desk, clock=FixedClock(desk.clock.now() + n * hour)) for n in range(6)]
    sheets = [write(tmp_path, good(1, seed=n + 1), f"{n}.xlsx") for n in range(6)]
    to_read = filed(sheets[0], at[0])
    running = staged(sheets[1], at[1])
    cancelled = staged(sheets[2], at[2])
    claimed(cancelled, at[2])
    decided(cancelled, BatchDecision.CANCEL, at[2])
    paused = staged(sheets[3], at[3])
    decided(paused, BatchDecision.PAUSE, at[3])
    mint(sheets[4], at[4])
    unfiled = new_batch((), name="5.xlsx", digest="5", desk=at[5])
    with desk.unit_of_work() as work:
        work.batches.add(unfiled)
        found = work.batches.unfinished(10)
        first = work.batches.unfinished(1)

    assert [item.id for item in found] == [to_read.id, running.id, cancelled.id]
    assert [item.id for item in first] == [to_read.id]


def test_a_long_name_keeps_its_end_which_tells_what_the_file_is(desk: IssuingDesk) -> None:
    batch = new_batch((), name="样" * 300 + ".csv", digest="0", desk=desk)

    assert batch.source_name.endswith("样.csv")
    assert len(batch.source_name) == 200


def test_one_request_is_one_batch(tmp_path: Path, desk: IssuingDesk) -> None:
    path = write(tmp_path, good(1))
    filed(path, desk)

    with pytest.raises(DuplicateBatchError):
        filed(path, desk)


def test_a_file_waits_until_it_is_confirmed(tmp_path: Path, desk: IssuingDesk) -> None:
    path = write(tmp_path, good(2))
    batch = filed(path, desk)

    assert staged(path, desk).id == batch.id
    mint_batch(batch, desk=desk, worker="one")
    assert counts(batch, desk) == BatchCounts(waiting=2)
    with pytest.raises(IllegalTransitionError):
        decided(batch, BatchDecision.RESUME, desk)

    assert decided(batch, BatchDecision.CONFIRM, desk).state is BatchState.RUNNING
    assert decided(batch, BatchDecision.CONFIRM, desk).state is BatchState.RUNNING
    mint_batch(batch, desk=desk, worker="one")
    assert counts(batch, desk) == BatchCounts(minted=2)


def test_a_trial_ends_with_its_reading(tmp_path: Path, desk: IssuingDesk) -> None:
    path = write(tmp_path, good(2))
    batch = filed(path, desk, is_trial=True)

    with open_rows(path, desk.license_type) as table:
        stage(table, batch, desk=desk)

    assert state_of(batch, desk).state is BatchState.CANCELLED
    assert counts(batch, desk) == BatchCounts(called_off=2)


def test_a_batch_that_came_otherwise_is_not_confirmed(tmp_path: Path, desk: IssuingDesk) -> None:
    batch = staged(write(tmp_path, good(1)), desk)

    with pytest.raises(IllegalTransitionError):
        decided(batch, BatchDecision.CONFIRM, desk)


def test_a_batch_that_is_cancelled_while_it_is_read_is_read_no_further(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    path = write(tmp_path, good(2 * CHUNK_ROWS))
    batch = filed(path, desk)

    def cancel(_rows: int) -> None:
        decided(batch, BatchDecision.CANCEL, desk)

    with open_rows(path, desk.license_type) as table, pytest.raises(LeaseLostError):
        stage(table, batch, desk=desk, on_progress=cancel)

    assert counts(batch, desk) == BatchCounts(called_off=CHUNK_ROWS)


def test_of_two_that_read_the_same_one_gives_way(tmp_path: Path, desk: IssuingDesk) -> None:
    path = write(tmp_path, good(CHUNK_ROWS + 1))
    batch = filed(path, desk)

    def other(_rows: int) -> None:
        with open_rows(path, desk.license_type) as table:
            stage(table, batch, desk=desk)

    with open_rows(path, desk.license_type) as table, pytest.raises(LeaseLostError):
        stage(table, batch, desk=desk, on_progress=other)

    assert [row.number for row in rows_of(batch, desk)] == [*range(2, CHUNK_ROWS + 3)]


def test_rows_in_a_workers_hands_are_called_off_when_it_lays_them_down(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    batch = staged(write(tmp_path, good(CHUNK + 1)), desk)
    chunk = claimed(batch, desk)
    assert chunk is not None

    def cancel() -> None:
        decided(batch, BatchDecision.CANCEL, desk)

    assert not mint_chunk(chunk, batch, desk=desk, on_progress=cancel)

    assert counts(batch, desk) == BatchCounts(minted=CHUNK, called_off=1)


def test_a_batch_that_was_paused_over_its_last_row_is_done_when_it_goes_on(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    batch = staged(write(tmp_path, good(1)), desk)
    chunk = claimed(batch, desk)
    assert chunk is not None

    def pause() -> None:
        decided(batch, BatchDecision.PAUSE, desk)

    mint_chunk(chunk, batch, desk=desk, on_progress=pause)
    assert state_of(batch, desk).state is BatchState.PAUSED

    assert decided(batch, BatchDecision.RESUME, desk).state is BatchState.DONE


def test_a_chunk_that_a_queue_names_is_minted_once(tmp_path: Path, desk: IssuingDesk) -> None:
    batch = staged(write(tmp_path, good(2)), desk)

    for worker in ("one", "two"):
        assert mint_numbered(batch, 0, desk=desk, worker=worker, should_stop=lambda: False)

    assert counts(batch, desk) == BatchCounts(minted=2)
    assert state_of(batch, desk).state is BatchState.DONE


def test_a_queue_may_not_forget_a_chunk_whose_worker_was_told_to_stop(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    batch = staged(write(tmp_path, good(2)), desk)

    assert not mint_numbered(batch, 0, desk=desk, worker="one", should_stop=lambda: True)

    assert counts(batch, desk) == BatchCounts(waiting=2)


def test_the_chunk_of_a_cancelled_batch_ends_with_its_job(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    batch = staged(write(tmp_path, good(2)), desk)
    claimed(batch, desk, "dead")
    cancelled = decided(batch, BatchDecision.CANCEL, desk)

    assert mint_numbered(cancelled, 0, desk=desk, worker="two", should_stop=lambda: False)

    assert counts(batch, desk) == BatchCounts(called_off=2)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook" * 100])
def test_what_is_no_workbook_is_refused_as_a_whole(
    tmp_path: Path, desk: IssuingDesk, content: bytes
) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)

    with pytest.raises(MalformedSheetError):
        mint(path, desk)
    with desk.unit_of_work() as work:
        assert work.batches.newest(1) == ()
