"""Parties of a case, and the situations in which a matter asks for a material.

The database checks from now on that a case holds nothing that its situation does not call for.
"""

import json

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0025 import STATEMENTS

revision = "0025"
down_revision = "0021"
branch_labels = None
depends_on = None

_KEYS = ("matter_code", "matter_version", "material")


def upgrade() -> None:
    """Add what this version adds; the cases that are there name nobody else."""
    op.add_column(
        "cases", sa.Column("parties", sa.Text(), server_default=sa.text("'{}'"), nullable=False)
    )
    table = op.create_table(
        "matter_conditions",
        sa.Column("matter_code", sa.String(40), nullable=False),
        sa.Column("matter_version", sa.Integer(), nullable=False),
        sa.Column("material", sa.String(40), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_code", "matter_version"],
            ["matters.code", "matters.version"],
            name="fk_matter_conditions_matter",
        ),
        sa.PrimaryKeyConstraint(*_KEYS, name=op.f("pk_matter_conditions")),
    )
    rows = [row for matter in _matters() for row in _conditions(*matter)]
    if rows:
        op.bulk_insert(table, rows)
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _matters() -> list[tuple[str, int, bytes]]:
    query = "SELECT code, version, definition FROM matters WHERE definition IS NOT NULL"
    return [tuple(row) for row in op.get_bind().execute(sa.text(query))]


def _conditions(code: str, version: int, definition: bytes) -> list[dict[str, object]]:
    """Return the situations of a matter's materials, from its definition as it is kept."""
    materials = json.loads(bytes(definition)).get("materials", [])
    return [
        {
            **dict(zip(_KEYS, (code, version, material["code"]), strict=True)),
            "conditions": json.dumps(
                material.get("when", {}), ensure_ascii=False, separators=(",", ":"), sort_keys=True
            ),
        }
        for material in materials
    ]
