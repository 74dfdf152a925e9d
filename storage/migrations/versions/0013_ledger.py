"""The ledger: entries and their numbers, and the checkpoints over them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAITING = sa.text("position IS NULL")
_SEEN = sa.text("seen_at IS NOT NULL")


def upgrade() -> None:
    """Add what this version adds."""
    op.create_table(
        "ledger_entries",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("log", sa.String(length=20), nullable=False),
        sa.Column("position", _BIG, nullable=True),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("log", "position", name=op.f("uq_ledger_entries_log_position")),
    )
    op.create_index("ix_ledger_entries_subject", "ledger_entries", ["subject"])
    op.create_index(
        "ix_ledger_entries_waiting",
        "ledger_entries",
        ["log", "row"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_table(
        "ledger_heads",
        sa.Column("log", sa.String(length=20), nullable=False),
        sa.Column("size", _BIG, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_ledger_heads_size_positive")),
        sa.PrimaryKeyConstraint("log", "size", name=op.f("pk_ledger_heads")),
    )
    op.create_index(
        "ix_ledger_heads_seen",
        "ledger_heads",
        ["log", "size"],
        sqlite_where=_SEEN,
        postgresql_where=_SEEN,
    )
    op.add_column("usages", sa.Column("salt", sa.String(length=32), nullable=True))
    op.create_table(
        "witnessed_heads",
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_witnessed_heads")),
    )
