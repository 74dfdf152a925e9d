"""Clients (接入系统): systems that sign their requests, and what they may touch."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0042 import STATEMENTS

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; whoever administers is no client either."""
    _create_clients()
    op.create_table(
        "client_tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_client_tokens_digest_whole")),
        sa.ForeignKeyConstraint(
            ["client"], ["clients.name"], name=op.f("fk_client_tokens_client_clients")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_client_tokens")),
    )
    op.create_index("ix_client_tokens_client", "client_tokens", ["client"], unique=False)
    op.create_index("ix_client_tokens_expires_at", "client_tokens", ["expires_at"], unique=False)
    op.create_table(
        "client_nonces",
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(nonce) = 32", name=op.f("ck_client_nonces_nonce_length")),
        sa.PrimaryKeyConstraint("client", "nonce", name=op.f("pk_client_nonces")),
    )
    op.create_index("ix_client_nonces_until", "client_nonces", ["until"], unique=False)
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)


def _create_clients() -> None:
    op.create_table(
        "clients",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("role IN ('window', 'issuer')", name=op.f("ck_clients_role_known")),
        sa.CheckConstraint(
            "name <> '' AND person <> '' AND registered_by <> ''",
            name=op.f("ck_clients_parts_named"),
        ),
        sa.CheckConstraint(
            "registered_by <> person", name=op.f("ck_clients_registered_by_another")
        ),
        sa.CheckConstraint(
            "stopped_by IS NULL OR stopped_by <> person", name=op.f("ck_clients_stopped_by_another")
        ),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_by IS NULL)", name=op.f("ck_clients_stop_whole")
        ),
        sa.CheckConstraint(
            "stopped_at IS NULL OR stopped_at >= registered_at",
            name=op.f("ck_clients_stop_after"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clients")),
    )
    op.create_index("ix_clients_person", "clients", ["person"], unique=False)
    op.create_table(
        "client_editions",
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(length=130), nullable=False),
        sa.Column("key_ends_at", sa.BigInteger(), nullable=True),
        sa.Column("license_types", sa.String(length=16_000), nullable=False),
        sa.Column("matters", sa.String(length=16_000), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "length(public_key) = 130 AND substr(public_key, 1, 2) = '04'",
            name=op.f("ck_client_editions_key_whole"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_client_editions_number_counts")),
        sa.CheckConstraint("ends_at > changed_at", name=op.f("ck_client_editions_ends_after")),
        sa.CheckConstraint(
            "key_ends_at IS NULL OR ends_at <= key_ends_at",
            name=op.f("ck_client_editions_ends_with_key"),
        ),
        sa.CheckConstraint("changed_by <> ''", name=op.f("ck_client_editions_changed_by_named")),
        sa.ForeignKeyConstraint(
            ["client"], ["clients.name"], name=op.f("fk_client_editions_client_clients")
        ),
        sa.PrimaryKeyConstraint("client", "number", name=op.f("pk_client_editions")),
    )
