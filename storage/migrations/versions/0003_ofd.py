"""The OFD face of a license, and what its seal is over."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; what is older has no OFD face."""
    op.add_column("licenses", sa.Column("ofd_object", sa.String(length=64), nullable=True))
    for name in ("ofd_digest", "ofd_to_be_signed", "ofd_seal_signature"):
        op.add_column("intents", sa.Column(name, sa.LargeBinary(), nullable=True))
