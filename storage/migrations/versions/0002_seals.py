"""The tables of the seals: register, life, uses, and the succession of issuers."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0002 import STATEMENTS

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.create_table(
        "seals",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("owner_code", sa.String(length=200), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("maker_name", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("origin IN ('made', 'imported')", name=op.f("ck_seals_origin_known")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_seals")),
        sa.UniqueConstraint("digest", name=op.f("uq_seals_digest")),
    )
    op.create_table(
        "seal_events",
        sa.Column("seal_code", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), nullable=True),
        sa.Column("state_before", sa.String(length=16), nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("approver", sa.String(length=100), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("approval_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(move = 'made') = (number = 1)", name=op.f("ck_seal_events_first_is_making")
        ),
        sa.CheckConstraint(
            "approval_digest = '' OR approver <> ''",
            name=op.f("ck_seal_events_approval_names_approver"),
        ),
        sa.CheckConstraint(
            "move NOT IN ('made', 'revoked', 'destroyed') OR (approver <> '' AND document_no <> '')",
            name=op.f("ck_seal_events_two_persons"),
        ),
        sa.CheckConstraint("operator <> ''", name=op.f("ck_seal_events_names_operator")),
        sa.CheckConstraint(
            "state <> 'enabled' OR recorded_at - effective_at < 1000000",
            name=op.f("ck_seal_events_use_never_dated_back"),
        ),
        sa.CheckConstraint(
            "state_before || '>' || move || '>' || state IN ('>made>made', 'made>enabled>enabled', 'made>revoked>revoked', 'made>destroyed>destroyed', 'enabled>suspended>suspended', 'enabled>revoked>revoked', 'enabled>destroyed>destroyed', 'suspended>resumed>enabled', 'suspended>revoked>revoked', 'suspended>destroyed>destroyed', 'revoked>destroyed>destroyed')",
            name=op.f("ck_seal_events_allowed"),
        ),
        sa.CheckConstraint(
            "(number = 1) = (previous IS NULL)", name=op.f("ck_seal_events_first_has_none_before")
        ),
        sa.CheckConstraint("approver <> operator", name=op.f("ck_seal_events_approver_is_another")),
        sa.CheckConstraint("effective_at <= recorded_at", name=op.f("ck_seal_events_never_ahead")),
        sa.CheckConstraint(
            "previous IS NULL OR previous = number - 1", name=op.f("ck_seal_events_none_left_out")
        ),
        sa.ForeignKeyConstraint(
            ["seal_code", "previous", "state_before"],
            ["seal_events.seal_code", "seal_events.number", "seal_events.state"],
            name="fk_seal_events_previous",
        ),
        sa.ForeignKeyConstraint(
            ["seal_code"], ["seals.code"], name=op.f("fk_seal_events_seal_code_seals")
        ),
        sa.PrimaryKeyConstraint("seal_code", "number", name=op.f("pk_seal_events")),
        sa.UniqueConstraint("seal_code", "number", "state", name="uq_seal_events_with_state"),
    )
    op.create_table(
        "seal_uses",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("seal_code", sa.String(length=32), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("digest_of", sa.String(length=16), nullable=False),
        sa.Column("license", sa.String(length=128), nullable=False),
        sa.CheckConstraint(
            "digest_of IN ('to_be_signed', 'document')", name=op.f("ck_seal_uses_digest_of_known")
        ),
        sa.CheckConstraint("operator <> ''", name=op.f("ck_seal_uses_names_operator")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_seal_uses_names_digest")),
        sa.ForeignKeyConstraint(
            ["seal_code"], ["seals.code"], name=op.f("fk_seal_uses_seal_code_seals")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_seal_uses")),
    )
    op.create_index("ix_seal_uses_license", "seal_uses", ["license"], unique=False)
    op.create_index("ix_seal_uses_seal_code", "seal_uses", ["seal_code"], unique=False)
    op.create_table(
        "issuer_successions",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("former_code", sa.String(length=18), nullable=False),
        sa.Column("former_name", sa.String(length=200), nullable=False),
        sa.Column("successor_code", sa.String(length=18), nullable=False),
        sa.Column("successor_name", sa.String(length=200), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("approver", sa.String(length=100), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("approval_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("document_no <> ''", name=op.f("ck_issuer_successions_names_document")),
        sa.CheckConstraint(
            "operator <> '' AND approver <> '' AND approver <> operator",
            name=op.f("ck_issuer_successions_two_persons"),
        ),
        sa.CheckConstraint(
            "former_code <> successor_code OR former_name <> successor_name",
            name=op.f("ck_issuer_successions_something_changes"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_issuer_successions")),
    )
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)
