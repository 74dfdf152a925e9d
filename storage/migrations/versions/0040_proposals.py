"""Proposals that another person confirms."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.String(length=100), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("ended_by", sa.String(length=100), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("about IN ('license', 'seal')", name=op.f("ck_proposals_about_known")),
        sa.CheckConstraint(
            "outcome IN ('confirmed', 'rejected', 'withdrawn')",
            name=op.f("ck_proposals_outcome_known"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (ended_by IS NULL) AND (outcome IS NULL) = (ended_at IS NULL)",
            name=op.f("ck_proposals_end_whole"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR (outcome = 'withdrawn') = (ended_by = proposed_by)",
            name=op.f("ck_proposals_two_persons"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= proposed_at",
            name=op.f("ck_proposals_ended_later"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    waits = sa.text("outcome IS NULL")
    op.create_index(
        "ix_proposals_waiting",
        "proposals",
        ["about", "subject"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index("ix_proposals_ended_at", "proposals", ["ended_at"], unique=False)
