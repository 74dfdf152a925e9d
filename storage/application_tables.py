"""Tables of applications (一件事申请): cases that were opened together."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from storage.constraints import check
from storage.database import Instant
from storage.matter_tables import CASE_ID, CODE, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

applications: Final = Table(
    "applications",
    metadata,
    Column("id", CASE_ID, nullable=False),
    Column("one_thing", CODE, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("opened_at", Instant, nullable=False),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("id", "operator", name="uq_applications_with_operator"),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_applications_operator",
    ),
    check("operator_accepts", "operator_role = 'acceptance'"),
)

application_cases: Final = Table(
    "application_cases",
    metadata,
    Column("application", CASE_ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("case_id", CASE_ID, nullable=False),
    Column("operator", PERSON, nullable=False),
    PrimaryKeyConstraint("application", "position"),
    # A case belongs to one application.
    UniqueConstraint("case_id", name="uq_application_cases_case"),
    ForeignKeyConstraint(
        ["application", "operator"],
        ["applications.id", "applications.operator"],
        name="fk_application_cases_application",
    ),
    ForeignKeyConstraint(
        ["case_id", "operator"], ["cases.id", "cases.operator"], name="fk_application_cases_case"
    ),
    check("position_positive", "position >= 1"),
)

TRIGGERS: Final = (
    *attach(
        trigger for table in (applications, application_cases) for trigger in append_only(table)
    ),
    # What is asked once is one applicant's.
    *attach(
        refuse_insert(
            application_cases,
            "application_cases_one_applicant",
            when="EXISTS (SELECT 1 FROM application_cases a"
            " JOIN cases b ON b.id = a.case_id, cases c"
            " WHERE a.application = NEW.application AND c.id = NEW.case_id"
            " AND (b.applicant_code <> c.applicant_code"
            " OR b.applicant_code_type <> c.applicant_code_type))",
            locking="1 FROM applications p WHERE p.id = NEW.application FOR UPDATE",
        )
    ),
)
"""The triggers of these tables, in the order of creation."""
