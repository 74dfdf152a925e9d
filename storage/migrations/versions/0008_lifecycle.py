"""Versions that replace one another."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.add_column("licenses", sa.Column("replaces", sa.String(length=128), nullable=True))
    op.create_index("ix_licenses_replaces", "licenses", ["replaces"])
