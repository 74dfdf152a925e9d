"""What many writers at once need on PostgreSQL: numbers without end, triggers that lock."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0007 import STATEMENTS

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COUNTED = (
    "intents",
    "licenses",
    "status_events",
    "usages",
    "seal_uses",
    "issuer_successions",
    "status_changes",
    "status_list_tokens",
)


def upgrade() -> None:
    """Widen what counts rows; SQLite counts in 64 bits already and has one writer at a time."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _COUNTED:
        op.alter_column(table, "row", type_=sa.BigInteger(), existing_type=sa.Integer())
        op.execute(f"ALTER SEQUENCE {table}_row_seq AS bigint")
    op.alter_column("counters", "next", type_=sa.BigInteger(), existing_type=sa.Integer())
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
