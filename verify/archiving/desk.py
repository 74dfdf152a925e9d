"""The archive's desk (归档): groups of licenses become packages, and nothing is lost on the way.

For a group, each step stored before the next:

1. what waits gets a job, so that nobody else takes it;
2. each is captured, verified, checked, put into its package, and that read back strictly;
3. the jobs name the objects that are about to be stored;
4. the packages are stored;
5. in one transaction the packages are entered, the licenses say where their files lie now, and
   the ledger notes it;
6. after a while, when nobody reads them any more, the loose files go.

After a crash a job that does not move is taken up where it stands: a package that was stored is
entered, one that was not is made anew, and loose files go only when the package is entered.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from certs.errors import (
    ArchivedAlreadyError,
    MalformedPackageError,
    MalformedRecordError,
)
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.licenses import License
from certs.packages.bag_info import PackageKind
from certs.packages.envelopes import parse_envelope
from certs.packages.files import ENVELOPE
from certs.packages.jobs import ArchiveJob, ArchiveStep, KeptPackage
from certs.packages.package import ArchivePackage, parse_package
from certs.ports import Clock, ObjectStore, UnitOfWork
from signing.algorithms import sm3
from signing.errors import SigningError
from verify.archive_checks.results import CheckOutcome
from verify.archiving.capture import CaptureTools, capture
from verify.errors import VerifyError

GROUP: Final = 50
PATIENCE: Final = timedelta(minutes=1)
"""How long a job may stand still, and how long whoever looked a license up may read its files."""
_LONGEST_PROBLEM: Final = 500
ARCHIVED: Final = "archived"
_UNFIT: Final = (MalformedRecordError, MalformedPackageError, SigningError, VerifyError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRun:
    """What became of one group.

    Attributes:
        archived: Ids of the packages that were entered.
        stopped: Identifiers of licenses that did not pass, each with the reason.
        tidied: How many licenses' loose files are gone.
    """

    archived: tuple[str, ...] = ()
    stopped: tuple[tuple[str, str], ...] = ()
    tidied: int = 0

    @property
    def has_moved(self) -> bool:
        """Whether anything was done, so that there may be more to do."""
        return bool(self.archived or self.stopped or self.tidied)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A package that is ready to be stored."""

    license: License
    kept: KeptPackage
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDesk:
    """Archives licenses.

    Attributes:
        loose: Where the files lie until then.
        packages: Where packages lie.
        tools: What capturing takes.
        patience: See ``PATIENCE``.
    """

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    loose: ObjectStore
    packages: ObjectStore
    tools: CaptureTools
    patience: timedelta = PATIENCE

    def run(self, limit: int = GROUP) -> ArchiveRun:
        """Go on with what stands still, and archive the next group.

        Raises:
            StorageError: The store or the database does not answer; the next run goes on.
        """
        left = self._taken_up(limit)
        again = self._entered_or_anew(left)
        fresh = self._begun(limit)
        made, stopped = self._made((*again, *fresh))
        archived = self._stored(made)
        tidied = self._tidied([job for job in left if job.step is ArchiveStep.REGISTERED])
        return ArchiveRun(
            archived=tuple(item.kept.package_id for item in archived),
            stopped=stopped,
            tidied=tidied,
        )

    # Steps ---------------------------------------------------------------------------------

    def _taken_up(self, limit: int) -> tuple[ArchiveJob, ...]:
        now = self.clock.now()
        with self.unit_of_work() as work:
            jobs = work.archive.take_up(limit, idle_since=now - self.patience, now=now)
            work.commit()
        return jobs

    def _entered_or_anew(self, jobs: Iterable[ArchiveJob]) -> tuple[License, ...]:
        """Enter packages that were stored already; return the licenses to archive anew."""
        anew: list[License] = []
        for job in jobs:
            if job.step is ArchiveStep.REGISTERED or job.kind is not PackageKind.LICENSE:
                continue
            license = self._license(job.subject)
            if license is None:
                continue
            data = self.packages.find(job.object) if job.object else None
            if data is None:
                anew.append(license)
            else:
                self._enter([self._read_back(license, data)])
        return tuple(anew)

    def _license(self, identifier: str) -> License | None:
        with self.unit_of_work() as work:
            return work.licenses.find(identifier)

    def _begun(self, limit: int) -> tuple[License, ...]:
        """Step 1: give what waits a job each."""
        with self.unit_of_work() as work:
            waiting = work.archive.waiting(limit)
            jobs = tuple(self._job(item, ArchiveStep.COLLECTED) for item in waiting)
            ours = work.archive.begin(jobs)
            work.commit()
        return tuple(item for item in waiting if item.identifier in ours)

    def _made(self, licenses: Sequence[License]) -> tuple[list[_Made], tuple[tuple[str, str], ...]]:
        """Steps 2 and 3: make the packages, and note what is about to be stored."""
        made: list[_Made] = []
        stopped: dict[str, tuple[ArchiveStep, str]] = {}
        for license in licenses:
            try:
                made.append(self._packed(license))
            except _NotPassedError as error:
                stopped[license.identifier] = (error.step, str(error))
            except _UNFIT as error:
                stopped[license.identifier] = (ArchiveStep.PACKED, str(error))
        jobs = [
            replace(self._job(item.license, ArchiveStep.CHECKED), object=item.kept.object)
            for item in made
        ]
        by_name = {item.identifier: item for item in licenses}
        for identifier, (step, problem) in stopped.items():
            job = self._job(by_name[identifier], step)
            jobs.append(replace(job, problem=problem[:_LONGEST_PROBLEM]))
        self._move(jobs)
        return made, tuple((name, problem) for name, (_, problem) in stopped.items())

    def _packed(self, license: License) -> _Made:
        now = self.clock.now()
        with self.unit_of_work() as work:
            events = work.licenses.events(license.identifier)
        captured = capture(license, events, tools=self.tools, now=now, repeated=self._is_repeated)
        if captured.report.is_blocked:
            failed = ", ".join(captured.report.named(CheckOutcome.FAIL))
            raise _NotPassedError(ArchiveStep.CHECKED, f"未通过 not passed: {failed}")
        return self._read_back(license, captured.package.encode())

    def _is_repeated(self, number: str) -> bool:
        with self.unit_of_work() as work:
            return bool(work.archive.repeated((number,)))

    def _read_back(self, license: License, data: bytes) -> _Made:
        """Read a package as whoever receives it does (接收检测)."""
        package = parse_package(data)
        return _Made(
            license=license, kept=kept_package(package, data, at=self.clock.now()), data=data
        )

    def _stored(self, made: list[_Made]) -> list[_Made]:
        """Steps 4 and 5: store the packages and enter them; return those that were entered."""
        if not made:
            return []
        self.packages.put_all({item.kept.object: item.data for item in made})
        return self._enter(made)

    def _enter(self, made: list[_Made]) -> list[_Made]:
        try:
            self._register(made)
        except ArchivedAlreadyError:
            if len(made) == 1:
                self._give_up(made[0])
                return []
            # Of some of them another process was faster; each is entered by itself.
            return [one for item in made for one in self._enter([item])]
        return made

    def _register(self, made: Sequence[_Made]) -> None:
        now = self.clock.now()
        with self.unit_of_work() as work:
            work.archive.register(tuple(item.kept for item in made))
            work.ledger.note(
                LedgerName.ARCHIVE,
                [(item.kept.package_id, archived_entry(item.license, item.kept)) for item in made],
            )
            jobs = (self._job(item.license, ArchiveStep.REGISTERED) for item in made)
            work.archive.move(
                tuple(
                    replace(job, object=item.kept.object, changed_at=now)
                    for job, item in zip(jobs, made, strict=True)
                )
            )
            work.commit()

    def _give_up(self, made: _Made) -> None:
        """Remove a package that came too late, unless it is the very one that was entered."""
        with self.unit_of_work() as work:
            is_entered = work.archive.is_entered(made.kept.object)
        if not is_entered:
            self.packages.remove(made.kept.object)
        self._move([self._job(made.license, ArchiveStep.REGISTERED)])

    def _tidied(self, jobs: Sequence[ArchiveJob]) -> int:
        """Step 6: remove loose files of licenses whose package is entered."""
        done: list[ArchiveJob] = []
        for job in jobs:
            license = self._license(job.subject)
            if license is None or not license.files.package:
                continue
            if not self.packages.has(license.files.package):
                continue  # what is not there is not relied upon, whatever the book says
            for name in license.files.names:
                self.loose.remove(name)
            done.append(replace(job, step=ArchiveStep.STORED, changed_at=self.clock.now()))
        self._move(done)
        return len(done)

    # Jobs ----------------------------------------------------------------------------------

    def _job(self, license: License, step: ArchiveStep) -> ArchiveJob:
        return ArchiveJob(
            subject=license.identifier,
            kind=PackageKind.LICENSE,
            step=step,
            changed_at=self.clock.now(),
        )

    def _move(self, jobs: Sequence[ArchiveJob]) -> None:
        if not jobs:
            return
        with self.unit_of_work() as work:
            work.archive.move(tuple(jobs))
            work.commit()


class _NotPassedError(VerifyError):
    """A package did not pass its checks."""

    def __init__(self, step: ArchiveStep, message: str) -> None:
        super().__init__(message)
        self.step = step


def kept_package(package: ArchivePackage, data: bytes, *, at: datetime) -> KeptPackage:
    """Return how a package is entered in the book.

    Raises:
        MalformedPackageError: Its envelope cannot be read.
    """
    values = parse_envelope(package.files[ENVELOPE].content).values
    info = package.info
    return KeptPackage(
        package_id=package.package_id,
        object=sm3(data).hex(),
        sha512=hashlib.sha512(data).hexdigest(),
        length_bytes=len(data),
        kind=info.kind,
        subject=info.identifier,
        archive_number=values.get("档号/档号", ""),
        retention=info.retention,
        archived_at=at,
        supersedes=info.supersedes,
    )


def archived_entry(license: License, kept: KeptPackage) -> LedgerEntry:
    """Return the entry of the log ``archive``: the package by its id, the license by its record."""
    return LedgerEntry(
        kind=ARCHIVED,
        at=kept.archived_at.replace(microsecond=0),
        organization=license.issuer_code,
        digests=(kept.package_id, license.files.record),
    )
