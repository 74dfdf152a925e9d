"""Appraising and holding, in every kind of books and over a real folder."""

from pathlib import Path

import pytest

from certs.civil_dates import start_of
from certs.errors import (
    HoldingNotFoundError,
    HoldNotFoundError,
    RetentionError,
)
from certs.keeping.retention import RetentionClass
from storage.archive_folder import ArchiveFolder
from storage.errors import ObjectStoreError
from tests.kept import CONTENT, TEN_YEARS, Archive, OpenKeeping
from tests.world import NOON


@pytest.fixture
def archive(open_unit: OpenKeeping, tmp_path: Path) -> Archive:
    """Over either database, and over the books in memory."""
    return Archive(open_unit, tmp_path / "aip")


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
