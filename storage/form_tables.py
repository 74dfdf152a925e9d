"""The table of forms: each version of what a case's form says."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from storage.acceptance_tables import cases
from storage.constraints import check
from storage.database import Instant
from storage.matter_tables import CASE_ID, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

# An applicant's earlier forms are found by who the applicant is.
Index("ix_cases_applicant", cases.c.applicant_code, cases.c.applicant_code_type)

case_forms: Final = Table(
    "case_forms",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("entries", Text, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id", "version"),
    ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_forms_case"),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_case_forms_operator",
    ),
    check("version_positive", "version >= 1"),
    check("operator_accepts", "operator_role = 'acceptance'"),
)

TRIGGERS: Final = (
    *attach(append_only(case_forms)),
    *attach(
        refuse_insert(
            case_forms,
            "case_forms_in_order",
            when="NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM case_forms f"
            " WHERE f.case_id = NEW.case_id AND f.version = NEW.version - 1)",
        )
    ),
    # What a result license says must not be rewritten under it.
    *attach(
        refuse_insert(
            case_forms,
            "case_forms_case_open",
            when="EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id)",
            locking="1 FROM cases c WHERE c.id = NEW.case_id FOR UPDATE",
        )
    ),
)
"""The triggers of this table, in the order of creation."""
