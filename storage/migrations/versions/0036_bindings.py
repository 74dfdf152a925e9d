"""Accounts of identity providers, and the roles that they stand for."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nobody is bound yet."""
    op.create_table(
        "accounts",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(account) = 64", name=op.f("ck_accounts_account_whole")),
        sa.CheckConstraint("person <> ''", name=op.f("ck_accounts_person_named")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_accounts")),
    )
    op.create_index("ix_accounts_person", "accounts", ["person"], unique=False)
    op.create_table(
        "account_roles",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("bound_at", sa.BigInteger(), nullable=False),
        sa.Column("bound_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "role IN ('issuer', 'window', 'archivist', 'supervisor')",
            name=op.f("ck_account_roles_role_known"),
        ),
        sa.CheckConstraint("bound_by <> ''", name=op.f("ck_account_roles_bound_by_named")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_account_roles_end_whole")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= bound_at", name=op.f("ck_account_roles_end_after")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.account"], name=op.f("fk_account_roles_account_accounts")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_account_roles")),
    )
    op.create_index(
        "uq_account_roles_standing",
        "account_roles",
        ["account", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
