"""What is protected more than other data: licenses about children, and trade secrets."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0034 import STATEMENTS

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    _add_to_licenses()
    op.add_column("usages", sa.Column("marks", sa.String(length=40), nullable=True))
    op.add_column(
        "overasks",
        sa.Column("marks", sa.String(length=40), server_default=sa.text("''"), nullable=False),
    )
    _create_secret_marks()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _add_to_licenses() -> None:
    op.add_column("licenses", sa.Column("child_until", sa.Integer(), nullable=True))
    for name in ("type_secrets", "held_secrets"):
        op.add_column(
            "licenses",
            sa.Column(name, sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        )
    op.add_column(
        "licenses",
        sa.Column("has_marks_known", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_index(
        "ix_licenses_marks_unknown",
        "licenses",
        ["row"],
        unique=False,
        sqlite_where=sa.text("has_marks_known IS 0"),
        postgresql_where=sa.text("has_marks_known IS false"),
    )


def _create_secret_marks() -> None:
    op.create_table(
        "secret_marks",
        sa.Column(
            "row",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column(
            "is_marked", sa.Boolean(create_constraint=True, name="is_marked_flag"), nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint("field <> '' AND actor <> ''", name=op.f("ck_secret_marks_named")),
        sa.ForeignKeyConstraint(
            ["identifier"],
            ["licenses.identifier"],
            name=op.f("fk_secret_marks_identifier_licenses"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_secret_marks")),
    )
    op.create_index("ix_secret_marks_identifier", "secret_marks", ["identifier"], unique=False)
