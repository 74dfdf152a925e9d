"""Batches: their rows and who works on them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('reading', 'running', 'paused', 'cancelled', 'done')",
            name=op.f("ck_batches_state_known"),
        ),
        sa.CheckConstraint(
            "(finished_at is null) = (state not in ('cancelled', 'done'))",
            name=op.f("ck_batches_finished_when_over"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_source_digest_type_code", "batches", ["source_digest", "type_code"])
    op.create_index("ix_batches_created_at", "batches", ["created_at"])
    op.create_table(
        "batch_chunks",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.BigInteger(), nullable=False),
        sa.Column("last_row", sa.BigInteger(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("minted", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("called_off", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_row <= last_row", name=op.f("ck_batch_chunks_rows_in_order")),
        sa.CheckConstraint(
            "(worker is null) = (lease_until is null)", name=op.f("ck_batch_chunks_lease_whole")
        ),
        sa.CheckConstraint(
            "not is_done or waiting = 0", name=op.f("ck_batch_chunks_done_when_none_waits")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_chunks_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_chunks")),
    )
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("business_key", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=True),
        sa.Column("problems", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "outcome in ('waiting', 'minted', 'present', 'refused', 'called_off')",
            name=op.f("ck_batch_rows_outcome_known"),
        ),
        sa.CheckConstraint(
            "(identifier is not null) = (outcome in ('minted', 'present'))",
            name=op.f("ck_batch_rows_license_named"),
        ),
        sa.CheckConstraint(
            "(problems is not null) = (outcome = 'refused')",
            name=op.f("ck_batch_rows_refusal_explained"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id", "chunk"],
            ["batch_chunks.batch_id", "batch_chunks.number"],
            name="fk_batch_rows_chunk",
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_rows")),
    )
    op.create_index("ix_batch_rows_business_key", "batch_rows", ["batch_id", "business_key"])
