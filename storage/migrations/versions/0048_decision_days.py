"""Digests of the days' decisions about who may do what."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0048 import STATEMENTS

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "decision_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("decisions >= 0", name=op.f("ck_decision_days_decisions_counted")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_decision_days")),
    )
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)
