"""Declarations and promises: what a decision leaves open, and what becomes of it."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0026 import STATEMENTS

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds; decisions that are there leave nothing open."""
    _create_declarations()
    _create_promises()
    _create_promise_steps()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_declarations() -> None:
    op.create_table(
        "declarations",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("operator_role", sa.String(length=24), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('handwritten', 'online')", name=op.f("ck_declarations_kind_known")
        ),
        sa.CheckConstraint(
            "operator_role = 'acceptance'", name=op.f("ck_declarations_operator_accepts")
        ),
        sa.CheckConstraint(
            "length(digest) = 64 AND length(evidence) = 64",
            name=op.f("ck_declarations_digests_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material"],
            ["case_materials.case_id", "case_materials.material"],
            name="fk_declarations_case_material",
        ),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_declarations_operator",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_declarations")),
    )


def _create_promises() -> None:
    op.create_table(
        "promises",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('commitment', 'later', 'reviewed_after', 'waived', 'released', 'awaited')",
            name=op.f("ck_promises_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('later', 'reviewed_after') OR due_on IS NOT NULL",
            name=op.f("ck_promises_what_follows_is_due"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material"],
            ["material_decisions.case_id", "material_decisions.material"],
            name="fk_promises_decision",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_promises")),
    )
    op.create_index(
        "ix_promises_made_at", "promises", ["made_at", "case_id", "material"], unique=False
    )


def _create_promise_steps() -> None:
    op.create_table(
        "promise_steps",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=True),
        sa.Column("lookup", sa.Integer(), nullable=True),
        sa.Column("operator", sa.String(length=100), nullable=True),
        sa.Column("operator_role", sa.String(length=24), nullable=True),
        sa.Column("approver", sa.String(length=100), nullable=True),
        sa.Column("approver_role", sa.String(length=24), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(kind = 'resolved') = (lookup IS NOT NULL)",
            name=op.f("ck_promise_steps_resolved_shown"),
        ),
        sa.CheckConstraint(
            "(kind IN ('reminded', 'resolved')) = (operator IS NULL)",
            name=op.f("ck_promise_steps_by_a_person"),
        ),
        sa.CheckConstraint(
            "approver IS NULL OR approver <> coalesce(operator, '')",
            name=op.f("ck_promise_steps_approver_is_another"),
        ),
        sa.CheckConstraint(
            "approver_role IS NULL OR approver_role = 'acceptance_approver'",
            name=op.f("ck_promise_steps_approver_approves"),
        ),
        sa.CheckConstraint(
            "kind IN ('reminded', 'resolved', 'brought', 'kept', 'breached', 'repaired')",
            name=op.f("ck_promise_steps_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('breached', 'repaired') OR (approver IS NOT NULL AND length(trim(coalesce(note, ''))) > 0)",
            name=op.f("ck_promise_steps_by_two"),
        ),
        sa.CheckConstraint(
            "operator_role IS NULL OR operator_role = 'acceptance'",
            name=op.f("ck_promise_steps_operator_accepts"),
        ),
        sa.CheckConstraint(
            "(approver IS NULL) = (approver_role IS NULL)",
            name=op.f("ck_promise_steps_approver_whole"),
        ),
        sa.CheckConstraint(
            "(operator IS NULL) = (operator_role IS NULL)",
            name=op.f("ck_promise_steps_operator_whole"),
        ),
        sa.CheckConstraint(
            "(way IS NULL) = (lookup IS NULL)", name=op.f("ck_promise_steps_lookup_whole")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_promise_steps_number_positive")),
        sa.ForeignKeyConstraint(
            ["approver", "approver_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_promise_steps_approver",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "way", "lookup"],
            ["lookups.case_id", "lookups.material", "lookups.way", "lookups.number"],
            name="fk_promise_steps_lookup",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material"],
            ["promises.case_id", "promises.material"],
            name="fk_promise_steps_promise",
        ),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_promise_steps_operator",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", "number", name=op.f("pk_promise_steps")),
    )
    op.create_index(
        "uq_promise_steps_closed",
        "promise_steps",
        ["case_id", "material"],
        unique=True,
        sqlite_where=sa.text("kind IN ('resolved', 'brought', 'kept', 'breached')"),
        postgresql_where=sa.text("kind IN ('resolved', 'brought', 'kept', 'breached')"),
    )
