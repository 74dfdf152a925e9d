"""The archive's book, in the databases and in memory: what is archived, and what is on its way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.errors import ArchivedAlreadyError
from certs.packages.bag_info import PackageKind, Retention
from certs.packages.jobs import ArchiveJob, ArchiveStep, KeptChecks, KeptPackage, PackageUse
from tests.desks import event_of, identifier, license_of
from tests.unit.storage.conftest import OpenUnit
from tests.world import NOON

MINUTE = timedelta(minutes=1)


def job(number: int = 1, step: ArchiveStep = ArchiveStep.COLLECTED) -> ArchiveJob:
    return ArchiveJob(
        subject=identifier(number), kind=PackageKind.LICENSE, step=step, changed_at=NOON
    )


def package(number: int = 1, *, subject: int | None = None, supersedes: str = "") -> KeptPackage:
    return KeptPackage(
        package_id=f"{number:064x}",
        object=f"{number + 100:064x}",
        sha512=f"{number:0128x}",
        length_bytes=1000 + number,
        kind=PackageKind.LICENSE,
        subject=identifier(subject or number),
        archive_number=f"A-2026-D30-{number}",
        retention=Retention.THIRTY_YEARS,
        archived_at=NOON + number * MINUTE,
        supersedes=supersedes,
    )


@pytest.fixture(autouse=True)
def _licenses(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.licenses.add([(license_of(number), event_of()) for number in (1, 2, 3)])
        work.commit()


def test_licenses_wait_until_they_have_a_job_or_a_package(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        assert [item.number for item in work.archive.waiting(2)] == [
            "JY00000000000001",
            "JY00000000000002",
        ]
        assert work.archive.begin((job(1),)) == {identifier(1)}
        assert work.archive.begin((job(1), job(2))) == {identifier(2)}
        assert work.archive.begin(()) == frozenset()
        work.archive.register((package(3),))
        work.commit()
    with open_unit() as work:
        assert work.archive.waiting(9) == ()


def test_a_job_that_does_not_move_is_taken_up_by_one_other(open_unit: OpenUnit) -> None:
    later = NOON + 5 * MINUTE
    with open_unit() as work:
        work.archive.begin((job(1), job(2), job(3, ArchiveStep.STORED)))
        work.archive.move((replace(job(2), changed_at=later, step=ArchiveStep.CHECKED),))
        work.commit()
    with open_unit() as work:
        assert work.archive.take_up(9, idle_since=NOON - MINUTE, now=later) == ()
        taken = work.archive.take_up(9, idle_since=NOON, now=later)
        assert taken == (replace(job(1), changed_at=later),)
        assert work.archive.take_up(9, idle_since=NOON, now=later) == ()
        assert [item.subject for item in work.archive.take_up(1, idle_since=later, now=later)] == [
            identifier(1)
        ]


def test_a_job_that_stopped_waits_for_a_person(open_unit: OpenUnit) -> None:
    stopped = replace(job(1), problem="GD-1-1", object="a" * 64)
    with open_unit() as work:
        work.archive.begin((job(1), job(2)))
        work.archive.move((stopped,))
        work.commit()
    with open_unit() as work:
        assert work.archive.stopped(9) == (stopped,)
        taken = work.archive.take_up(9, idle_since=NOON, now=NOON)
        assert [item.subject for item in taken] == [identifier(2)]
        assert work.archive.again((identifier(1), identifier(2))) == 1
        assert work.archive.stopped(9) == ()
        assert [item.identifier for item in work.archive.waiting(9)] == [
            identifier(1),
            identifier(3),
        ]


def test_a_license_says_which_package_its_files_lie_in(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.archive.register((package(1), package(2)))
        work.commit()
    with open_unit() as work:
        files = work.licenses.get(identifier(1)).files
        assert (files.package, files.package_bytes) == (package(1).object, 1001)
        assert files.pdf == "3" * 64
        assert not work.licenses.get(identifier(3)).files.package
        assert work.archive.find(package(1).package_id) == package(1)
        assert work.archive.find("0" * 64) is None
        assert work.archive.newest_of(identifier(2)) == package(2)
        assert work.archive.newest_of(identifier(3)) is None
        assert work.archive.of_object(package(1).object) == package(1)
        assert work.archive.of_object(package(1).package_id) is None
        assert work.archive.packages(1) == (package(1),)
        assert work.archive.packages(9, after=package(1).package_id) == (package(2),)
        assert work.archive.is_repeated("A-2026-D30-1", subject=identifier(2))
        assert not work.archive.is_repeated("A-2026-D30-1", subject=identifier(1))
        assert not work.archive.is_repeated("A-2026-D30-9", subject=identifier(2))


@pytest.mark.parametrize(
    "second",
    [
        package(4, subject=1),
        replace(package(1), object="b" * 64),
        replace(package(4, subject=2), object=package(1).object),
        package(9, subject=9),
        package(4, subject=1, supersedes="0" * 64),
    ],
)
def test_nothing_is_archived_twice(open_unit: OpenUnit, second: KeptPackage) -> None:
    with open_unit() as work:
        work.archive.register((package(1),))
        work.commit()
    with open_unit() as work, pytest.raises(ArchivedAlreadyError):
        work.archive.register((second,))
    with open_unit() as work:
        assert work.licenses.get(identifier(1)).files.package == package(1).object


def test_an_amended_package_takes_the_place_of_one(open_unit: OpenUnit) -> None:
    first, second = package(1), package(4, subject=1, supersedes=package(1).package_id)
    with open_unit() as work:
        work.archive.register((first,))
        work.archive.register((second,))
        work.commit()
    with open_unit() as work:
        assert work.archive.newest_of(identifier(1)) == second
        assert work.archive.find(first.package_id) == first
        assert work.licenses.get(identifier(1)).files.package == second.object
    with open_unit() as work, pytest.raises(ArchivedAlreadyError):
        work.archive.register((package(5, subject=1, supersedes=first.package_id),))


def test_a_package_of_what_is_not_in_the_register_is_taken_in_once(open_unit: OpenUnit) -> None:
    foreign = package(9, subject=9)
    with open_unit() as work:
        work.archive.take_in(foreign)
        work.commit()
    with open_unit() as work:
        assert work.archive.find(foreign.package_id) == foreign
        assert work.holdings.get(foreign.object).size_bytes == foreign.length_bytes
    for other in (foreign, package(10, subject=9)):
        with open_unit() as work, pytest.raises(ArchivedAlreadyError):
            work.archive.take_in(other)


def test_who_took_a_package_is_on_record(open_unit: OpenUnit) -> None:
    use = PackageUse(package_id=package(1).package_id, at=NOON, person="A001", purpose="档案导出")
    with open_unit() as work:
        work.archive.register((package(1), package(2)))
        work.archive.note_use(use)
        work.archive.note_use(use)
        work.commit()
    with open_unit() as work:
        assert work.archive.uses_of(package(1).package_id) == (use, use)
        assert work.archive.uses_of(package(2).package_id) == ()


def test_packages_are_due_again_some_time_after_they_were_looked_at(open_unit: OpenUnit) -> None:
    report = KeptChecks(
        package_id=package(1).package_id,
        stage="CQ",
        checked_at=NOON + 9 * MINUTE,
        is_blocked=True,
        report=b'{"blocked":true}',
    )
    with open_unit() as work:
        work.archive.register((package(1), package(2)))
        assert work.archive.due(9, before=NOON + MINUTE) == ()
        assert work.archive.due(1, before=NOON + 5 * MINUTE) == (package(1),)
        work.archive.keep_checks(report)
        work.commit()
    with open_unit() as work:
        assert work.archive.checks_of(report.package_id) == (report,)
        assert work.archive.due(9, before=NOON + 5 * MINUTE) == (package(2),)
        assert work.archive.due(9, before=NOON + 10 * MINUTE) == (package(2), package(1))
