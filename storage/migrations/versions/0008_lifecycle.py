"""Versions that replace one another, changes for later, and overturned decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.add_column("licenses", sa.Column("replaces", sa.String(length=128), nullable=True))
    op.add_column("licenses", sa.Column("settles_at", sa.BigInteger(), nullable=True))
    op.add_column("status_events", sa.Column("approver", sa.String(length=100), nullable=True))
    op.add_column("status_events", sa.Column("overturns", sa.Integer(), nullable=True))
    op.create_index("ix_licenses_settles_at", "licenses", ["settles_at"])
    op.create_index("ix_licenses_replaces", "licenses", ["replaces"])
