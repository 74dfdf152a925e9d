"""Parties of a case: whose licenses are looked up beside the applicant's."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; the cases that are there name nobody else."""
    op.add_column(
        "cases", sa.Column("parties", sa.Text(), server_default=sa.text("'{}'"), nullable=False)
    )
