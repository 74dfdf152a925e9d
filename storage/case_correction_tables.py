"""The table of corrections that cases raised."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from certs.corrections import CorrectionKind, CorrectionStep
from storage.constraints import check, known
from storage.database import Instant
from storage.matter_tables import CASE_ID, CODE
from storage.tables import metadata

case_corrections: Final = Table(
    "case_corrections",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("region", String(6), nullable=False),
    # Empty where it is missing.
    Column("license", String(128), nullable=False),
    Column("type_code", String(21), nullable=False),
    Column("remark", String(500), nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Null once nothing more is to be heard.
    Column("next_at", Instant),
    Column("receipt", String(16), nullable=False),
    Column("step", String(16)),
    Column("outcome", String(128), nullable=False),
    PrimaryKeyConstraint("case_id", "material"),
    # Only a decision raises one.
    ForeignKeyConstraint(
        ["case_id", "material"],
        ["material_decisions.case_id", "material_decisions.material"],
        name="fk_case_corrections_decision",
    ),
    known("kind", CorrectionKind),
    known("step", CorrectionStep),
    check("missing_has_no_license", "(kind = 'missing') = (license = '')"),
    check("stands_where_it_is", "(step IS NULL) = (receipt = '')"),
    Index("ix_case_corrections_next_at", "next_at"),
)
