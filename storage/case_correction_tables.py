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
    Text,
)

from certs.corrections import CorrectionKind, CorrectionStep
from storage.constraints import check, known
from storage.database import Instant
from storage.matter_tables import CASE_ID, CODE, PERSON, WORD
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

form_corrections: Final = Table(
    "form_corrections",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("field", String(60), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("region", String(6), nullable=False),
    Column("license", String(128), nullable=False),
    Column("type_code", String(21), nullable=False),
    Column("remark", String(500), nullable=False),
    # Personal data; blank once the issuer has it.
    Column("proposed", Text, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Null once nothing more is to be heard.
    Column("next_at", Instant),
    Column("receipt", String(16), nullable=False),
    Column("step", String(16)),
    Column("outcome", String(128), nullable=False),
    PrimaryKeyConstraint("case_id", "field"),
    ForeignKeyConstraint(
        ["case_id", "material"],
        ["case_materials.case_id", "case_materials.material"],
        name="fk_form_corrections_material",
    ),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_form_corrections_operator",
    ),
    # What a form shows of a license is wrong; a license that is not there fills nothing in.
    check("is_wrong", f"kind = '{CorrectionKind.WRONG}' AND length(license) > 0"),
    check("operator_accepts", "operator_role = 'acceptance'"),
    known("step", CorrectionStep),
    check("stands_where_it_is", "(step IS NULL) = (receipt = '')"),
    check("delivered_keeps_nothing", "receipt = '' OR proposed = ''"),
    Index("ix_form_corrections_next_at", "next_at"),
)
