"""Reading everything again: what is damaged is found, repaired and told; what is extra as well."""

import errno
import io
import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from certs.keeping.holdings import Holding
from certs.keeping.keeper import Keeper
from certs.keeping.ports import KeepingWork
from certs.keeping.retention import RetentionClass
from storage import scrubbing
from storage.archive_bucket import ArchiveBucket
from storage.archive_folder import ArchiveFolder
from storage.errors import ObjectStoreError
from storage.failover import FailoverArchive
from storage.scrubbing import Pace, Scrubber
from tests.doubles.issuing import FixedClock
from tests.doubles.register import MemoryDatabase
from tests.object_stores import below

COUNT = 7
CONTENTS = [bytes([number]) * 1000 for number in range(COUNT)]


class Scrubbed:
    """Packages in two folders, noted in a database, and a clock that goes on."""

    def __init__(self, unit_of_work: Callable[[], KeepingWork], root: Path) -> None:
        self.clock = FixedClock()
        self.first = ArchiveFolder(root / "first", now=self.clock.now)
        self.second = ArchiveFolder(root / "second", now=self.clock.now)
        self.root = root
        self.unit_of_work = unit_of_work
        self.both = FailoverArchive(self.first, self.second, now=self.clock.now)
        self.packages = [self.both.put(content) for content in CONTENTS]
        with self.unit_of_work() as work:
            for package in self.packages:
                work.holdings.add(Holding.of(package, size_bytes=1000, at=self.clock.time))
                self.clock.time += timedelta(seconds=1)
            work.commit()

    def path(self, store: str, number: int) -> Path:
        name = self.packages[number]
        return self.root / store / name[:2] / name[2:4] / name

    def damage(self, store: str, number: int) -> None:
        path = self.path(store, number)
        path.chmod(0o640)
        path.write_bytes(CONTENTS[number][:-1] + b"\xff")

    def scrubber(self, *, alone: bool = False, pace: Pace | None = None) -> Scrubber:
        self.clock.time += timedelta(hours=1)
        return Scrubber(
            unit_of_work=self.unit_of_work,
            stores=[self.first] if alone else [self.first, self.second],
            clock=self.clock,
            pace=pace or Pace(),
        )


@pytest.fixture
def scrubbed(open_unit: Callable[[], KeepingWork], tmp_path: Path) -> Scrubbed:
    return Scrubbed(open_unit, tmp_path)


def test_what_is_whole_is_read_in_every_store_and_nothing_is_told(scrubbed: Scrubbed) -> None:
    report = scrubbed.scrubber().run()

    scrub = report.scrub
    assert scrub.is_clean
    assert (scrub.packages, scrub.read_bytes) == (COUNT, 2 * COUNT * 1000)
    assert (scrub.damaged, scrub.missing, scrub.repaired) == (0, 0, 0)
    assert (report.lost, report.extra) == ((), ())


@pytest.mark.parametrize("store", ["first", "second"])
def test_one_bad_copy_is_repaired_from_the_other(scrubbed: Scrubbed, store: str) -> None:
    scrubbed.damage(store, 1)
    scrubbed.path(store, 2).unlink()

    scrub = scrubbed.scrubber().run().scrub

    assert (scrub.damaged, scrub.missing, scrub.repaired, scrub.lost) == (1, 1, 2, 0)
    assert scrub.is_clean
    for number in (1, 2):
        assert scrubbed.path(store, number).read_bytes() == CONTENTS[number]
    assert scrubbed.scrubber().run().scrub.damaged == 0


@pytest.mark.parametrize("store", ["first", "second"])
def test_a_place_of_the_disk_that_cannot_be_read_is_repaired(
    scrubbed: Scrubbed, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    broken, real = scrubbed.path(store, 5), Path.open
    place = broken.stat().st_ino

    def failing(path: Path, mode: str = "r", buffering: int = -1) -> IO[Any]:
        if path == broken and path.stat().st_ino == place:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, mode, buffering)

    monkeypatch.setattr(Path, "open", failing)
    scrub = scrubbed.scrubber().run().scrub

    assert (scrub.damaged, scrub.repaired, scrub.lost) == (1, 1, 0)
    assert broken.read_bytes() == CONTENTS[5]


def test_what_is_bad_everywhere_is_told_by_name_until_it_is_whole(scrubbed: Scrubbed) -> None:
    for store in ("first", "second"):
        scrubbed.damage(store, 3)
    name = scrubbed.packages[3]

    report = scrubbed.scrubber().run()

    assert (report.scrub.damaged, report.scrub.repaired, report.scrub.lost) == (2, 0, 1)
    assert report.lost == (name,)
    assert not report.scrub.is_clean
    assert scrubbed.scrubber().run().lost == (name,)
    scrubbed.second.repair(name, CONTENTS[3])
    again = scrubbed.scrubber().run()
    assert (again.scrub.repaired, again.lost) == (1, ())


def test_a_single_store_tells_what_it_cannot_repair(scrubbed: Scrubbed) -> None:
    scrubbed.damage("first", 0)

    report = scrubbed.scrubber(alone=True).run()

    assert report.lost == (scrubbed.packages[0],)


def test_a_repaired_copy_is_bound_as_the_package_is(scrubbed: Scrubbed) -> None:
    keeper = Keeper(unit_of_work=scrubbed.unit_of_work, store=scrubbed.both, clock=scrubbed.clock)
    name = scrubbed.packages[4]
    keeper.appraise(name, RetentionClass.TEN_YEARS, appraiser="A001", document_no="1号")
    keeper.hold(name, authority="样例市人民法院", document_no="1号", person="A001")
    until = scrubbed.first.locked_until(name)
    # A disk that was replaced has neither the object nor what bound it.
    scrubbed.path("first", 4).unlink()
    (scrubbed.root / "first" / "locks" / name[:2] / name[2:4] / name).unlink()
    assert scrubbed.first.locked_until(name) is None

    scrubbed.scrubber().run()

    assert scrubbed.first.get(name) == CONTENTS[4]
    assert scrubbed.first.locked_until(name) == until
    assert scrubbed.first.is_held(name)


def test_what_no_row_knows_is_told_and_left_alone(scrubbed: Scrubbed) -> None:
    """Such as the object of a process that was killed before it wrote the row."""
    orphan = scrubbed.both.put(b"put and not noted")

    report = scrubbed.scrubber().run()

    assert report.extra == (orphan,)
    assert (report.scrub.extra, report.scrub.is_clean) == (1, False)
    assert scrubbed.both.get(orphan) == b"put and not noted"


def test_those_that_wait_longest_come_first_and_a_run_is_gone_on_with(
    scrubbed: Scrubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "_PORTION", 2)
    real, asked = scrubbed.first.check, itertools.count()
    read: list[str] = []

    def check(digest: str) -> int:
        if next(asked) == 4:
            raise ObjectStoreError("silent")
        read.append(digest)
        return real(digest)

    monkeypatch.setattr(scrubbed.first, "check", check)
    with pytest.raises(ObjectStoreError):
        scrubbed.scrubber().run()
    assert read == scrubbed.packages[:4]
    with scrubbed.unit_of_work() as work:
        (begun,) = work.scrubs.newest(5)
    assert (begun.packages, begun.finished_at) == (4, None)

    scrub = scrubbed.scrubber().run().scrub

    assert read == scrubbed.packages
    assert (scrub.number, scrub.packages) == (begun.number, COUNT)
    with scrubbed.unit_of_work() as work:
        assert work.scrubs.newest(5) == (scrub,)


def test_a_second_run_reads_everything_again(scrubbed: Scrubbed) -> None:
    first, second = scrubbed.scrubber().run().scrub, scrubbed.scrubber().run().scrub

    assert (first.packages, second.packages) == (COUNT, COUNT)
    assert second.number > first.number


def test_a_clock_that_is_set_back_ends_a_run_all_the_same(scrubbed: Scrubbed) -> None:
    scrubber = scrubbed.scrubber()
    with scrubbed.unit_of_work() as work:
        work.scrubs.begin(scrubbed.clock.time)
        work.commit()
    scrubbed.clock.time -= timedelta(days=400)

    assert scrubber.run().scrub.packages == COUNT


def test_what_was_destroyed_is_neither_read_nor_known(scrubbed: Scrubbed) -> None:
    keeper = Keeper(unit_of_work=scrubbed.unit_of_work, store=scrubbed.both, clock=scrubbed.clock)
    name = scrubbed.packages[0]
    keeper.appraise(name, RetentionClass.TEN_YEARS, appraiser="A001", document_no="1号")
    scrubbed.clock.time += timedelta(days=12 * 366)
    keeper.propose_disposal(name, proposer="A001", document_no="2号", reason="期满")
    keeper.dispose(name, approver="A002")

    report = scrubbed.scrubber().run()
    assert (report.scrub.packages, report.scrub.missing) == (COUNT - 1, 0)
    scrubbed.first.put(CONTENTS[0])

    assert scrubbed.scrubber().run().extra == (name,)


def test_reading_stays_below_the_rate_and_saves_nothing_up() -> None:
    now, slept = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(1000.0, seconds=lambda: now[0], sleep=sleep)
    for _ in range(3):
        pace.spend(500)
    assert now[0] == pytest.approx(1.5)
    now[0] += 100
    pace.spend(500)

    assert slept == pytest.approx([0.5, 0.5, 0.5, 0.5])
    Pace(seconds=lambda: now[0], sleep=sleep).spend(2**40)
    assert len(slept) == 4


def test_a_bucket_is_repaired_from_its_own_older_version(
    locking_s3_address: str, tmp_path: Path
) -> None:
    bucket = ArchiveBucket.at(below(locking_s3_address))
    books, clock = MemoryDatabase(), FixedClock()
    package = bucket.put(CONTENTS[0])
    with books.unit_of_work() as work:
        work.holdings.add(Holding.of(package, size_bytes=1000, at=clock.time))
        work.commit()
    bucket.client.put_object(bucket.bucket, bucket.name_of(package), io.BytesIO(b"other"), 5)
    clock.time += timedelta(hours=1)

    report = Scrubber(
        unit_of_work=books.unit_of_work,
        stores=(bucket, ArchiveFolder(tmp_path, now=clock.now)),
        clock=clock,
    ).run()

    scrub = report.scrub
    assert (scrub.damaged, scrub.missing, scrub.repaired, scrub.lost) == (1, 1, 2, 0)
    assert bucket.check(package) == 1000
    assert ArchiveFolder(tmp_path, now=clock.now).get(package) == CONTENTS[0]
