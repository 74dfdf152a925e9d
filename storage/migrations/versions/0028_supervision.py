"""Supervision: refusals are kept, facts are noted and counted, and supervisors may read figures."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0028 import BACKFILL, STATEMENTS

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ROLES = "role in ('issuer', 'window', 'citizen', 'archivist', 'supervisor')"


def upgrade() -> None:
    """Add what this version adds, and count what is there."""
    _let_supervisors_in()
    _create_refusals()
    _create_tallies()
    op.create_index("ix_material_decisions_decided_at", "material_decisions", ["decided_at"])
    connection = op.get_bind()
    for statement in BACKFILL:
        connection.exec_driver_sql(statement)
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)


def _create_refusals() -> None:
    op.create_table(
        "refusals",
        sa.Column("number", _BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "material"],
            ["case_materials.case_id", "case_materials.material"],
            name="fk_refusals_case_material",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_refusals")),
    )
    op.create_index("ix_refusals_refused_at", "refusals", ["refused_at"])


def _create_tallies() -> None:
    op.create_table(
        "tally_facts",
        sa.Column("number", _BIG, autoincrement=True, nullable=False),
        *_dimensions(),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tally_facts")),
    )
    op.create_table(
        "tallies",
        *_dimensions(),
        sa.Column("number", _BIG, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_tallies_number_positive")),
        sa.PrimaryKeyConstraint(
            "week", "matter", "operator", "region", "what", "code", name=op.f("pk_tallies")
        ),
    )
    for name in ("matter", "region", "operator"):
        op.create_index(
            f"ix_tallies_by_{name}", "tallies", [name, "what", "code", "week", "number"]
        )
    op.create_index("ix_tallies_by_week", "tallies", ["week", "what", "code", "number"])


def _dimensions() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
    )


def _let_supervisors_in() -> None:
    """Widen the rule of the roles; SQLite cannot change a rule, so the table is made anew."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_access_tokens_role_known"), "access_tokens", type_="check")
        op.create_check_constraint(op.f("ck_access_tokens_role_known"), "access_tokens", _ROLES)
        return
    op.rename_table("access_tokens", "access_tokens_before")
    op.create_table(
        "access_tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("holder_shown", sa.String(length=512), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(_ROLES, name=op.f("ck_access_tokens_role_known")),
        sa.CheckConstraint(
            "(role = 'citizen') = (holder_key <> '')", name=op.f("ck_access_tokens_citizens_hold")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_tokens")),
    )
    op.execute(
        "INSERT INTO access_tokens (digest, person, role, holder_key, holder_shown, expires_at)"
        " SELECT digest, person, role, holder_key, holder_shown, expires_at"
        " FROM access_tokens_before"
    )
    op.drop_table("access_tokens_before")
