"""Archiving as work in steps (归档作业): a license or case on its way into its package.

Source: GB/T 42727-2023, chapter 6, for the steps; their titles were read, not their text.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Protocol

from certs.licenses import License
from certs.packages.bag_info import PackageKind, Retention


@unique
class ArchiveStep(StrEnum):
    """How far something has come; a job that stopped stands at the step that it did not pass."""

    COLLECTED = "collected"
    """收集."""
    ARRANGED = "arranged"
    """整理组件."""
    COUNTED = "counted"
    """清点."""
    PACKED = "packed"
    """形成归档信息包."""
    DIGESTED = "digested"
    """生成校验信息."""
    CHECKED = "checked"
    """归档检测."""
    EXCHANGED = "exchanged"
    """数据交换."""
    RECEIVED = "received"
    """接收检测."""
    REGISTERED = "registered"
    """登记目录."""
    STORED = "stored"
    """存储."""

    @property
    def zh(self) -> str:
        """What the standard calls it."""
        return _NAMES[self]


_NAMES = {
    ArchiveStep.COLLECTED: "收集",
    ArchiveStep.ARRANGED: "整理",
    ArchiveStep.COUNTED: "清点",
    ArchiveStep.PACKED: "形成归档信息包",
    ArchiveStep.DIGESTED: "生成校验信息",
    ArchiveStep.CHECKED: "归档检测",
    ArchiveStep.EXCHANGED: "数据交换",
    ArchiveStep.RECEIVED: "接收检测",
    ArchiveStep.REGISTERED: "登记目录",
    ArchiveStep.STORED: "存储",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveJob:
    """One thing on its way.

    Attributes:
        subject: Identifier of the license, or number of the case.
        step: How far it is.
        object: The package's object, named before it is stored; empty before.
        problem: Why it stopped; empty while it goes on.
        changed_at: When it came here; who has not moved for long is taken up by another.
    """

    subject: str
    kind: PackageKind
    step: ArchiveStep
    changed_at: datetime
    object: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPackage:
    """A package that is stored.

    Attributes:
        package_id: 信息包标识.
        object: SM3 of its bytes, under which it is stored.
        sha512: SHA-512 of the same.
        subject: Identifier of the license, or number of the case.
        archive_number: 档号.
        supersedes: The id of the package in whose place it came; empty for a first one.
    """

    package_id: str
    object: str
    sha512: str
    length_bytes: int
    kind: PackageKind
    subject: str
    archive_number: str
    retention: Retention
    archived_at: datetime
    supersedes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChecks:
    """A report of the four properties on a stored package.

    Attributes:
        stage: ``YJ`` or ``CQ``; what was found at capture lies in the package.
        report: The report as JSON.
    """

    package_id: str
    stage: str
    checked_at: datetime
    is_blocked: bool
    report: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageUse:
    """利用登记: who took a package that is of no license of the register here.

    Attributes:
        at: Before it left.
        purpose: In plain words.
    """

    package_id: str
    at: datetime
    person: str
    purpose: str


class ArchiveBook(Protocol):
    """The archive's book (归档登记) in the database, within one transaction."""

    def waiting(self, limit: int) -> tuple[License, ...]:
        """Return licenses that have no package and no job, oldest first."""
        ...

    def begin(self, jobs: tuple[ArchiveJob, ...]) -> frozenset[str]:
        """Begin jobs; return the subjects of those that nobody else had begun."""
        ...

    def move(self, jobs: tuple[ArchiveJob, ...]) -> None:
        """Store how far jobs have come."""
        ...

    def take_up(self, limit: int, *, idle_since: datetime, now: datetime) -> tuple[ArchiveJob, ...]:
        """Return jobs that go on and have not moved since, as moved now, oldest first."""
        ...

    def stopped(self, limit: int) -> tuple[ArchiveJob, ...]:
        """Return jobs that did not pass a step, oldest first."""
        ...

    def again(self, subjects: tuple[str, ...]) -> int:
        """Forget jobs that stopped, so that they begin anew; return how many there were."""
        ...

    def register(self, packages: tuple[KeptPackage, ...]) -> None:
        """Enter packages, and say of each license that its files lie in there now.

        Raises:
            ArchivedAlreadyError: One has a package meanwhile, which this one does not supersede.
        """
        ...

    def take_in(self, package: KeptPackage) -> None:
        """Enter a package of something that the register here does not have.

        Raises:
            ArchivedAlreadyError: Another package of the same thing is entered.
        """
        ...

    def find(self, package_id: str) -> KeptPackage | None:
        """Return a package, or None."""
        ...

    def of_object(self, object_digest: str) -> KeptPackage | None:
        """Return the package that is stored under this digest, or None."""
        ...

    def newest_of(self, subject: str) -> KeptPackage | None:
        """Return the package of a license or case that no other supersedes, or None."""
        ...

    def packages(self, limit: int, *, after: str | None = None) -> tuple[KeptPackage, ...]:
        """Return packages, the oldest first, from behind the id ``after``."""
        ...

    def is_repeated(self, archive_number: str, *, subject: str) -> bool:
        """Tell whether a package of anything but ``subject`` has the archive number (档号)."""
        ...

    def due(self, limit: int, *, before: datetime) -> tuple[KeptPackage, ...]:
        """Return packages that were neither stored nor looked at since, oldest first."""
        ...

    def keep_checks(self, checks: KeptChecks) -> None:
        """Store a report."""
        ...

    def note_use(self, use: PackageUse) -> None:
        """Append who took a package, and note it for the ledger."""
        ...

    def uses_of(self, package_id: str) -> tuple[PackageUse, ...]:
        """Return who took a package, oldest first."""
        ...

    def checks_of(self, package_id: str) -> tuple[KeptChecks, ...]:
        """Return the reports on a package, oldest first."""
        ...
