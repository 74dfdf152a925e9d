"""Tables of outcomes: what becomes of a case, and the license that it leads to.

Which materials a matter can do without is kept beside its materials; what is not listed there
is required, so that nothing that is forgotten lets a case pass.
"""

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
    UniqueConstraint,
)

from storage.acceptance_tables import cases
from storage.constraints import check, known
from storage.database import Instant
from storage.decision_tables import material_decisions
from storage.license_tables import licenses
from storage.matter_tables import CASE_ID, CODE, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert
from verify.outcomes.records import MAX_NOTE, OutcomeKind

_IDENTIFIER: Final = String(128)
_TYPE_CODE: Final = String(21)

# An outcome names the operator of its case, so that a rule within the row keeps them apart.
Index("uq_cases_with_operator", cases.c.id, cases.c.operator, unique=True)

optional_materials: Final = Table(
    "optional_materials",
    metadata,
    Column("matter_code", CODE, nullable=False),
    Column("matter_version", Integer, nullable=False),
    Column("material", CODE, nullable=False),
    PrimaryKeyConstraint("matter_code", "matter_version", "material"),
    ForeignKeyConstraint(
        ["matter_code", "matter_version"],
        ["matters.code", "matters.version"],
        name="fk_optional_materials_matter",
    ),
)

case_outcomes: Final = Table(
    "case_outcomes",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("outcome", WORD, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("approver", PERSON, nullable=False),
    Column("approver_role", WORD, nullable=False),
    Column("note", String(MAX_NOTE)),
    Column("decided_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id"),
    UniqueConstraint("case_id", "outcome", name="uq_case_outcomes_with_outcome"),
    ForeignKeyConstraint(
        ["case_id", "operator"], ["cases.id", "cases.operator"], name="fk_case_outcomes_case"
    ),
    ForeignKeyConstraint(
        ["approver", "approver_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_case_outcomes_approver",
    ),
    known("outcome", OutcomeKind),
    check("approver_approves", "approver_role = 'acceptance_approver'"),
    check("approver_is_another", "approver <> operator"),
    check(
        "rejection_has_reason",
        f"outcome <> '{OutcomeKind.REJECT}' OR (note IS NOT NULL AND length(trim(note)) > 0)",
    ),
    Index("ix_case_outcomes_decided_at", "decided_at"),
)

result_intents: Final = Table(
    "result_intents",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("outcome", WORD, nullable=False),
    Column("license_type", _TYPE_CODE, nullable=False),
    Column("fields", Text, nullable=False),
    Column("replaces", _IDENTIFIER),
    PrimaryKeyConstraint("case_id"),
    ForeignKeyConstraint(
        ["case_id", "outcome"],
        ["case_outcomes.case_id", "case_outcomes.outcome"],
        name="fk_result_intents_outcome",
    ),
    check("of_approved", f"outcome = '{OutcomeKind.APPROVE}'"),
)

result_licenses: Final = Table(
    "result_licenses",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("license", _IDENTIFIER, nullable=False),
    PrimaryKeyConstraint("case_id"),
    # A license is the result of one case.
    UniqueConstraint("license", name="uq_result_licenses_license"),
    ForeignKeyConstraint(["case_id"], ["result_intents.case_id"], name="fk_result_licenses_intent"),
    ForeignKeyConstraint(["license"], [licenses.c.identifier], name="fk_result_licenses_license"),
)

TRIGGERS: Final = (
    *attach(
        trigger
        for table in (optional_materials, case_outcomes, result_intents, result_licenses)
        for trigger in append_only(table)
    ),
    # What a matter can do without is settled before the first case relies on it.
    *attach(
        refuse_insert(
            optional_materials,
            "optional_materials_before_cases",
            when="EXISTS (SELECT 1 FROM cases c WHERE c.matter_code = NEW.matter_code"
            " AND c.matter_version = NEW.matter_version)",
            locking="1 FROM matters m WHERE m.code = NEW.matter_code"
            " AND m.version = NEW.matter_version FOR UPDATE",
        )
    ),
    *attach(
        refuse_insert(
            case_outcomes,
            "case_outcomes_role_held",
            when="EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn"
            " AND r.person = NEW.approver AND r.role = NEW.approver_role)",
            locking="1 FROM people_roles r"
            " WHERE r.person = NEW.approver AND r.role = NEW.approver_role FOR SHARE",
        )
    ),
    *attach(
        refuse_insert(
            case_outcomes,
            "case_outcomes_all_decided",
            when="EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id"
            " AND NOT EXISTS (SELECT 1 FROM material_decisions d"
            " WHERE d.case_id = m.case_id AND d.material = m.material)"
            " AND NOT EXISTS (SELECT 1 FROM optional_materials o"
            " WHERE o.matter_code = m.matter_code AND o.matter_version = m.matter_version"
            " AND o.material = m.material))",
            # A decision refers to such a row, so one that is being added is waited for.
            locking="1 FROM case_materials m WHERE m.case_id = NEW.case_id"
            " ORDER BY m.material FOR UPDATE",
        )
    ),
    *attach(
        refuse_insert(
            case_outcomes,
            "case_outcomes_approver_apart",
            when="EXISTS (SELECT 1 FROM material_decisions d WHERE d.case_id = NEW.case_id"
            " AND d.operator = NEW.approver)",
        )
    ),
    *attach(
        refuse_insert(
            material_decisions,
            "material_decisions_case_open",
            when="EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id)",
            locking="1 FROM case_materials m WHERE m.case_id = NEW.case_id"
            " AND m.material = NEW.material FOR UPDATE",
        )
    ),
)
"""The triggers of these tables, in the order of creation."""
