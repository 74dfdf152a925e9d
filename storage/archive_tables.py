"""Tables of the archive: packages that are stored, work on the way there, and reports on them."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from certs.packages.bag_info import PackageKind, Retention
from certs.packages.jobs import ArchiveStep
from storage.database import BIG_NUMBER, Instant
from storage.license_tables import one_of
from storage.tables import metadata

_DIGEST: Final = String(64)
_SUBJECT: Final = String(128)

archive_packages: Final = Table(
    "archive_packages",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("package_id", _DIGEST, nullable=False),
    Column("object", _DIGEST, nullable=False),
    Column("sha512", String(128), nullable=False),
    Column("length_bytes", BIG_NUMBER, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("subject", _SUBJECT, nullable=False),
    Column("archive_number", String(200), nullable=False),
    Column("retention", String(10), nullable=False),
    Column("archived_at", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("supersedes", _DIGEST),
    # What it is found by; keyed hashes, and the name of nobody. Empty until it is listed.
    Column("holder_key", _DIGEST),
    Column("number_key", _DIGEST),
    Column("type_code", String(21)),
    Column("issued_on", Date),
    UniqueConstraint("package_id"),
    UniqueConstraint("object"),
    # A package has one successor.
    UniqueConstraint("supersedes"),
    one_of("kind", PackageKind),
    one_of("retention", Retention),
    Index("ix_archive_packages_subject", "subject"),
    Index("ix_archive_packages_archive_number", "archive_number"),
    Index("ix_archive_packages_checked_at", "checked_at"),
    # A search goes through one of these from its cursor on, in the order that it answers in.
    Index("ix_archive_packages_holder_key_archived_at", "holder_key", "archived_at", "row"),
    Index("ix_archive_packages_number_key_archived_at", "number_key", "archived_at", "row"),
    Index("ix_archive_packages_type_code_archived_at", "type_code", "archived_at", "row"),
    Index("ix_archive_packages_type_code_issued_on", "type_code", "issued_on", "row"),
    Index("ix_archive_packages_kind_archived_at", "kind", "archived_at", "row"),
    Index("ix_archive_packages_kind_issued_on", "kind", "issued_on", "row"),
    Index("ix_archive_packages_issued_on", "issued_on", "row"),
    Index("ix_archive_packages_archived_at", "archived_at", "row"),
)

Index(
    "ix_archive_packages_unlisted",
    archive_packages.c.row,
    sqlite_where=archive_packages.c.issued_on.is_(None),
    postgresql_where=archive_packages.c.issued_on.is_(None),
)

# One thing has one original package, whatever the code above does.
Index(
    "uq_archive_packages_original",
    archive_packages.c.subject,
    unique=True,
    sqlite_where=archive_packages.c.supersedes.is_(None),
    postgresql_where=archive_packages.c.supersedes.is_(None),
)

archive_jobs: Final = Table(
    "archive_jobs",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("subject", _SUBJECT, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("step", String(20), nullable=False),
    Column("object", _DIGEST),
    Column("problem", String(500)),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("subject"),
    one_of("kind", PackageKind),
    one_of("step", ArchiveStep),
    Index("ix_archive_jobs_step_changed_at", "step", "changed_at"),
)

archive_uses: Final = Table(
    "archive_uses",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("package_id", _DIGEST, ForeignKey(archive_packages.c.package_id), nullable=False),
    Column("at", Instant, nullable=False),
    Column("person", String(200), nullable=False),
    Column("purpose", String(200), nullable=False),
    Column("salt", String(32), nullable=False),
    Index("ix_archive_uses_package_id", "package_id"),
)

archive_checks: Final = Table(
    "archive_checks",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("package_id", _DIGEST, ForeignKey(archive_packages.c.package_id), nullable=False),
    Column("stage", String(2), nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("is_blocked", Boolean, nullable=False),
    Column("report", LargeBinary, nullable=False),
    Index("ix_archive_checks_package_id", "package_id"),
)
