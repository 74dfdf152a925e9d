"""Applications of enterprises to be social verifiers."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0052 import STATEMENTS

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    _create_applications()
    op.create_table(
        "verifier_application_outcomes",
        sa.Column("number", sa.String(length=21), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("verifier", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "decided_by <> ''", name=op.f("ck_verifier_application_outcomes_decided_by_named")
        ),
        sa.CheckConstraint(
            "(verifier IS NULL) = (reason <> '')",
            name=op.f("ck_verifier_application_outcomes_refused_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["number"],
            ["verifier_applications.number"],
            name=op.f("fk_verifier_application_outcomes_number_verifier_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["verifier"],
            ["social_verifiers.name"],
            name=op.f("fk_verifier_application_outcomes_verifier_social_verifiers"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_verifier_application_outcomes")),
    )
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)


def _create_applications() -> None:
    op.create_table(
        "verifier_applications",
        sa.Column("number", sa.String(length=21), nullable=False),
        sa.Column("applicant_key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=400), nullable=False),
        sa.Column("license_types", sa.String(length=1000), nullable=False),
        sa.Column("fields", sa.String(length=2000), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("applied_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "applicant_key <> '' AND title <> '' AND purpose <> ''",
            name=op.f("ck_verifier_applications_parts_named"),
        ),
        sa.CheckConstraint(
            "license_types <> '' AND fields <> ''",
            name=op.f("ck_verifier_applications_sees_something"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_verifier_applications")),
    )
    op.create_index(
        "ix_verifier_applications_applicant_key",
        "verifier_applications",
        ["applicant_key"],
        unique=False,
    )
