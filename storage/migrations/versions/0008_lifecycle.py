"""Versions that replace one another, changes for later, overturned decisions, notices, corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.add_column("licenses", sa.Column("replaces", sa.String(length=128), nullable=True))
    op.add_column("licenses", sa.Column("settles_at", sa.BigInteger(), nullable=True))
    op.add_column("status_events", sa.Column("approver", sa.String(length=100), nullable=True))
    op.add_column("status_events", sa.Column("overturns", sa.Integer(), nullable=True))
    # What was recorded for later by an older release is a plan like any other.
    op.execute(
        "UPDATE licenses SET settles_at = (SELECT max(effective_at) FROM status_events"
        " WHERE status_events.identifier = licenses.identifier)"
        " WHERE identifier IN"
        " (SELECT identifier FROM status_events WHERE effective_at > recorded_at)"
    )
    op.create_index("ix_licenses_settles_at", "licenses", ["settles_at"])
    op.create_index("ix_licenses_replaces", "licenses", ["replaces"])
    op.create_index("ix_licenses_valid_to", "licenses", ["valid_to"])
    _create_notices()
    _create_corrections()


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


_STEPS = (
    "step IN ('raised', 'declined', 'accepted', 'flagged', "
    "'upheld', 'rejected', 'unflagged', 'archived')"
)


def _create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("request_key", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=True),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("proposed", sa.JSON(), nullable=True),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "kind IN ('missing', 'wrong', 'unloadable')", name=op.f("ck_corrections_kind_known")
        ),
        sa.CheckConstraint(_STEPS, name=op.f("ck_corrections_step_known")),
        sa.ForeignKeyConstraint(
            ["identifier"],
            ["licenses.identifier"],
            name=op.f("fk_corrections_identifier_licenses"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_corrections")),
        sa.UniqueConstraint("receipt", name=op.f("uq_corrections_receipt")),
        sa.UniqueConstraint("request_key", name=op.f("uq_corrections_request_key")),
    )
    op.create_index("ix_corrections_identifier", "corrections", ["identifier"])
    op.create_index("ix_corrections_step", "corrections", ["step"])
    op.create_table(
        "correction_events",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("license", sa.String(length=128), nullable=True),
        sa.CheckConstraint(_STEPS, name=op.f("ck_correction_events_step_known")),
        sa.ForeignKeyConstraint(
            ["receipt"],
            ["corrections.receipt"],
            name=op.f("fk_correction_events_receipt_corrections"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_correction_events")),
    )
    op.create_index("ix_correction_events_receipt", "correction_events", ["receipt"])
