"""Findings about the quality of licenses, and looks over the stock."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OPEN = sa.text("cleared_at IS NULL")


def upgrade() -> None:
    """Add what this version adds."""
    op.create_table(
        "quality_findings",
        sa.Column(
            "row",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("issuer_code", sa.String(length=18), nullable=False),
        sa.Column("lint", sa.String(length=100), nullable=False),
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "dimension IN ('completeness', 'accuracy', 'timeliness', 'uniqueness', 'consistency')",
            name=op.f("ck_quality_findings_dimension_known"),
        ),
        sa.CheckConstraint(
            "level IN ('refuse', 'warn')", name=op.f("ck_quality_findings_level_known")
        ),
        sa.ForeignKeyConstraint(
            ["identifier"],
            ["licenses.identifier"],
            name=op.f("fk_quality_findings_identifier_licenses"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_quality_findings")),
    )
    op.create_index("ix_quality_findings_identifier", "quality_findings", ["identifier"])
    op.create_index(
        "uq_quality_findings_open",
        "quality_findings",
        ["identifier", "lint", "field"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "ix_quality_findings_open",
        "quality_findings",
        ["type_code", "issuer_code", "dimension", "lint", "identifier"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_licenses_type_code_issuer_code", "licenses", ["type_code", "issuer_code"])
    op.create_table(
        "license_checks",
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("issuer_code", sa.String(length=18), nullable=False),
        sa.Column("days_to_store", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["identifier"],
            ["licenses.identifier"],
            name=op.f("fk_license_checks_identifier_licenses"),
        ),
        sa.PrimaryKeyConstraint("identifier", name=op.f("pk_license_checks")),
    )
    op.create_index(
        "ix_license_checks_figures",
        "license_checks",
        ["type_code", "issuer_code", "days_to_store", "opened_at"],
    )
    _create_runs()


def _create_runs() -> None:
    op.create_table(
        "lint_runs",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column(
            "has_ended",
            sa.Boolean(create_constraint=True, name="has_ended_flag"),
            nullable=False,
        ),
        sa.Column(
            "opens_files",
            sa.Boolean(create_constraint=True, name="opens_files_flag"),
            nullable=False,
        ),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("licenses", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_lint_runs")),
    )
