"""Attached licenses, forms, outcomes and results of cases, and one-things."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0020 import STATEMENTS

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    _create_attached_licenses()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_attached_licenses() -> None:
    op.create_table(
        "attached_licenses",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("looked_up_at", sa.BigInteger(), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.CheckConstraint("result = 'valid'", name=op.f("ck_attached_licenses_was_valid")),
        sa.CheckConstraint("way = 'e_license'", name=op.f("ck_attached_licenses_of_license")),
        sa.CheckConstraint("length(object) = 64", name=op.f("ck_attached_licenses_object_named")),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "way", "number", "result", "looked_up_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.way",
                "lookups.number",
                "lookups.result",
                "lookups.looked_up_at",
            ],
            name="fk_attached_licenses_lookup",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", "number", name=op.f("pk_attached_licenses")),
    )
