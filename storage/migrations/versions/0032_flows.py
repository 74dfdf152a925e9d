"""Outcomes come back to whoever handed a case over; forms raise corrections; any-of conditions."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0032 import STATEMENTS

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; cases that are there have none of it."""
    _create_sent_returns()
    _create_return_receipts()
    _create_returned_outcomes()
    _create_form_corrections()
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        # It is made anew below; PostgreSQL replaces its function.
        op.get_bind().exec_driver_sql("DROP TRIGGER case_materials_called_for")
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


def _create_form_corrections() -> None:
    op.create_table(
        "form_corrections",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("license", sa.String(length=128), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("operator_role", sa.String(length=24), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=True),
        sa.Column("outcome", sa.String(length=128), nullable=False),
        sa.CheckConstraint(
            "kind = 'wrong' AND length(license) > 0", name=op.f("ck_form_corrections_is_wrong")
        ),
        sa.CheckConstraint(
            "operator_role = 'acceptance'", name=op.f("ck_form_corrections_operator_accepts")
        ),
        sa.CheckConstraint(
            "step IN ('raised', 'declined', 'accepted', 'flagged', 'upheld', 'rejected', 'unflagged', 'archived')",
            name=op.f("ck_form_corrections_step_known"),
        ),
        sa.CheckConstraint(
            "(step IS NULL) = (receipt = '')", name=op.f("ck_form_corrections_stands_where_it_is")
        ),
        sa.CheckConstraint(
            "receipt = '' OR proposed = ''",
            name=op.f("ck_form_corrections_delivered_keeps_nothing"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material"],
            ["case_materials.case_id", "case_materials.material"],
            name="fk_form_corrections_material",
        ),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_form_corrections_operator",
        ),
        sa.PrimaryKeyConstraint("case_id", "field", name=op.f("pk_form_corrections")),
    )
    op.create_index("ix_form_corrections_next_at", "form_corrections", ["next_at"], unique=False)
