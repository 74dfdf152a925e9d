"""Exceptions: a second person agrees to a demand for paper while signed in."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0039 import STATEMENTS

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "exception_requests",
        sa.Column("number", _BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('P01', 'P02', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'P09', 'P10', 'P99')",
            name=op.f("ck_exception_requests_reason_known"),
        ),
        sa.CheckConstraint("operator <> ''", name=op.f("ck_exception_requests_operator_named")),
        sa.ForeignKeyConstraint(
            ["case_id", "material"],
            ["case_materials.case_id", "case_materials.material"],
            name="fk_exception_requests_case_material",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exception_requests")),
    )
    op.create_index(
        "ix_exception_requests_case", "exception_requests", ["case_id", "material"], unique=False
    )
    op.create_table(
        "exception_declines",
        sa.Column("number", _BIG, nullable=False),
        sa.Column("approver", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("declined_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "note <> '' AND approver <> ''", name=op.f("ck_exception_declines_in_words")
        ),
        sa.ForeignKeyConstraint(
            ["number"],
            ["exception_requests.number"],
            name=op.f("fk_exception_declines_number_exception_requests"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exception_declines")),
    )
    op.create_index("ix_source_probes_probed_at", "source_probes", ["probed_at"], unique=False)
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)
