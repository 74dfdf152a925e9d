"""The table of refusals (拒绝记录): what the gate did not let pass, and nobody's data."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Table

from storage.database import BIG_NUMBER, Instant
from storage.matter_tables import CASE_ID, CODE, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach

refusals: Final = Table(
    "refusals",
    metadata,
    Column("number", BIG_NUMBER, nullable=False, autoincrement=True),
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("operator", PERSON, nullable=False),
    # How it was to be had, and why the gate refused.
    Column("form", WORD, nullable=False),
    Column("code", String(64), nullable=False),
    Column("refused_at", Instant, nullable=False),
    PrimaryKeyConstraint("number"),
    ForeignKeyConstraint(
        ["case_id", "material"],
        ["case_materials.case_id", "case_materials.material"],
        name="fk_refusals_case_material",
    ),
    Index("ix_refusals_refused_at", "refused_at"),
)

REFUSAL_TRIGGERS: Final = attach(append_only(refusals))
"""The triggers of this table, in the order of creation."""
