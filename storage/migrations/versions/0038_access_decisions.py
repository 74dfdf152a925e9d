"""What was decided about who may do what is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "access_decisions",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=True),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column(
            "is_permitted",
            sa.Boolean(name="is_permitted_flag", create_constraint=True),
            nullable=False,
        ),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "role IN ('issuer', 'window', 'citizen', 'archivist', 'supervisor',"
            " 'auditor', 'system_admin', 'security_admin')",
            name=op.f("ck_access_decisions_role_known"),
        ),
        sa.CheckConstraint(
            "relation IN ('own', 'office', 'case', 'grant', 'stranger')",
            name=op.f("ck_access_decisions_relation_known"),
        ),
        sa.CheckConstraint(
            "status BETWEEN 100 AND 599", name=op.f("ck_access_decisions_status_of_http")
        ),
        sa.CheckConstraint(
            "rule <> '' AND person <> ''", name=op.f("ck_access_decisions_rule_named")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_access_decisions")),
    )
    op.create_index("ix_access_decisions_at", "access_decisions", ["at"], unique=False)
    op.create_index(
        "ix_access_decisions_person", "access_decisions", ["person", "at"], unique=False
    )
