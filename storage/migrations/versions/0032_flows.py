"""What became of cases that were handed over comes back to the region that took them in."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0032 import STATEMENTS

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; nothing was told of the cases that are there."""
    _create_sent_returns()
    _create_return_receipts()
    _create_returned_outcomes()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_sent_returns() -> None:
    op.create_table(
        "sent_returns",
        sa.Column("partner", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_sent_returns_digest_whole")),
        sa.ForeignKeyConstraint(
            ["partner", "number"],
            ["transfer_openings.partner", "transfer_openings.number"],
            name="fk_sent_returns_opening",
        ),
        sa.PrimaryKeyConstraint("partner", "number", name=op.f("pk_sent_returns")),
    )
    op.create_index("ix_sent_returns_made_at", "sent_returns", ["made_at"], unique=False)


def _create_return_receipts() -> None:
    op.create_table(
        "return_receipts",
        sa.Column("partner", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner", "number"],
            ["sent_returns.partner", "sent_returns.number"],
            name="fk_return_receipts_return",
        ),
        sa.PrimaryKeyConstraint("partner", "number", name=op.f("pk_return_receipts")),
    )


def _create_returned_outcomes() -> None:
    op.create_table(
        "returned_outcomes",
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("license", sa.String(length=128), nullable=False),
        sa.Column("license_number", sa.String(length=128), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('approve', 'reject')", name=op.f("ck_returned_outcomes_outcome_known")
        ),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_returned_outcomes_digest_whole")),
        sa.CheckConstraint(
            "(license = '') = (license_number = '')",
            name=op.f("ck_returned_outcomes_license_has_number"),
        ),
        sa.CheckConstraint(
            "license = '' OR outcome = 'approve'",
            name=op.f("ck_returned_outcomes_license_of_approved"),
        ),
        sa.CheckConstraint(
            "outcome <> 'reject' OR length(trim(note)) > 0",
            name=op.f("ck_returned_outcomes_rejection_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["number"], ["sent_transfers.number"], name="fk_returned_outcomes_transfer"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_returned_outcomes")),
    )
