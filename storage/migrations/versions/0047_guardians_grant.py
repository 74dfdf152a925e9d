"""Guardians grant for children: what the database takes for their agreement."""

from alembic import op

from storage.migrations.triggers_0047 import STATEMENTS

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the rule."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute("DROP TRIGGER grants_child_guardian")
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)
