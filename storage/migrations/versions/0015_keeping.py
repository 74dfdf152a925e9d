"""The keeping of archived packages: holdings, holds, disposals, and runs that read everything."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0015 import STATEMENTS

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = sa.text("destroyed_at IS NULL")
_UNLOCKED = sa.text("retention_class IS NOT NULL AND locked_at IS NULL")
_DAMAGED = sa.text("damaged_at IS NOT NULL")


def upgrade() -> None:
    """Add what this version adds."""
    _create_archive_holdings()
    _create_archive_appraisals()
    _create_package_references()
    _create_legal_holds()
    _create_disposal_proposals()
    _create_disposals()
    _create_scrubs()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_archive_holdings() -> None:
    op.create_table(
        "archive_holdings",
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", _BIG, nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.Column("last_scrubbed_at", sa.BigInteger(), nullable=False),
        sa.Column("retention_class", sa.String(length=16), nullable=True),
        sa.Column("keep_until", sa.BigInteger(), nullable=True),
        sa.Column("locked_at", sa.BigInteger(), nullable=True),
        sa.Column("damaged_at", sa.BigInteger(), nullable=True),
        sa.Column("destroyed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(retention_class IS NULL OR retention_class = 'permanent') = (keep_until IS NULL)",
            name=op.f("ck_archive_holdings_period_whole"),
        ),
        sa.CheckConstraint(
            "retention_class IN ('permanent', '30y', '10y')",
            name=op.f("ck_archive_holdings_retention_class_known"),
        ),
        sa.CheckConstraint(
            "destroyed_at IS NULL OR (keep_until IS NOT NULL AND destroyed_at >= keep_until)",
            name=op.f("ck_archive_holdings_destroyed_when_over"),
        ),
        sa.CheckConstraint(
            "length(package_id) = 64", name=op.f("ck_archive_holdings_names_digest")
        ),
        sa.CheckConstraint(
            "locked_at IS NULL OR retention_class IS NOT NULL",
            name=op.f("ck_archive_holdings_locked_when_appraised"),
        ),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_archive_holdings_size_positive")),
        sa.PrimaryKeyConstraint("package_id", name=op.f("pk_archive_holdings")),
    )
    op.create_index(
        "ix_archive_holdings_damaged",
        "archive_holdings",
        ["package_id"],
        sqlite_where=_DAMAGED,
        postgresql_where=_DAMAGED,
    )
    op.create_index(
        "ix_archive_holdings_due",
        "archive_holdings",
        ["last_scrubbed_at", "package_id"],
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    )
    op.create_index(
        "ix_archive_holdings_unlocked",
        "archive_holdings",
        ["package_id"],
        sqlite_where=_UNLOCKED,
        postgresql_where=_UNLOCKED,
    )


def _create_archive_appraisals() -> None:
    op.create_table(
        "archive_appraisals",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("retention_class", sa.String(length=16), nullable=False),
        sa.Column("keep_until", sa.BigInteger(), nullable=True),
        sa.Column("appraiser", sa.String(length=64), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("appraised_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(retention_class = 'permanent') = (keep_until IS NULL)",
            name=op.f("ck_archive_appraisals_period_whole"),
        ),
        sa.CheckConstraint(
            "appraiser <> '' AND document_no <> ''",
            name=op.f("ck_archive_appraisals_names_appraiser"),
        ),
        sa.CheckConstraint(
            "retention_class IN ('permanent', '30y', '10y')",
            name=op.f("ck_archive_appraisals_retention_class_known"),
        ),
        sa.ForeignKeyConstraint(
            ["package_id"],
            ["archive_holdings.package_id"],
            name=op.f("fk_archive_appraisals_package_id_archive_holdings"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_archive_appraisals")),
    )
    op.create_index("ix_archive_appraisals_package_id", "archive_appraisals", ["package_id"])


def _create_package_references() -> None:
    op.create_table(
        "package_references",
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("referrer", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.CheckConstraint("referrer <> package_id", name=op.f("ck_package_references_another")),
        sa.ForeignKeyConstraint(
            ["package_id"],
            ["archive_holdings.package_id"],
            name=op.f("fk_package_references_package_id_archive_holdings"),
        ),
        sa.PrimaryKeyConstraint(
            "package_id", "referrer", "kind", name=op.f("pk_package_references")
        ),
    )
    op.create_index("ix_package_references_referrer", "package_references", ["referrer"])


def _create_legal_holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("placed_by", sa.String(length=64), nullable=False),
        sa.Column("held_from", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.String(length=64), nullable=True),
        sa.Column("release_document_no", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "authority <> '' AND document_no <> '' AND placed_by <> ''",
            name=op.f("ck_legal_holds_names_authority"),
        ),
        sa.CheckConstraint(
            "held_until IS NULL OR (released_by <> '' AND release_document_no <> '')",
            name=op.f("ck_legal_holds_names_releaser"),
        ),
        sa.CheckConstraint(
            "(held_until IS NULL) = (released_by IS NULL) AND (held_until IS NULL) = (release_document_no IS NULL)",
            name=op.f("ck_legal_holds_release_whole"),
        ),
        sa.CheckConstraint(
            "held_until IS NULL OR held_until >= held_from",
            name=op.f("ck_legal_holds_released_later"),
        ),
        sa.ForeignKeyConstraint(
            ["package_id"],
            ["archive_holdings.package_id"],
            name=op.f("fk_legal_holds_package_id_archive_holdings"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_legal_holds")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_legal_holds_package_id", "legal_holds", ["package_id"])


def _create_disposal_proposals() -> None:
    op.create_table(
        "disposal_proposals",
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("proposer", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "proposer <> '' AND document_no <> '' AND reason <> ''",
            name=op.f("ck_disposal_proposals_names_proposer"),
        ),
        sa.ForeignKeyConstraint(
            ["package_id"],
            ["archive_holdings.package_id"],
            name=op.f("fk_disposal_proposals_package_id_archive_holdings"),
        ),
        sa.PrimaryKeyConstraint("package_id", name=op.f("pk_disposal_proposals")),
        sa.UniqueConstraint(
            "package_id", "proposer", name=op.f("uq_disposal_proposals_package_id_proposer")
        ),
    )


def _create_disposals() -> None:
    op.create_table(
        "disposals",
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", _BIG, nullable=False),
        sa.Column("retention_class", sa.String(length=16), nullable=False),
        sa.Column("keep_until", sa.BigInteger(), nullable=False),
        sa.Column("proposer", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("approver", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "proposer <> '' AND approver <> '' AND proposer <> approver",
            name=op.f("ck_disposals_two_persons"),
        ),
        sa.CheckConstraint(
            "retention_class IN ('permanent', '30y', '10y')",
            name=op.f("ck_disposals_retention_class_known"),
        ),
        sa.CheckConstraint("approved_at >= keep_until", name=op.f("ck_disposals_period_over")),
        sa.CheckConstraint("approved_at >= proposed_at", name=op.f("ck_disposals_approved_later")),
        sa.ForeignKeyConstraint(
            ["package_id", "proposer"],
            ["disposal_proposals.package_id", "disposal_proposals.proposer"],
            name="fk_disposals_proposal",
        ),
        sa.PrimaryKeyConstraint("package_id", name=op.f("pk_disposals")),
    )


def _create_scrubs() -> None:
    op.create_table(
        "scrubs",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("packages", _BIG, nullable=False),
        sa.Column("read_bytes", _BIG, nullable=False),
        sa.Column("damaged", _BIG, nullable=False),
        sa.Column("missing", _BIG, nullable=False),
        sa.Column("repaired", _BIG, nullable=False),
        sa.Column("lost", _BIG, nullable=False),
        sa.Column("extra", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_scrubs")),
    )
