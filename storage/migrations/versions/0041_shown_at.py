"""Sessions say when their person last showed who that is: some acts ask for it anew."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of sessions that are open nothing is known."""
    op.add_column("sessions", sa.Column("shown_at", sa.BigInteger(), nullable=True))
