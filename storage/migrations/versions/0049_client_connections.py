"""Clients may have to show a certificate in TLS: its digest stands in every edition."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; those that are there come by any connection."""
    op.add_column("client_editions", sa.Column("connection", sa.String(length=64), nullable=True))
