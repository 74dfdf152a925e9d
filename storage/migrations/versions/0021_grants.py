"""Grants, refused over-asking, annotated copies, and what a use says besides."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0021 import STATEMENTS

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what this version adds."""
    for name, length in (("matter", 40), ("case_id", 21), ("grant_id", 21), ("on_behalf_of", 200)):
        op.add_column("usages", sa.Column(name, sa.String(length=length), nullable=True))
    op.create_index("ix_usages_grant_id", "usages", ["grant_id"])

    _create_overasks()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_overasks() -> None:
    op.create_table(
        "overasks",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "day = (at + 28800000000) / 86400000000", name=op.f("ck_overasks_that_day")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_overasks")),
    )
    op.create_index("ix_overasks_day", "overasks", ["day"], unique=False)
