"""Questions to departments: those on their way, and those that departments here have."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0019 import STATEMENTS

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    _create_department_questions()
    _create_department_answers()
    _create_department_posts()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_department_questions() -> None:
    op.create_table(
        "department_questions",
        sa.Column(
            "row",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("asker", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("question_zh", sa.String(length=500), nullable=False),
        sa.Column("question_en", sa.String(length=500), nullable=False),
        sa.Column("applicant_code_type", sa.String(length=3), nullable=True),
        sa.Column("applicant_code", sa.String(length=64), nullable=True),
        sa.Column("applicant_name", sa.String(length=200), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(applicant_code_type IS NULL) = (applicant_code IS NULL) AND (applicant_code_type IS NULL) = (applicant_name IS NULL)",
            name=op.f("ck_department_questions_applicant_whole"),
        ),
        sa.CheckConstraint(
            "applicant_code IS NOT NULL OR answered_at IS NOT NULL",
            name=op.f("ck_department_questions_applicant_until_answered"),
        ),
        sa.CheckConstraint(
            "asked_at < due_at", name=op.f("ck_department_questions_asked_before_due")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_department_questions")),
        sa.UniqueConstraint("asker", "case_id", "material", name="uq_department_questions_once"),
        sa.UniqueConstraint("receipt", name=op.f("uq_department_questions_receipt")),
    )
    op.create_index(
        "ix_department_questions_answered_at", "department_questions", ["answered_at"], unique=False
    )


def _create_department_answers() -> None:
    op.create_table(
        "department_answers",
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(length=24), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "reply IN ('confirmed', 'denied')", name=op.f("ck_department_answers_reply_known")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_department_answers_number_positive")),
        sa.ForeignKeyConstraint(
            ["receipt"],
            ["department_questions.receipt"],
            name=op.f("fk_department_answers_receipt_department_questions"),
        ),
        sa.PrimaryKeyConstraint("receipt", "number", name=op.f("pk_department_answers")),
    )


def _create_department_posts() -> None:
    op.create_table(
        "department_posts",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("reply", sa.String(length=24), nullable=True),
        sa.Column("replied_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "reply IN ('confirmed', 'denied')", name=op.f("ck_department_posts_reply_known")
        ),
        sa.CheckConstraint(
            "way = 'department_check' AND result = 'asked'",
            name=op.f("ck_department_posts_question_asked"),
        ),
        sa.CheckConstraint(
            "(reply IS NULL) = (replied_at IS NULL)", name=op.f("ck_department_posts_reply_whole")
        ),
        sa.CheckConstraint(
            "attempts >= 0 AND (attempts = 0) = (tried_at IS NULL)",
            name=op.f("ck_department_posts_attempts_counted"),
        ),
        sa.CheckConstraint(
            "reply IS NULL OR region IS NOT NULL",
            name=op.f("ck_department_posts_reply_from_somewhere"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "way", "number", "result", "due_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.way",
                "lookups.number",
                "lookups.result",
                "lookups.due_at",
            ],
            name="fk_department_posts_lookup",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_department_posts")),
    )
    op.create_index("ix_department_posts_next_at", "department_posts", ["next_at"], unique=False)
