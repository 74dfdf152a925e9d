"""Delegates (代办人) are named by their look-up key, and show codes by a delegation."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there has neither."""
    op.add_column("grants", sa.Column("grantee_shown", sa.String(length=100), nullable=True))
    op.add_column("display_codes", sa.Column("delegation", sa.String(length=21), nullable=True))
