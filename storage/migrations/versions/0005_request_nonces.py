"""The nonces of signed requests between regions, each used once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.create_table(
        "request_nonces",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(region) = 6", name=op.f("ck_request_nonces_region_length")),
        sa.CheckConstraint("length(nonce) = 32", name=op.f("ck_request_nonces_nonce_length")),
        sa.PrimaryKeyConstraint("region", "nonce", name=op.f("pk_request_nonces")),
    )
    op.create_index("ix_request_nonces_until", "request_nonces", ["until"])
