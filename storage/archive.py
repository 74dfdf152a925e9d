"""The archive's book in the database."""

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.errors import ArchivedAlreadyError
from certs.keeping.holdings import Holding
from certs.ledger.entries import LedgerName
from certs.ledger.using import used
from certs.licenses import License
from certs.packages.bag_info import PackageKind
from certs.packages.jobs import ArchiveJob, ArchiveStep, KeptChecks, KeptPackage, PackageUse
from certs.usages import Usage
from storage.archive_rows import job_from, job_row, one_package, package_from, package_row
from storage.archive_tables import archive_checks, archive_jobs, archive_packages, archive_uses
from storage.dialects import insert_of
from storage.evidence import await_evidence
from storage.holdings import SqlHoldings
from storage.ledger import SqlLedger
from storage.license_tables import licenses
from storage.licenses import license_from

_ANY: Final = 500
_SALT_BYTES: Final = 16
GOES_ON: Final = (
    archive_jobs.c.step != ArchiveStep.STORED.value,
    archive_jobs.c.problem.is_(None),
)
"""What is on its way: neither arrived nor stopped."""


class SqlArchive:
    """Reads and writes the archive's book on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, limit: int) -> tuple[License, ...]:
        """Return licenses that have no package and no job, oldest first."""
        has_job = exists().where(archive_jobs.c.subject == licenses.c.identifier)
        query = (
            select(licenses)
            .where(licenses.c.package_object.is_(None), ~has_job)
            .order_by(licenses.c.row)
            .limit(limit)
        )
        return tuple(license_from(row) for row in self._connection.execute(query).mappings())

    def begin(self, jobs: tuple[ArchiveJob, ...]) -> frozenset[str]:
        """Begin jobs; return the subjects of those that nobody else had begun."""
        if not jobs:
            return frozenset()
        begun = (
            insert_of(self._connection, archive_jobs)
            .values([job_row(job) for job in jobs])
            .on_conflict_do_nothing(index_elements=["subject"])
            .returning(archive_jobs.c.subject)
        )
        return frozenset(self._connection.execute(begun).scalars())

    def move(self, jobs: tuple[ArchiveJob, ...]) -> None:
        """Store how far jobs have come."""
        if not jobs:
            return
        changed = ("step", "object", "problem", "changed_at")
        rows = [
            {"of_subject": row["subject"], **{name: row[name] for name in changed}}
            for row in map(job_row, jobs)
        ]
        self._connection.execute(
            update(archive_jobs)
            .where(archive_jobs.c.subject == bindparam("of_subject"))
            .values({name: bindparam(name) for name in changed}),
            rows,
        )

    def take_up(self, limit: int, *, idle_since: datetime, now: datetime) -> tuple[ArchiveJob, ...]:
        """Return jobs that go on and have not moved since, as moved now, oldest first."""
        found = (
            select(archive_jobs.c.row)
            .where(*GOES_ON, archive_jobs.c.changed_at <= idle_since)
            .order_by(archive_jobs.c.row)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(archive_jobs)
            .where(archive_jobs.c.row.in_(found.scalar_subquery()))
            .values(changed_at=now)
            .returning(archive_jobs)
        )
        rows = self._connection.execute(taken).mappings().all()
        return tuple(job_from(row) for row in sorted(rows, key=lambda row: int(row["row"])))

    def stopped(self, limit: int) -> tuple[ArchiveJob, ...]:
        """Return jobs that did not pass a step, oldest first."""
        query = select(archive_jobs).where(archive_jobs.c.problem.is_not(None))
        found = self._connection.execute(query.order_by(archive_jobs.c.row).limit(limit))
        return tuple(job_from(row) for row in found.mappings())

    def again(self, subjects: tuple[str, ...]) -> int:
        """Forget jobs that stopped, so that they begin anew; return how many there were."""
        forgotten = 0
        for at in range(0, len(subjects), _ANY):
            done = self._connection.execute(
                delete(archive_jobs).where(
                    archive_jobs.c.subject.in_(subjects[at : at + _ANY]),
                    archive_jobs.c.problem.is_not(None),
                )
            )
            forgotten += done.rowcount
        return forgotten

    def register(self, packages: tuple[KeptPackage, ...]) -> None:
        """Enter packages and say of each license where its files lie, or raise."""
        if not packages:
            return
        self._enter(packages)
        for item in packages:
            if item.kind is PackageKind.LICENSE:
                self._point(item)

    def take_in(self, package: KeptPackage) -> None:
        """Enter a package of something that the register here does not have, or raise."""
        self._enter((package,))

    def _enter(self, packages: tuple[KeptPackage, ...]) -> None:
        try:
            self._connection.execute(
                insert(archive_packages), [package_row(item) for item in packages]
            )
        except IntegrityError as error:
            raise ArchivedAlreadyError("it has a package meanwhile") from error
        await_evidence(self._connection, [item.package_id for item in packages])
        holdings = SqlHoldings(self._connection)
        for item in packages:
            # What is kept is read again, held and disposed of under the name of its object.
            holdings.add(Holding.of(item.object, size_bytes=item.length_bytes, at=item.archived_at))

    def _point(self, package: KeptPackage) -> None:
        """Say of a license that its files lie in a package, where they lay as expected."""
        old = self.find(package.supersedes) if package.supersedes else None
        place = licenses.c.package_object
        former = place == (old.object if old else "") if package.supersedes else place.is_(None)
        done = self._connection.execute(
            update(licenses)
            .where(licenses.c.identifier == package.subject, former)
            .values(package_object=package.object, package_bytes=package.length_bytes)
        )
        if done.rowcount != 1:
            raise ArchivedAlreadyError("it has a package meanwhile")

    def find(self, package_id: str) -> KeptPackage | None:
        """Return a package, or None."""
        query = select(archive_packages).where(archive_packages.c.package_id == package_id)
        return one_package(self._connection.execute(query).mappings().one_or_none())

    def newest_of(self, subject: str) -> KeptPackage | None:
        """Return the package of a license or case that no other supersedes, or None."""
        query = select(archive_packages).where(archive_packages.c.subject == subject)
        newest = query.order_by(archive_packages.c.row.desc()).limit(1)
        return one_package(self._connection.execute(newest).mappings().one_or_none())

    def of_object(self, object_digest: str) -> KeptPackage | None:
        """Return the package that is stored under this digest, or None."""
        query = select(archive_packages).where(archive_packages.c.object == object_digest)
        return one_package(self._connection.execute(query).mappings().one_or_none())

    def packages(self, limit: int, *, after: str | None = None) -> tuple[KeptPackage, ...]:
        """Return packages, the oldest first, from behind the id ``after``."""
        query = select(archive_packages).order_by(archive_packages.c.row).limit(limit)
        if after is not None:
            row = select(archive_packages.c.row).where(archive_packages.c.package_id == after)
            query = query.where(archive_packages.c.row > row.scalar_subquery())
        return tuple(package_from(row) for row in self._connection.execute(query).mappings())

    def is_repeated(self, archive_number: str, *, subject: str) -> bool:
        """Tell whether a package of anything but ``subject`` has the archive number."""
        query = select(archive_packages.c.row).where(
            archive_packages.c.archive_number == archive_number,
            archive_packages.c.subject != subject,
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def due(self, limit: int, *, before: datetime) -> tuple[KeptPackage, ...]:
        """Return packages that were neither stored nor looked at since, oldest first."""
        query = (
            select(archive_packages)
            .where(archive_packages.c.checked_at < before)
            .order_by(archive_packages.c.checked_at)
            .limit(limit)
        )
        return tuple(package_from(row) for row in self._connection.execute(query).mappings())

    def keep_checks(self, checks: KeptChecks) -> None:
        """Store a report."""
        self._connection.execute(
            insert(archive_checks).values(
                package_id=checks.package_id,
                stage=checks.stage,
                checked_at=checks.checked_at,
                is_blocked=checks.is_blocked,
                report=checks.report,
            )
        )
        self._connection.execute(
            update(archive_packages)
            .where(archive_packages.c.package_id == checks.package_id)
            .values(checked_at=checks.checked_at)
        )

    def note_use(self, use: PackageUse) -> None:
        """Append who took a package, and note it for the ledger."""
        salt = secrets.token_hex(_SALT_BYTES)
        usage = Usage(
            identifier=use.package_id,
            at=use.at,
            user=use.person,
            basis="archive",
            purpose=use.purpose,
            fields=(),
        )
        entry = (use.package_id, used(usage, salt=salt))
        SqlLedger(self._connection).note(LedgerName.AUDIT, [entry])
        self._connection.execute(
            insert(archive_uses).values(
                package_id=use.package_id,
                at=use.at,
                person=use.person,
                purpose=use.purpose,
                salt=salt,
            )
        )

    def uses_of(self, package_id: str) -> tuple[PackageUse, ...]:
        """Return who took a package, oldest first."""
        query = (
            select(
                archive_uses.c.package_id,
                archive_uses.c.at,
                archive_uses.c.person,
                archive_uses.c.purpose,
            )
            .where(archive_uses.c.package_id == package_id)
            .order_by(archive_uses.c.row)
        )
        return tuple(PackageUse(**row) for row in self._connection.execute(query).mappings())

    def checks_of(self, package_id: str) -> tuple[KeptChecks, ...]:
        """Return the reports on a package, oldest first."""
        query = (
            select(archive_checks)
            .where(archive_checks.c.package_id == package_id)
            .order_by(archive_checks.c.row)
        )
        return tuple(
            KeptChecks(
                package_id=row["package_id"],
                stage=row["stage"],
                checked_at=row["checked_at"],
                is_blocked=row["is_blocked"],
                report=row["report"],
            )
            for row in self._connection.execute(query).mappings()
        )
