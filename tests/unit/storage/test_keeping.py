"""Appraising, holding and disposing, in every kind of books and over a real folder."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError

from certs.civil_dates import start_of
from certs.errors import (
    DisposalError,
    DisposedError,
    HoldingNotFoundError,
    HoldNotFoundError,
    RetentionError,
)
from certs.keeping.disposals import Disposal
from certs.keeping.holdings import Holding, PackageReference
from certs.keeping.keeper import Keeper
from certs.keeping.ports import KeepingWork
from certs.keeping.retention import RetentionClass
from storage.archive_folder import ArchiveFolder
from storage.database import connect
from storage.errors import ObjectLockedError, ObjectStoreError
from storage.keeping_tables import archive_appraisals, archive_holdings, disposals, legal_holds
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.doubles.issuing import FixedClock
from tests.world import NOON

OpenKeeping = Callable[[], KeepingWork]
CONTENT, OTHER = b"license package " * 100, b"case package " * 100
TEN_YEARS = start_of(NOON.date().replace(year=NOON.year + 11, month=1, day=1))
AFTER = TEN_YEARS + timedelta(days=1)


class Archive:
    """A keeper with one package kept."""

    def __init__(self, unit_of_work: OpenKeeping, root: Path) -> None:
        self.clock = FixedClock()
        self.store = ArchiveFolder(root, now=self.clock.now)
        self.unit_of_work = unit_of_work
        self.keeper = Keeper(unit_of_work=self.unit_of_work, store=self.store, clock=self.clock)
        self.package = self.keep(CONTENT)

    def keep(self, content: bytes) -> str:
        package = self.store.put(content)
        with self.unit_of_work() as work:
            work.holdings.add(Holding.of(package, size_bytes=len(content), at=self.clock.now()))
            work.commit()
        return package

    def refer(self, package: str, referrer: str) -> None:
        with self.unit_of_work() as work:
            work.holdings.refer(
                PackageReference(package_id=package, referrer=referrer, kind="case")
            )
            work.commit()

    def appraise(self, retention: RetentionClass = RetentionClass.TEN_YEARS) -> Holding:
        return self.keeper.appraise(
            self.package, retention, appraiser="A001", document_no="芜档〔2026〕1号"
        )

    def hold(self) -> int:
        return self.keeper.hold(
            self.package, authority="样例市人民法院", document_no="样0001号", person="A001"
        ).number

    def propose(self, package: str | None = None) -> None:
        self.keeper.propose_disposal(
            package or self.package, proposer="A001", document_no="芜档〔2037〕1号", reason="期满"
        )

    def holding(self) -> Holding:
        with self.unit_of_work() as work:
            return work.holdings.get(self.package)


@pytest.fixture
def archive(open_unit: OpenKeeping, tmp_path: Path) -> Archive:
    """Over either database, and over the books in memory."""
    return Archive(open_unit, tmp_path / "aip")


@pytest.fixture
def stored(engine: Engine, tmp_path: Path) -> Archive:
    """Over a database whose rules are looked at."""
    return Archive(partial(SqlUnitOfWork, engine), tmp_path / "aip")


# Appraisal --------------------------------------------------------------------------------------


def test_nothing_is_locked_before_it_is_appraised(archive: Archive) -> None:
    assert archive.store.locked_until(archive.package) is None
    assert archive.holding().retention is None


@pytest.mark.parametrize(
    ("retention", "years"),
    [
        (RetentionClass.TEN_YEARS, 10),
        (RetentionClass.THIRTY_YEARS, 30),
        (RetentionClass.PERMANENT, 99),
    ],
)
def test_an_appraisal_gives_the_period_and_locks_the_package(
    archive: Archive, retention: RetentionClass, years: int
) -> None:
    archive.appraise(retention)

    end = start_of(NOON.date().replace(year=NOON.year + 1 + years, month=1, day=1))
    kept = archive.holding()
    assert (kept.retention, kept.locked_at) == (retention, NOON)
    assert kept.keep_until == (None if retention is RetentionClass.PERMANENT else end)
    assert archive.store.locked_until(archive.package) == end


def test_a_period_is_made_longer_and_never_shorter(archive: Archive) -> None:
    archive.appraise(RetentionClass.THIRTY_YEARS)

    with pytest.raises(RetentionError):
        archive.appraise(RetentionClass.TEN_YEARS)
    archive.appraise(RetentionClass.THIRTY_YEARS)
    archive.appraise(RetentionClass.PERMANENT)
    with pytest.raises(RetentionError):
        archive.appraise(RetentionClass.THIRTY_YEARS)

    with archive.unit_of_work() as work:
        found = [item.retention for item in work.holdings.appraisals(archive.package)]
    assert found == ["30y", "30y", "permanent"]


@pytest.mark.parametrize(("person", "document"), [("", "1号"), ("A001", ""), ("A" * 65, "1号")])
def test_somebody_answers_for_an_appraisal(archive: Archive, person: str, document: str) -> None:
    with pytest.raises(RetentionError):
        archive.keeper.appraise(
            archive.package, RetentionClass.TEN_YEARS, appraiser=person, document_no=document
        )
    assert archive.store.locked_until(archive.package) is None


def test_what_was_decided_and_not_bound_is_bound_later(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise ObjectStoreError("silent")

    with monkeypatch.context() as patched:
        patched.setattr(ArchiveFolder, "lock", silent)
        with pytest.raises(ObjectStoreError):
            archive.appraise()
    assert archive.holding().locked_at is None
    # What is lost cannot be bound, and does not keep others from being bound.
    archive.store.remove(archive.package)
    assert archive.keeper.settle() == 0
    archive.store.put(CONTENT)

    assert archive.keeper.settle() == 1

    assert archive.store.locked_until(archive.package) == TEN_YEARS
    assert archive.keeper.settle() == 0


def test_what_is_not_kept_is_not_appraised_held_or_needed(archive: Archive) -> None:
    archive.package = "0" * 64

    for act in (archive.appraise, archive.hold, archive.propose):
        with pytest.raises(HoldingNotFoundError):
            act()
    with pytest.raises(HoldingNotFoundError):
        archive.refer("0" * 64, "1" * 64)


# Holds ------------------------------------------------------------------------------------------


def test_a_package_is_held_until_the_last_hold_is_lifted(archive: Archive) -> None:
    first, second = archive.hold(), archive.hold()

    lying = archive.keeper.release(archive.package, first, document_no="样2号", person="A002")
    assert [hold.number for hold in lying] == [second]
    assert archive.store.is_held(archive.package)
    assert archive.keeper.release(archive.package, second, document_no="样3号", person="A2") == ()

    assert not archive.store.is_held(archive.package)
    with archive.unit_of_work() as work:
        told = [(hold.released_by, hold.held_until) for hold in work.holds.of(archive.package)]
    assert told == [("A002", NOON), ("A2", NOON)]


@pytest.mark.parametrize("authority", ["", "院" * 201])
def test_an_authority_stands_behind_a_hold(archive: Archive, authority: str) -> None:
    with pytest.raises(RetentionError, match="authority"):
        archive.keeper.hold(archive.package, authority=authority, document_no="1号", person="A1")
    assert not archive.store.is_held(archive.package)


def test_a_hold_that_is_not_there_is_not_lifted(archive: Archive) -> None:
    with pytest.raises(HoldNotFoundError):
        archive.keeper.release(archive.package, 7, document_no="样2号", person="A002")


def test_a_hold_is_on_record_only_if_the_store_has_it(archive: Archive) -> None:
    archive.store.remove(archive.package)

    with pytest.raises(Exception, match="no object"):
        archive.hold()

    with archive.unit_of_work() as work:
        assert work.holds.of(archive.package) == ()


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

    def act() -> object:
        return stored.hold() if late == "hold" else stored.refer(stored.package, "1" * 64)

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
