"""Supervision counts over-asking, answers to corrections and the age of what decisions rest on."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0031 import BACKFILL, STATEMENTS

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_INDEXES = {
    # From a figure to its cases.
    "ix_lookups_by_result": ("lookups", ["way", "result", "looked_up_at", "case_id"]),
    "ix_lookup_silences_by_source": ("lookup_silences", ["source", "looked_up_at", "case_id"]),
    "ix_overasks_at": ("overasks", ["at"]),
    # How many are in force, and when something was used.
    "ix_licenses_status_type_code": ("licenses", ["status", "type_code"]),
    "ix_usages_identifier_at": ("usages", ["identifier", "at"]),
    "ix_seal_uses_seal_code_used_at": ("seal_uses", ["seal_code", "used_at"]),
}


def upgrade() -> None:
    """Add what this version adds, and count what is there."""
    op.add_column("lookups", sa.Column("stated_at", sa.BigInteger(), nullable=True))
    op.add_column("lookups", sa.Column("stated_by", sa.String(length=6), nullable=True))
    op.add_column(
        "overasks",
        sa.Column("region", sa.String(length=6), server_default=sa.text("''"), nullable=False),
    )
    for name, (table, columns) in _INDEXES.items():
        op.create_index(name, table, columns)
    connection = op.get_bind()
    for statement in BACKFILL:
        connection.exec_driver_sql(statement)
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)
