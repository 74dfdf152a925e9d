"""Webhooks (事件推送): who is told of licenses that come or change, and what waits."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0044 import STATEMENTS

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "webhooks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("license_types", sa.String(length=8000), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "address <> '' AND license_types <> '' AND registered_by <> ''",
            name=op.f("ck_webhooks_parts_named"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_stops",
        sa.Column("webhook", sa.String(length=40), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("stopped_by <> ''", name=op.f("ck_webhook_stops_stopped_by_named")),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhooks.name"], name=op.f("fk_webhook_stops_webhook_webhooks")
        ),
        sa.PrimaryKeyConstraint("webhook", name=op.f("pk_webhook_stops")),
    )
    op.create_table(
        "webhook_answers",
        sa.Column("webhook", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhooks.name"], name=op.f("fk_webhook_answers_webhook_webhooks")
        ),
        sa.PrimaryKeyConstraint("webhook", name=op.f("pk_webhook_answers")),
    )
    _create_deliveries()
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("webhook", sa.String(length=40), nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("type_code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("given_up_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('issued', 'changed')", name=op.f("ck_webhook_deliveries_kind_known")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_webhook_deliveries_attempts_count")),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhooks.name"], name=op.f("fk_webhook_deliveries_webhook_webhooks")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_webhook_deliveries")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_webhook_deliveries_given_up_at_due_at",
        "webhook_deliveries",
        ["given_up_at", "due_at"],
        unique=False,
    )
    op.create_index(
        "ix_webhook_deliveries_webhook_identifier",
        "webhook_deliveries",
        ["webhook", "identifier", "number"],
        unique=False,
    )
