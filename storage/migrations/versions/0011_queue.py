"""Jobs of batches on PostgreSQL, and files that wait to be read."""

import sqlalchemy as sa
from alembic import op

from storage.job_queue import create_queue

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    create_queue(op.get_bind())
    op.create_table(
        "batch_files",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("request_key", sa.String(length=300), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "not (is_trial and is_confirmed)", name=op.f("ck_batch_files_trial_mints_nothing")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_files_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch_files")),
    )
    op.create_index("ix_batch_files_request_key", "batch_files", ["request_key"], unique=True)
    op.create_table(
        "batch_paces",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("ended_before", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_paces_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch_paces")),
    )
