"""Tables that the acceptance gate refers to: who may, for which reasons, and what matters ask."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.constraints import check, flag, known
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert
from verify.acceptance.reasons import LookupResult, ReasonCode
from verify.acceptance.records import PersonRole
from verify.matters.materials import MaterialSource
from verify.matters.ways import Way

CASE_ID: Final = String(21)
CODE: Final = String(40)
WORD: Final = String(24)
PERSON: Final = String(100)

FLAGS: Final[Mapping[str, Way]] = MappingProxyType(
    {
        "is_cancelled": Way.EXEMPT,
        "asks_license": Way.E_LICENSE,
        "asks_data": Way.DATA_CHECK,
        "asks_department": Way.DEPARTMENT_CHECK,
        "may_commit": Way.COMMITMENT,
        "may_defer": Way.DEFERRAL,
    }
)
"""The columns that say which ways are open."""

SPARING: Final = ("is_cancelled", "asks_license", "asks_data", "asks_department")
"""The columns of the ways that spare the paper."""

SPARED: Final = f"({' OR '.join(SPARING)})"
"""In SQL: a rule spares the paper, if its way serves."""

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
    check("serving_needs_approver", "applies_to NOT IN ('valid', 'confirmed') OR needs_approver"),
)

matters: Final = Table(
    "matters",
    metadata,
    Column("code", CODE, nullable=False),
    Column("version", Integer, nullable=False),
    # Missing only where a release kept the version that did not keep definitions.
    Column("definition", LargeBinary),
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
    # Rules have terms: one row for each time in which the same ways are open.
    # Days by their number since 1970; without a term from the calendar's first to its last.
    Column("first_day", Integer, nullable=False, server_default=text("-719162")),
    Column("last_day", Integer, nullable=False, server_default=text("2932896")),
    *map(flag, FLAGS),
    PrimaryKeyConstraint("matter_code", "matter_version", "code", "first_day"),
    UniqueConstraint(
        "matter_code",
        "matter_version",
        "code",
        "way",
        "first_day",
        "last_day",
        *FLAGS,
        name="uq_matter_materials_with_ways",
    ),
    ForeignKeyConstraint(
        ["matter_code", "matter_version"],
        ["matters.code", "matters.version"],
        name="fk_matter_materials_matter",
    ),
    known("source", MaterialSource),
    known("way", Way),
    check("issued_has_way", "(source = 'government_issued') = (way <> 'none')"),
    check("issued_spared", f"way <> 'none' OR NOT {SPARED}"),
    check(
        "cancelled_alone",
        "NOT is_cancelled"
        " OR NOT (asks_license OR asks_data OR asks_department OR may_commit OR may_defer)",
    ),
    check("days_ordered", "first_day <= last_day"),
)

matter_conditions: Final = Table(
    "matter_conditions",
    metadata,
    Column("matter_code", CODE, nullable=False),
    Column("matter_version", Integer, nullable=False),
    Column("material", CODE, nullable=False),
    # {question: [choice, …]}, or a list of such groups of which one is to be met: one row a
    # material, so that nobody adds a choice to it.
    Column("conditions", Text, nullable=False),
    PrimaryKeyConstraint("matter_code", "matter_version", "material"),
    ForeignKeyConstraint(
        ["matter_code", "matter_version"],
        ["matters.code", "matters.version"],
        name="fk_matter_conditions_matter",
    ),
)

MATTER_TRIGGERS: Final = (
    *attach(
        trigger
        for table in (exception_reasons, matters, matter_materials, matter_conditions)
        for trigger in append_only(table)
    ),
    # On no day are two rows true.
    *attach(
        refuse_insert(
            matter_materials,
            "matter_materials_one_a_day",
            when="EXISTS (SELECT 1 FROM matter_materials m"
            " WHERE m.matter_code = NEW.matter_code AND m.matter_version = NEW.matter_version"
            " AND m.code = NEW.code AND m.first_day <= NEW.last_day"
            " AND m.last_day >= NEW.first_day)",
            locking="1 FROM matters m WHERE m.code = NEW.matter_code"
            " AND m.version = NEW.matter_version FOR UPDATE",
        )
    ),
)
