"""Disposing: what must stay stays, and what the database refuses whichever program writes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError

from certs.errors import (
    DisposalError,
    DisposedError,
)
from certs.keeping.disposals import Disposal
from certs.keeping.retention import RetentionClass
from storage.archive_folder import ArchiveFolder
from storage.database import connect
from storage.errors import ObjectLockedError
from storage.keeping_tables import archive_appraisals, archive_holdings, disposals, legal_holds
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.kept import AFTER, CONTENT, OTHER, TEN_YEARS, Archive, OpenKeeping
from tests.world import NOON


@pytest.fixture
def archive(open_unit: OpenKeeping, tmp_path: Path) -> Archive:
    """Over either database, and over the books in memory."""
    return Archive(open_unit, tmp_path / "aip")


@pytest.fixture
def stored(engine: Engine, tmp_path: Path) -> Archive:
    """Over a database whose rules are looked at."""
    return Archive(partial(SqlUnitOfWork, engine), tmp_path / "aip")


# Disposal ---------------------------------------------------------------------------------------


def test_two_persons_dispose_of_what_is_over_and_the_record_stays(archive: Archive) -> None:
    archive.appraise()
    archive.clock.time = AFTER
    archive.propose()

    disposal = archive.keeper.dispose(archive.package, approver="A002")

    assert not archive.store.has(archive.package)
    assert (disposal.proposer, disposal.approver) == ("A001", "A002")
    assert (disposal.package_id, disposal.size_bytes) == (archive.package, len(CONTENT))
    assert archive.holding().destroyed_at == AFTER
    with archive.unit_of_work() as work:
        assert work.disposals.find(archive.package) == disposal


def test_what_was_disposed_of_does_not_come_back(archive: Archive) -> None:
    archive.appraise()
    archive.clock.time = AFTER
    archive.propose()
    archive.keeper.dispose(archive.package, approver="A002")

    with pytest.raises(DisposedError):
        archive.keep(CONTENT)
    archive.store.remove(archive.package)
    with pytest.raises(DisposedError):
        archive.hold()
    with pytest.raises(DisposedError):
        archive.refer(archive.package, "1" * 64)
    for act in (archive.appraise, archive.propose):
        with pytest.raises(DisposalError):
            act()


def _not_appraised(archive: Archive) -> None:
    archive.clock.time = AFTER


def _permanent(archive: Archive) -> None:
    archive.appraise(RetentionClass.PERMANENT)
    archive.clock.time = AFTER


def _too_early(archive: Archive) -> None:
    archive.appraise()
    archive.clock.time = TEN_YEARS - timedelta(microseconds=1)


def _held(archive: Archive) -> None:
    archive.appraise()
    archive.clock.time = AFTER
    archive.hold()


def _needed(archive: Archive) -> None:
    archive.appraise()
    archive.clock.time = AFTER
    archive.refer(archive.package, "1" * 64)


@pytest.mark.parametrize("prepare", [_not_appraised, _permanent, _too_early, _held, _needed])
def test_what_must_stay_is_not_disposed_of(archive: Archive, prepare: object) -> None:
    assert callable(prepare)
    prepare(archive)
    archive.propose()

    with pytest.raises(DisposalError):
        archive.keeper.dispose(archive.package, approver="A002")

    assert archive.store.get(archive.package) == CONTENT
    with archive.unit_of_work() as work:
        assert work.disposals.find(archive.package) is None


@pytest.mark.parametrize("approver", ["A001", ""])
def test_one_person_alone_disposes_of_nothing(archive: Archive, approver: str) -> None:
    archive.appraise()
    archive.clock.time = AFTER
    with pytest.raises(DisposalError, match="nobody has proposed"):
        archive.keeper.dispose(archive.package, approver="A002")
    archive.propose()
    with pytest.raises(DisposalError, match="proposed already"):
        archive.propose()

    with pytest.raises(DisposalError, match="another person"):
        archive.keeper.dispose(archive.package, approver=approver)

    assert archive.store.has(archive.package)


def test_a_process_that_ended_before_the_bytes_were_gone_is_gone_on_with(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.appraise()
    archive.clock.time = AFTER
    archive.propose()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ArchiveFolder, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            archive.keeper.dispose(archive.package, approver="A002")
    assert archive.holding().destroyed_at is None

    assert archive.keeper.dispose(archive.package, approver="A003").approver == "A002"

    assert not archive.store.has(archive.package)
    assert archive.holding().destroyed_at == AFTER


def test_a_store_that_is_bound_longer_wins(archive: Archive) -> None:
    archive.appraise()
    archive.store.lock(archive.package, AFTER + timedelta(days=3650))
    archive.clock.time = AFTER
    archive.propose()

    with pytest.raises(ObjectLockedError):
        archive.keeper.dispose(archive.package, approver="A002")

    assert archive.store.get(archive.package) == CONTENT
    assert archive.holding().destroyed_at is None


def test_what_a_package_needed_is_free_when_it_is_gone(archive: Archive) -> None:
    needed, archive.package = archive.package, archive.keep(OTHER)
    archive.refer(needed, archive.package)
    archive.refer(needed, archive.package)
    archive.appraise()
    archive.clock.time = AFTER
    archive.propose()

    archive.keeper.dispose(archive.package, approver="A002")

    with archive.unit_of_work() as work:
        assert work.holdings.references(needed) == ()


def test_noting_the_same_package_again_changes_nothing(archive: Archive) -> None:
    archive.appraise()
    before = archive.holding()
    archive.clock.time = AFTER

    archive.keep(CONTENT)

    assert archive.holding() == before


# What the database refuses, whichever program writes --------------------------------------------


def test_appraisals_and_the_register_of_destruction_are_never_changed(
    engine: Engine, stored: Archive
) -> None:
    stored.appraise()
    stored.clock.time = AFTER
    stored.propose()
    stored.keeper.dispose(stored.package, approver="A002")

    for statement in (
        delete(disposals),
        update(disposals).values(approver="A003"),
        delete(archive_appraisals),
        update(archive_appraisals).values(appraiser="A003"),
    ):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(statement)


def _line(stored: Archive, **changes: object) -> dict[str, object]:
    return {
        "package_id": stored.package,
        "size_bytes": 1,
        "retention_class": "10y",
        "keep_until": TEN_YEARS,
        "proposer": "A001",
        "proposed_at": AFTER,
        "document_no": "1号",
        "reason": "期满",
        "approver": "A002",
        "approved_at": AFTER,
    } | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"approver": "A001"},
        {"approver": ""},
        {"approver": None},
        {"proposer": None},
        {"proposer": "A003"},
        {"approved_at": TEN_YEARS - timedelta(days=1)},
        {"keep_until": NOON},
        {"retention_class": "30y"},
    ],
)
def test_the_database_refuses_a_line_that_no_two_persons_agreed_on(
    engine: Engine, stored: Archive, changes: dict[str, object]
) -> None:
    """Whatever program writes it."""
    stored.appraise()
    stored.clock.time = AFTER
    stored.propose()

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(disposals).values(_line(stored, **changes)))


@pytest.mark.parametrize("prepare", [_held, _needed])
def test_the_database_refuses_to_dispose_of_what_is_held_or_needed(
    engine: Engine, stored: Archive, prepare: object
) -> None:
    assert callable(prepare)
    prepare(stored)
    stored.propose()

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(disposals).values(_line(stored)))


def test_the_database_refuses_half_a_release_and_half_a_period(
    engine: Engine, stored: Archive
) -> None:
    stored.hold()
    for statement in (
        update(legal_holds).values(held_until=AFTER),
        update(legal_holds).values(held_until=AFTER, released_by="", release_document_no=""),
        update(archive_holdings).values(retention_class="10y"),
        update(archive_holdings).values(keep_until=AFTER),
        update(archive_holdings).values(destroyed_at=AFTER),
    ):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(statement)


@pytest.mark.parametrize("late", ["hold", "reference"])
def test_what_is_being_disposed_of_is_not_held_or_needed_meanwhile(
    new_postgresql: NewDatabase, tmp_path: Path, late: str
) -> None:
    """Two processes that do not see each other's rows before they end."""
    engine = connect(new_postgresql())
    stored = Archive(partial(SqlUnitOfWork, engine), tmp_path / "aip")
    stored.appraise()
    stored.clock.time = AFTER
    stored.propose()

    def act() -> None:
        if late == "hold":
            stored.hold()
        else:
            stored.refer(stored.package, "1" * 64)

    with ThreadPoolExecutor(1) as pool:
        with stored.unit_of_work() as work:
            proposal = work.disposals.proposal(stored.package)
            assert proposal is not None
            holding = work.holdings.claim(stored.package)
            work.disposals.add(Disposal.approved(holding, proposal, approver="A002", at=AFTER))
            waiting = pool.submit(act)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            work.commit()
        with pytest.raises(DisposedError):
            waiting.result(timeout=10)
    assert not stored.store.is_held(stored.package)
    engine.dispose()
