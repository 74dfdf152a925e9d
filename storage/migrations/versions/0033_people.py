"""Whose cases there are, cases that could not be archived, nights' work, reminders of promises."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0033 import STATEMENTS

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    _create_case_holders()
    _create_case_trials()
    _create_periodic_runs()
    op.add_column("notices", sa.Column("material", sa.String(length=40), nullable=True))
    op.create_index("ix_grants_parent", "grants", ["parent"], unique=False)
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_case_holders() -> None:
    op.create_table(
        "case_holders",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(holder_key) = 64", name=op.f("ck_case_holders_key_whole")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_holders_case"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_holders")),
    )
    op.create_index(
        "ix_case_holders_holder_key_opened_at",
        "case_holders",
        ["holder_key", "opened_at"],
        unique=False,
    )


def _create_case_trials() -> None:
    op.create_table(
        "case_trials",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("attempts >= 1", name=op.f("ck_case_trials_attempts_positive")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_case_trials_reason_said")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_trials_case"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_trials")),
    )


def _create_periodic_runs() -> None:
    op.create_table(
        "periodic_runs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.CheckConstraint("done >= 0", name=op.f("ck_periodic_runs_done_counted")),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= begun_at",
            name=op.f("ck_periodic_runs_ended_after_begin"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_periodic_runs")),
    )
