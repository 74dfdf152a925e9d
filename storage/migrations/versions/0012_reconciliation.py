"""Objects that an intent may have stored."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.add_column("intents", sa.Column("files", sa.Text(), nullable=True))
    op.create_index(
        "ix_intents_untidy",
        "intents",
        ["row"],
        sqlite_where=sa.text("files IS NOT NULL"),
        postgresql_where=sa.text("files IS NOT NULL"),
    )
