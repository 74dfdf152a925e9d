"""Rows of the archive's book, and what they say."""

from typing import Any

from sqlalchemy import RowMapping

from certs.packages.bag_info import PackageKind, Retention
from certs.packages.jobs import ArchiveJob, ArchiveStep, KeptPackage


def job_row(job: ArchiveJob) -> dict[str, Any]:
    """Return the row of a job."""
    return {
        "subject": job.subject,
        "kind": job.kind.value,
        "step": job.step.value,
        "object": job.object or None,
        "problem": job.problem or None,
        "changed_at": job.changed_at,
    }


def job_from(row: RowMapping) -> ArchiveJob:
    """Return the job of a row."""
    return ArchiveJob(
        subject=row["subject"],
        kind=PackageKind(row["kind"]),
        step=ArchiveStep(row["step"]),
        object=row["object"] or "",
        problem=row["problem"] or "",
        changed_at=row["changed_at"],
    )


def package_row(package: KeptPackage) -> dict[str, Any]:
    """Return the row of a package; what it is found by is added by who lists it."""
    return {
        "package_id": package.package_id,
        "object": package.object,
        "sha512": package.sha512,
        "length_bytes": package.length_bytes,
        "kind": package.kind.value,
        "subject": package.subject,
        "archive_number": package.archive_number,
        "retention": package.retention.value,
        "archived_at": package.archived_at,
        "checked_at": package.archived_at,
        "supersedes": package.supersedes or None,
    }


def one_package(row: RowMapping | None) -> KeptPackage | None:
    """Return the package of a row, if there is one."""
    return None if row is None else package_from(row)


def package_from(row: RowMapping) -> KeptPackage:
    """Return the package of a row."""
    return KeptPackage(
        package_id=row["package_id"],
        object=row["object"],
        sha512=row["sha512"],
        length_bytes=row["length_bytes"],
        kind=PackageKind(row["kind"]),
        subject=row["subject"],
        archive_number=row["archive_number"],
        retention=Retention(row["retention"]),
        archived_at=row["archived_at"],
        supersedes=row["supersedes"] or "",
    )
