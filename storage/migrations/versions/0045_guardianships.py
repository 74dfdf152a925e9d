"""Guardianships (监护), and decisions about what guardians may do."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0045 import STATEMENTS

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RELATIONS = "relation IN ('own', 'office', 'case', 'grant', 'guardian', 'stranger')"
_DECISION_COLUMNS = "row, at, person, role, action, relation, rule, is_permitted, status, target"


def upgrade() -> None:
    """Add the tables, and widen the rule of the decisions."""
    _create_guardianships()
    for name, act in (("confirmations", "confirmed"), ("ends", "ended")):
        table = f"guardianship_{name}"
        op.create_table(
            table,
            sa.Column("number", sa.String(length=21), nullable=False),
            sa.Column(f"{act}_at", sa.BigInteger(), nullable=False),
            sa.Column(f"{act}_by", sa.String(length=200), nullable=False),
            sa.CheckConstraint(f"{act}_by <> ''", name=op.f(f"ck_{table}_{act}_by_named")),
            sa.ForeignKeyConstraint(
                ["number"],
                ["guardianships.number"],
                name=op.f(f"fk_{table}_number_guardianships"),
            ),
            sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{table}")),
        )
    if op.get_bind().dialect.name == "sqlite":
        # SQLite cannot change a rule, so the table is made anew.
        _renew_decisions()
    else:
        name = op.f("ck_access_decisions_relation_known")
        op.drop_constraint(name, "access_decisions", type_="check")
        op.create_check_constraint(name, "access_decisions", _RELATIONS)
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)


def _create_guardianships() -> None:
    op.create_table(
        "guardianships",
        sa.Column("number", sa.String(length=21), nullable=False),
        sa.Column("child_key", sa.String(length=64), nullable=False),
        sa.Column("child_shown", sa.String(length=200), nullable=False),
        sa.Column("guardian_key", sa.String(length=64), nullable=False),
        sa.Column("guardian_shown", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "basis IN ('birth-certificate', 'household-register', 'judgement', 'appointment')",
            name=op.f("ck_guardianships_basis_known"),
        ),
        sa.CheckConstraint(
            "child_key <> guardian_key AND child_key <> '' AND guardian_key <> ''",
            name=op.f("ck_guardianships_two_people"),
        ),
        sa.CheckConstraint("proposed_by <> ''", name=op.f("ck_guardianships_proposed_by_named")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_guardianships")),
    )
    for column in ("child_key", "guardian_key"):
        op.create_index(f"ix_guardianships_{column}", "guardianships", [column], unique=False)


def _renew_decisions() -> None:
    for name in ("ix_access_decisions_at", "ix_access_decisions_person"):
        op.drop_index(name, "access_decisions")
    op.rename_table("access_decisions", "access_decisions_before")
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
        sa.CheckConstraint(_RELATIONS, name=op.f("ck_access_decisions_relation_known")),
        sa.CheckConstraint(
            "status BETWEEN 100 AND 599", name=op.f("ck_access_decisions_status_of_http")
        ),
        sa.CheckConstraint(
            "rule <> '' AND person <> ''", name=op.f("ck_access_decisions_rule_named")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_access_decisions")),
    )
    op.execute(
        f"INSERT INTO access_decisions ({_DECISION_COLUMNS})"
        f" SELECT {_DECISION_COLUMNS} FROM access_decisions_before"
    )
    op.drop_table("access_decisions_before")
    op.create_index("ix_access_decisions_at", "access_decisions", ["at"], unique=False)
    op.create_index(
        "ix_access_decisions_person", "access_decisions", ["person", "at"], unique=False
    )
