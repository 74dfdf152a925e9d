"""Corrections that cases raise at issuers."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; cases that are there raised none."""
    op.create_table(
        "case_corrections",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("license", sa.String(length=128), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=True),
        sa.Column("outcome", sa.String(length=128), nullable=False),
        sa.CheckConstraint(
            "(kind = 'missing') = (license = '')",
            name=op.f("ck_case_corrections_missing_has_no_license"),
        ),
        sa.CheckConstraint(
            "(step IS NULL) = (receipt = '')", name=op.f("ck_case_corrections_stands_where_it_is")
        ),
        sa.CheckConstraint(
            "kind IN ('missing', 'wrong', 'unloadable')",
            name=op.f("ck_case_corrections_kind_known"),
        ),
        sa.CheckConstraint(
            "step IN ('raised', 'declined', 'accepted', 'flagged', 'upheld', 'rejected', 'unflagged', 'archived')",
            name=op.f("ck_case_corrections_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material"],
            ["material_decisions.case_id", "material_decisions.material"],
            name="fk_case_corrections_decision",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_case_corrections")),
    )
    op.create_index("ix_case_corrections_next_at", "case_corrections", ["next_at"], unique=False)
