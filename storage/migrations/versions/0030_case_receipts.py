"""Receipts of cases (受理通知书) and complaints of those who hold them."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0030 import STATEMENTS

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; cases that are there have none of it."""
    _create_case_receipts()
    _create_complaints()
    _create_complaint_answers()
    _create_complaint_posts()
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


def _create_complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("receipt", sa.String(length=26), nullable=False),
        sa.Column("receipt_version", sa.Integer(), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.String(length=24), nullable=False),
        sa.Column(
            "is_breach", sa.Boolean(create_constraint=True, name="is_breach_flag"), nullable=False
        ),
        sa.Column("lookup_material", sa.String(length=40), nullable=True),
        sa.Column("lookup_way", sa.String(length=24), nullable=True),
        sa.Column("lookup_number", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "is_breach = (shown IN ('obtained', 'unrecorded'))",
            name=op.f("ck_complaints_breach_as_shown"),
        ),
        sa.CheckConstraint(
            "shown IN ('obtained', 'unrecorded', 'demanded', 'own')",
            name=op.f("ck_complaints_shown_known"),
        ),
        sa.CheckConstraint(
            "(lookup_material IS NULL) = (lookup_way IS NULL) AND (lookup_material IS NULL) = (lookup_number IS NULL)",
            name=op.f("ck_complaints_lookup_whole"),
        ),
        sa.CheckConstraint(
            "coalesce(lookup_material, material) = material",
            name=op.f("ck_complaints_lookup_of_material"),
        ),
        sa.CheckConstraint("length(number) = 26", name=op.f("ck_complaints_number_length")),
        sa.ForeignKeyConstraint(
            ["case_id", "lookup_material", "lookup_way", "lookup_number"],
            ["lookups.case_id", "lookups.material", "lookups.way", "lookups.number"],
            name="fk_complaints_lookup",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "receipt", "receipt_version"],
            ["case_receipts.case_id", "case_receipts.number", "case_receipts.version"],
            name="fk_complaints_receipt",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_complaints")),
        sa.UniqueConstraint("case_id", "material", name="uq_complaints_material"),
    )
    op.create_index("ix_complaints_raised_at", "complaints", ["raised_at"], unique=False)


def _create_complaint_answers() -> None:
    op.create_table(
        "complaint_answers",
        sa.Column("complaint", sa.String(length=26), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "result IN ('upheld', 'rejected')", name=op.f("ck_complaint_answers_result_known")
        ),
        sa.CheckConstraint("length(trim(note)) > 0", name=op.f("ck_complaint_answers_note_said")),
        sa.ForeignKeyConstraint(
            ["complaint"], ["complaints.number"], name="fk_complaint_answers_complaint"
        ),
        sa.PrimaryKeyConstraint("complaint", name=op.f("pk_complaint_answers")),
    )


def _create_complaint_posts() -> None:
    op.create_table(
        "complaint_posts",
        sa.Column("complaint", sa.String(length=26), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint"], ["complaints.number"], name="fk_complaint_posts_complaint"
        ),
        sa.PrimaryKeyConstraint("complaint", name=op.f("pk_complaint_posts")),
    )
    op.create_index("ix_complaint_posts_due_at", "complaint_posts", ["due_at"], unique=False)
