"""The archive's book in memory; passes the tests of the SQL one."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from certs.errors import ArchivedAlreadyError
from certs.keeping.holdings import Holding
from certs.licenses import License
from certs.packages.bag_info import PackageKind
from certs.packages.jobs import ArchiveJob, ArchiveStep, KeptChecks, KeptPackage, PackageUse
from certs.packages.search import PackageListing
from tests.doubles.keeping import KeepingShelf, MemoryHoldings


@dataclass
class ArchiveShelf:
    """What is committed of it."""

    packages: dict[str, KeptPackage] = field(default_factory=dict)
    jobs: dict[str, ArchiveJob] = field(default_factory=dict)
    checks: list[KeptChecks] = field(default_factory=list)
    listings: dict[str, PackageListing] = field(default_factory=dict)
    uses: list[PackageUse] = field(default_factory=list)


class MemoryArchive:
    def __init__(
        self, shelf: ArchiveShelf, licenses: dict[str, License], keeping: KeepingShelf
    ) -> None:
        self._shelf = shelf
        self._licenses = licenses
        self._holdings = MemoryHoldings(keeping)

    def waiting(self, limit: int) -> tuple[License, ...]:
        found = (
            license
            for license in self._licenses.values()
            if not license.files.package and license.identifier not in self._shelf.jobs
        )
        return tuple(found)[:limit]

    def begin(self, jobs: tuple[ArchiveJob, ...]) -> frozenset[str]:
        new = {job.subject: job for job in jobs if job.subject not in self._shelf.jobs}
        self._shelf.jobs |= new
        return frozenset(new)

    def move(self, jobs: tuple[ArchiveJob, ...]) -> None:
        self._shelf.jobs |= {job.subject: job for job in jobs if job.subject in self._shelf.jobs}

    def take_up(self, limit: int, *, idle_since: datetime, now: datetime) -> tuple[ArchiveJob, ...]:
        idle = [
            replace(job, changed_at=now)
            for job in self._shelf.jobs.values()
            if not job.problem
            and job.step is not ArchiveStep.STORED
            and job.changed_at <= idle_since
        ][:limit]
        self.move(tuple(idle))
        return tuple(idle)

    def stopped(self, limit: int) -> tuple[ArchiveJob, ...]:
        return tuple(job for job in self._shelf.jobs.values() if job.problem)[:limit]

    def again(self, subjects: tuple[str, ...]) -> int:
        mine = [job for job in self.stopped(len(self._shelf.jobs)) if job.subject in subjects]
        for job in mine:
            del self._shelf.jobs[job.subject]
        return len(mine)

    def register(self, packages: tuple[KeptPackage, ...]) -> None:
        for item in packages:
            self.take_in(item)
            if item.kind is PackageKind.LICENSE:
                self._point(item)

    def take_in(self, package: KeptPackage) -> None:
        self._check_place(package)
        self._shelf.packages[package.package_id] = package
        self._holdings.add(
            Holding.of(package.object, size_bytes=package.length_bytes, at=package.archived_at)
        )

    def _check_place(self, item: KeptPackage) -> None:
        for known in self._shelf.packages.values():
            is_same = known.package_id == item.package_id or known.object == item.object
            if is_same or (known.subject, known.supersedes) == (item.subject, item.supersedes):
                raise ArchivedAlreadyError("it has a package meanwhile")

    def _point(self, item: KeptPackage) -> None:
        license = self._licenses.get(item.subject)
        old = self._shelf.packages.get(item.supersedes)
        if license is None or license.files.package != (old.object if old else ""):
            raise ArchivedAlreadyError("it has a package meanwhile")
        files = replace(license.files, package=item.object, package_bytes=item.length_bytes)
        self._licenses[item.subject] = replace(license, files=files)

    def find(self, package_id: str) -> KeptPackage | None:
        return self._shelf.packages.get(package_id)

    def newest_of(self, subject: str) -> KeptPackage | None:
        mine = [item for item in self._shelf.packages.values() if item.subject == subject]
        return mine[-1] if mine else None

    def of_object(self, object_digest: str) -> KeptPackage | None:
        known = self._shelf.packages.values()
        return next((item for item in known if item.object == object_digest), None)

    def packages(self, limit: int, *, after: str | None = None) -> tuple[KeptPackage, ...]:
        names = list(self._shelf.packages)
        first = names.index(after) + 1 if after is not None else 0
        return tuple(self._shelf.packages[name] for name in names[first : first + limit])

    def is_repeated(self, archive_number: str, *, subject: str) -> bool:
        known = self._shelf.packages.values()
        return any(
            item.archive_number == archive_number and item.subject != subject for item in known
        )

    def due(self, limit: int, *, before: datetime) -> tuple[KeptPackage, ...]:
        def looked_at(item: KeptPackage) -> datetime:
            times = [check.checked_at for check in self.checks_of(item.package_id)]
            return times[-1] if times else item.archived_at

        found = [item for item in self._shelf.packages.values() if looked_at(item) < before]
        return tuple(sorted(found, key=looked_at)[:limit])

    def keep_checks(self, checks: KeptChecks) -> None:
        self._shelf.checks.append(checks)

    def note_use(self, use: PackageUse) -> None:
        self._shelf.uses.append(use)

    def uses_of(self, package_id: str) -> tuple[PackageUse, ...]:
        return tuple(item for item in self._shelf.uses if item.package_id == package_id)

    def checks_of(self, package_id: str) -> tuple[KeptChecks, ...]:
        return tuple(item for item in self._shelf.checks if item.package_id == package_id)
