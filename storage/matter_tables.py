"""Tables that the acceptance gate refers to: who may, for which reasons, and what matters ask."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from storage.constraints import check, flag, known
from storage.tables import metadata
from storage.triggers import append_only, attach
from verify.acceptance.reasons import LookupResult, ReasonCode
from verify.acceptance.records import PersonRole
from verify.matters.materials import MaterialSource
from verify.matters.ways import Way

CODE: Final = String(40)
WORD: Final = String(24)
PERSON: Final = String(100)

people_roles: Final = Table(
    "people_roles",
    metadata,
    Column("person", PERSON, nullable=False),
    Column("role", WORD, nullable=False),
    # Decisions refer to the row for ever; a role that is taken away stays here, withdrawn.
    flag("withdrawn"),
    PrimaryKeyConstraint("person", "role"),
    known("role", PersonRole),
)

exception_reasons: Final = Table(
    "exception_reasons",
    metadata,
    Column("code", WORD, nullable=False),
    Column("applies_to", WORD, nullable=False),
    flag("needs_approver"),
    PrimaryKeyConstraint("code", "applies_to"),
    UniqueConstraint(
        "code", "applies_to", "needs_approver", name="uq_exception_reasons_with_approver"
    ),
    known("code", ReasonCode),
    known("applies_to", LookupResult),
    check("valid_needs_approver", "applies_to <> 'valid' OR needs_approver"),
)

matters: Final = Table(
    "matters",
    metadata,
    Column("code", CODE, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("code", "version"),
)

matter_materials: Final = Table(
    "matter_materials",
    metadata,
    Column("matter_code", CODE, nullable=False),
    Column("matter_version", Integer, nullable=False),
    Column("code", CODE, nullable=False),
    Column("source", WORD, nullable=False),
    Column("way", WORD, nullable=False),
    PrimaryKeyConstraint("matter_code", "matter_version", "code"),
    UniqueConstraint(
        "matter_code", "matter_version", "code", "way", name="uq_matter_materials_with_way"
    ),
    ForeignKeyConstraint(
        ["matter_code", "matter_version"],
        ["matters.code", "matters.version"],
        name="fk_matter_materials_matter",
    ),
    known("source", MaterialSource),
    known("way", Way),
    check("issued_has_way", "(source = 'government_issued') = (way <> 'none')"),
)

MATTER_TRIGGERS: Final = attach(
    trigger
    for table in (exception_reasons, matters, matter_materials)
    for trigger in append_only(table)
)
