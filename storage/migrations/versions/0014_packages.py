"""The archive: packages, the work on them, reports on them, and which package a license lies in."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ORIGINAL = sa.text("supersedes IS NULL")
_LOOSE = sa.text("package_object IS NULL")
_STEPS = (
    "'collected', 'arranged', 'counted', 'packed', 'digested', 'checked', 'exchanged', "
    "'received', 'registered', 'stored'"
)


def upgrade() -> None:
    """Add what this version adds."""
    op.add_column("licenses", sa.Column("package_object", sa.String(length=64), nullable=True))
    op.add_column("licenses", sa.Column("package_bytes", _BIG, nullable=True))
    op.create_index(
        "ix_licenses_loose", "licenses", ["row"], sqlite_where=_LOOSE, postgresql_where=_LOOSE
    )
    op.create_table(
        "archive_packages",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("sha512", sa.String(length=128), nullable=False),
        sa.Column("length_bytes", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("archive_number", sa.String(length=200), nullable=False),
        sa.Column("retention", sa.String(length=10), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("supersedes", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "kind in ('license', 'case')", name=op.f("ck_archive_packages_kind_known")
        ),
        sa.CheckConstraint(
            "retention in ('永久', '30年', '10年')",
            name=op.f("ck_archive_packages_retention_known"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_archive_packages")),
        sa.UniqueConstraint("package_id", name=op.f("uq_archive_packages_package_id")),
        sa.UniqueConstraint("object", name=op.f("uq_archive_packages_object")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_archive_packages_supersedes")),
    )
    op.create_index("ix_archive_packages_subject", "archive_packages", ["subject"])
    op.create_index("ix_archive_packages_archive_number", "archive_packages", ["archive_number"])
    op.create_index("ix_archive_packages_checked_at", "archive_packages", ["checked_at"])
    op.create_index(
        "uq_archive_packages_original",
        "archive_packages",
        ["subject"],
        unique=True,
        sqlite_where=_ORIGINAL,
        postgresql_where=_ORIGINAL,
    )
    op.create_table(
        "archive_jobs",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('license', 'case')", name=op.f("ck_archive_jobs_kind_known")),
        sa.CheckConstraint(f"step in ({_STEPS})", name=op.f("ck_archive_jobs_step_known")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_archive_jobs")),
        sa.UniqueConstraint("subject", name=op.f("uq_archive_jobs_subject")),
    )
    op.create_index("ix_archive_jobs_step_changed_at", "archive_jobs", ["step", "changed_at"])
    op.create_table(
        "archive_checks",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=2), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"],
            ["archive_packages.package_id"],
            name=op.f("fk_archive_checks_package_id_archive_packages"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_archive_checks")),
    )
    op.create_index("ix_archive_checks_package_id", "archive_checks", ["package_id"])
