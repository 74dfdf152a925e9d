"""Files that holders keep beside their licenses."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "own_files",
        sa.Column("number", sa.String(length=21), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("license_name", sa.String(length=200), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pdf', 'ofd', 'jpeg', 'png')", name=op.f("ck_own_files_kind_known")
        ),
        sa.CheckConstraint("holder_key <> '' AND name <> ''", name=op.f("ck_own_files_somebodys")),
        sa.CheckConstraint("size BETWEEN 1 AND 10485760", name=op.f("ck_own_files_size_bounded")),
        sa.CheckConstraint("length(stored) = 64", name=op.f("ck_own_files_stored_whole")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_own_files")),
    )
    op.create_index("ix_own_files_holder_key", "own_files", ["holder_key"], unique=False)
