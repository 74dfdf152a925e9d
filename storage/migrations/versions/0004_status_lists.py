"""Where licenses stand in the status lists, and the lists themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; the publisher fills in where older licenses stand."""
    for name in ("status_list", "status_entry"):
        op.add_column("licenses", sa.Column(name, sa.Integer(), nullable=True))
    op.create_index(
        "uq_licenses_status_list_status_entry",
        "licenses",
        ["status_list", "status_entry"],
        unique=True,
    )
    op.create_table(
        "status_lists",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_status_lists")),
    )
    op.create_table(
        "status_changes",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_status_changes")),
    )
    op.create_index(
        "ix_status_changes_list_number_due_at", "status_changes", ["list_number", "due_at"]
    )
    op.create_table(
        "status_list_tokens",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("replaced_at", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_status_list_tokens")),
        sa.UniqueConstraint("version", name=op.f("uq_status_list_tokens_version")),
    )
    op.create_index(
        "ix_status_list_tokens_list_number_published_at",
        "status_list_tokens",
        ["list_number", "published_at"],
    )
    op.create_index(
        "uq_status_list_tokens_present",
        "status_list_tokens",
        ["list_number"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "burned_entries",
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("identifier", name=op.f("pk_burned_entries")),
        sa.UniqueConstraint(
            "list_number", "entry", name=op.f("uq_burned_entries_list_number_entry")
        ),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
