"""Sessions of pages."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; whoever is signed in signs in again."""
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("access", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "length(digest) = 64 AND length(address) = 64",
            name=op.f("ck_sessions_digests_whole"),
        ),
        sa.CheckConstraint("seen_at >= signed_in_at", name=op.f("ck_sessions_seen_since")),
        sa.ForeignKeyConstraint(
            ["access"],
            ["access_tokens.digest"],
            name=op.f("fk_sessions_access_access_tokens"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_access", "sessions", ["access"], unique=False)
    op.create_index("ix_sessions_seen_at", "sessions", ["seen_at"], unique=False)
