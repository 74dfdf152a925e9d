"""Social verifiers (社会核验机构): who may see what their purpose allows, and their secrets."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0043 import STATEMENTS

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "social_verifiers",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=400), nullable=False),
        sa.Column("license_types", sa.String(length=1000), nullable=False),
        sa.Column("fields", sa.String(length=2000), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "title <> '' AND purpose <> '' AND registered_by <> ''",
            name=op.f("ck_social_verifiers_parts_named"),
        ),
        sa.CheckConstraint(
            "license_types <> '' AND fields <> ''", name=op.f("ck_social_verifiers_sees_something")
        ),
        sa.CheckConstraint("ends_at > registered_at", name=op.f("ck_social_verifiers_ends_after")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_social_verifiers")),
    )
    op.create_table(
        "verifier_stops",
        sa.Column("verifier", sa.String(length=40), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("stopped_by <> ''", name=op.f("ck_verifier_stops_stopped_by_named")),
        sa.ForeignKeyConstraint(
            ["verifier"],
            ["social_verifiers.name"],
            name=op.f("fk_verifier_stops_verifier_social_verifiers"),
        ),
        sa.PrimaryKeyConstraint("verifier", name=op.f("pk_verifier_stops")),
    )
    op.create_table(
        "verifier_secrets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_verifier_secrets_digest_whole")),
        sa.ForeignKeyConstraint(
            ["verifier"],
            ["social_verifiers.name"],
            name=op.f("fk_verifier_secrets_verifier_social_verifiers"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_verifier_secrets")),
    )
    for column in ("verifier", "expires_at"):
        op.create_index(f"ix_verifier_secrets_{column}", "verifier_secrets", [column], unique=False)
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)
