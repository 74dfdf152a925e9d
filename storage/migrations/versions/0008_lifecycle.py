"""Versions that replace one another, changes for later, overturned decisions, and notices."""

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
    op.create_index("ix_licenses_valid_to", "licenses", ["valid_to"])
    _create_notices()


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('issued', 'changed', 'expiring')", name=op.f("ck_notices_kind_known")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_due_at_number", "notices", ["due_at", "number"])
    op.create_index("ix_notices_identifier_number", "notices", ["identifier", "number"])
    op.create_table(
        "reminders",
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("identifier", "expires_on", name=op.f("pk_reminders")),
    )
