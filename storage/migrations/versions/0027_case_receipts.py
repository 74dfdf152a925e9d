"""Receipts of cases."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0027 import STATEMENTS

revision = "0027"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; cases that are there have none of it."""
    _create_case_receipts()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_case_receipts() -> None:
    op.create_table(
        "case_receipts",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("former", sa.String(length=26), nullable=True),
        sa.Column("former_version", sa.Integer(), nullable=True),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("operator_role", sa.String(length=24), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "operator_role = 'acceptance'", name=op.f("ck_case_receipts_operator_accepts")
        ),
        sa.CheckConstraint(
            "(former IS NULL) = (former_version IS NULL)",
            name=op.f("ck_case_receipts_former_whole"),
        ),
        sa.CheckConstraint(
            "coalesce(former_version, 0) = version - 1",
            name=op.f("ck_case_receipts_version_follows"),
        ),
        sa.CheckConstraint(
            "length(content) = 64 AND length(document) = 64 AND length(page) = 64",
            name=op.f("ck_case_receipts_digests_whole"),
        ),
        sa.CheckConstraint("length(number) = 26", name=op.f("ck_case_receipts_number_length")),
        sa.ForeignKeyConstraint(
            ["case_id", "former", "former_version"],
            ["case_receipts.case_id", "case_receipts.number", "case_receipts.version"],
            name="fk_case_receipts_former",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_receipts_case"),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_case_receipts_operator",
        ),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_case_receipts")),
        sa.UniqueConstraint("case_id", "number", "version", name="uq_case_receipts_with_version"),
        sa.UniqueConstraint("number", name="uq_case_receipts_number"),
    )
