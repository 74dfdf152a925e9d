"""A spreadsheet of licenses: every row is minted once or refused with its place and reason."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from certs.batches import BatchSummary, mint_sheet
from certs.errors import MalformedSheetError
from certs.faces.fonts import missing_characters
from certs.field_problems import ProblemCode
from certs.issuance import CHUNK, resume
from certs.issuing_desk import IssuingDesk
from certs.lifecycle import record_status
from certs.ports import UnitOfWork
from certs.regions import RegionCode
from certs.samples.bad_rows import CellValue, bad_rows
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from certs.statuses import StatusKind
from tests import desks
from tests.doubles.issuing import (
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


@pytest.fixture
def database() -> MemoryDatabase:
    return MemoryDatabase()


@pytest.fixture
def desk(database: MemoryDatabase) -> IssuingDesk:
    return desks.desk(database.unit_of_work, MemoryObjects())


def write(folder: Path, rows: list[dict[str, CellValue]], name: str = "sheet.xlsx") -> Path:
    path = folder / name
    write_sheet(path, desks.food_business(), rows)
    return path


def good(count: int, *, seed: int = 1) -> list[dict[str, CellValue]]:
    return [dict(row) for row in food_business_rows(WUHU, count, seed=seed)]


def mint(
    path: Path, desk: IssuingDesk, on_progress: Callable[[int], None] = lambda _: None
) -> BatchSummary:
    return mint_sheet(
        path, desk=desk, missing_characters=missing_characters, on_progress=on_progress
    )


def numbers(summary: BatchSummary) -> list[tuple[int, str]]:
    return [(row, item.number) for row, item in summary.minted]


def in_force(unit_of_work: Callable[[], UnitOfWork]) -> int:
    with unit_of_work() as work:
        return len(work.licenses.newest(1000))


def test_every_good_row_becomes_a_license_in_the_order_of_the_rows(
    tmp_path: Path, desk: IssuingDesk, database: MemoryDatabase
) -> None:
    rows = good(3)

    summary = mint(write(tmp_path, rows), desk)

    assert numbers(summary) == [(at + 2, row["number"]) for at, row in enumerate(rows)]
    assert (summary.refused, summary.refused_rows) == ((), 0)
    assert in_force(database.unit_of_work) == 3


def test_bad_rows_are_refused_with_their_place_and_the_others_minted(
    tmp_path: Path, desk: IssuingDesk, database: MemoryDatabase
) -> None:
    rows = good(4)
    bad = bad_rows(WUHU, food_business_rows(WUHU, 4, seed=1)[0], seed=1)
    mixed = [rows[0], *(dict(row.cells) for row in bad), *rows[1:]]

    summary = mint(write(tmp_path, mixed), desk)

    last = len(bad) + 2
    assert numbers(summary) == [
        (2, rows[0]["number"]),
        *((last + at, row["number"]) for at, row in enumerate(rows[1:], start=1)),
    ]
    assert summary.refused_rows == len(bad)
    headings = {spec.name: spec.label_zh for spec in desks.food_business().fields}
    for at, row in enumerate(bad, start=3):
        problems = [item for item in summary.refused if item.row == at]
        assert (row.field, row.code) in {(p.problem.field, p.problem.code) for p in problems}
        for found in problems:
            assert found.column
            assert found.heading == headings[found.problem.field]
            assert found.problem.zh
            assert found.problem.en
    assert in_force(database.unit_of_work) == 4


def test_the_same_file_twice_mints_nothing_twice(
    tmp_path: Path, desk: IssuingDesk, database: MemoryDatabase
) -> None:
    path = write(tmp_path, good(3))
    first = mint(path, desk)

    again = mint(path, desk)

    assert [item for _, item in again.minted] == [item for _, item in first.minted]
    assert again.refused == ()
    assert in_force(database.unit_of_work) == 3


def test_the_same_numbers_in_another_file_are_refused_by_the_register(
    tmp_path: Path, desk: IssuingDesk, database: MemoryDatabase
) -> None:
    rows = good(2)
    mint(write(tmp_path, rows), desk)
    fresh = good(3)[2]

    summary = mint(write(tmp_path, [rows[1], fresh], "other.xlsx"), desk)

    assert numbers(summary) == [(3, fresh["number"])]
    (refused,) = summary.refused
    assert (refused.row, refused.problem.code) == (2, ProblemCode.ALREADY_LICENSED)
    number = next(spec for spec in desks.food_business().fields if spec.name == "number")
    assert (refused.heading, refused.problem.field) == (number.label_zh, "number")
    assert refused.column
    assert refused.problem.value == rows[1]["number"]
    assert in_force(database.unit_of_work) == 3


def test_after_revocation_a_new_file_may_license_the_number_again(
    tmp_path: Path, desk: IssuingDesk, database: MemoryDatabase
) -> None:
    rows = good(1)
    ((_, first),) = mint(write(tmp_path, rows), desk).minted
    event = replace(desks.event_of(StatusKind.REVOKED), recorded_at=desk.clock.now())
    record_status(first.identifier, event, unit_of_work=database.unit_of_work)

    path = write(tmp_path, rows + good(2)[1:], "new.xlsx")
    (_, second), _ = mint(path, desk).minted

    assert second.number == first.number
    assert second.identifier != first.identifier


def test_progress_is_told_chunk_by_chunk(tmp_path: Path, desk: IssuingDesk) -> None:
    told: list[int] = []

    mint(write(tmp_path, good(CHUNK + 3)), desk, told.append)

    assert told == [CHUNK, CHUNK + 3]


def test_a_row_whose_issuing_was_given_up_is_told_so(
    tmp_path: Path, desk: IssuingDesk, database: MemoryDatabase
) -> None:
    # The template changed between a crash and the next attempt, so the bytes differ.
    path = write(tmp_path, good(1))
    log = SigningLog(witness=lambda _label, _message: "")
    broken = desks.watched(desk, fuse=Fuse(), log=log)
    with pytest.raises(PowerCutError):
        mint(path, replace(broken, objects=FusedObjects(desk.objects, Fuse(1))))

    other = replace(desk, renderer=LightRenderer(edition="2"))
    (refused,) = mint(path, other).refused

    assert refused.problem.code is ProblemCode.GIVEN_UP
    assert in_force(database.unit_of_work) == 0


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
            resume(healthy)
            summary = mint(path, healthy)
            assert numbers(summary) == [(2, rows[0]["number"]), (3, rows[1]["number"])]
            assert summary.refused == ()
            assert in_force(database.unit_of_work) == 2
        else:
            break
    assert blows_at > 10


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook" * 100])
def test_what_is_no_workbook_is_refused_as_a_whole(
    tmp_path: Path, desk: IssuingDesk, content: bytes
) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)

    with pytest.raises(MalformedSheetError):
        mint(path, desk)


def test_a_missing_or_monstrous_file_is_refused_as_a_whole(
    tmp_path: Path, desk: IssuingDesk
) -> None:
    monster = tmp_path / "monster.xlsx"
    with monster.open("wb") as file:
        file.truncate(20 * 2**30)  # sparse

    for path in (tmp_path / "missing.xlsx", tmp_path, monster):
        with pytest.raises(MalformedSheetError):
            mint(path, desk)
