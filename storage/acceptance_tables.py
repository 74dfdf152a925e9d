"""Tables of the acceptance gate: what the gate refuses, they refuse again.

A CHECK passes when it comes to NULL, and a composite foreign key is not looked at while one of
its columns is NULL. So columns that belong together are tied together first (the constraints
named ``…_whole``), and every other rule says what it means for NULL.
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
    UniqueConstraint,
)

from storage.constraints import check, flag, known, whole
from storage.database import Instant
from storage.matter_tables import CODE, MATTER_TRIGGERS, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import LOOKUP_LIFETIME, Form
from verify.conclusions import Conclusion

_CASE_ID: Final = String(21)
_IDENTIFIER: Final = String(128)
_LIFETIME_MICROSECONDS: Final = int(LOOKUP_LIFETIME.total_seconds()) * 1_000_000

cases: Final = Table(
    "cases",
    metadata,
    Column("id", _CASE_ID, nullable=False),
    Column("matter_code", CODE, nullable=False),
    Column("matter_version", Integer, nullable=False),
    Column("applicant_code_type", String(3), nullable=False),
    Column("applicant_code", String(64), nullable=False),
    Column("applicant_name", String(200), nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("opened_at", Instant, nullable=False),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("id", "matter_code", "matter_version", name="uq_cases_with_matter"),
    ForeignKeyConstraint(
        ["matter_code", "matter_version"],
        ["matters.code", "matters.version"],
        name="fk_cases_matter",
    ),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_cases_operator",
    ),
    check("operator_accepts", "operator_role = 'acceptance'"),
    Index("ix_cases_opened_at", "opened_at"),
)

case_materials: Final = Table(
    "case_materials",
    metadata,
    Column("case_id", _CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("matter_code", CODE, nullable=False),
    Column("matter_version", Integer, nullable=False),
    Column("way", WORD, nullable=False),
    PrimaryKeyConstraint("case_id", "material"),
    UniqueConstraint("case_id", "material", "way", name="uq_case_materials_with_way"),
    ForeignKeyConstraint(
        ["case_id", "matter_code", "matter_version"],
        ["cases.id", "cases.matter_code", "cases.matter_version"],
        name="fk_case_materials_case",
    ),
    # The case cannot say of a material that it has no rule when the matter gives it one.
    ForeignKeyConstraint(
        ["matter_code", "matter_version", "material", "way"],
        [
            "matter_materials.matter_code",
            "matter_materials.matter_version",
            "matter_materials.code",
            "matter_materials.way",
        ],
        name="fk_case_materials_matter_material",
    ),
)

lookups: Final = Table(
    "lookups",
    metadata,
    Column("case_id", _CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("number", Integer, nullable=False),
    Column("way", WORD, nullable=False),
    Column("result", WORD, nullable=False),
    Column("license", _IDENTIFIER),
    Column("region", String(6)),
    Column("conclusion", WORD),
    Column("looked_up_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id", "material", "number"),
    UniqueConstraint(
        "case_id", "material", "number", "result", "looked_up_at", name="uq_lookups_with_result"
    ),
    ForeignKeyConstraint(
        ["case_id", "material", "way"],
        ["case_materials.case_id", "case_materials.material", "case_materials.way"],
        name="fk_lookups_case_material",
    ),
    check("number_positive", "number >= 1"),
    # Looking up what nobody asks for would be curiosity.
    check("has_rule", "way <> 'none'"),
    known("result", LookupResult),
    known("conclusion", Conclusion),
    whole("license", "license", "region", "conclusion"),
    check("license_named", "(result IN ('none', 'source_down')) = (license IS NULL)"),
    check("valid_passed", "result <> 'valid' OR conclusion = 'passed'"),
    check("unverified_not_passed", "result <> 'unverified' OR conclusion <> 'passed'"),
)

material_decisions: Final = Table(
    "material_decisions",
    metadata,
    Column("case_id", _CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("way", WORD, nullable=False),
    Column("lookup_number", Integer),
    Column("lookup_result", WORD),
    Column("looked_up_at", Instant),
    Column("form", WORD, nullable=False),
    flag("voluntary"),
    Column("reason", WORD),
    flag("reason_needs_approver", nullable=True),
    Column("note", String(500)),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("approver", PERSON),
    Column("approver_role", WORD),
    Column("decided_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id", "material"),
    ForeignKeyConstraint(
        ["case_id", "material", "way"],
        ["case_materials.case_id", "case_materials.material", "case_materials.way"],
        name="fk_material_decisions_case_material",
    ),
    # One key over all of it: the result is not altered, the look-up not borrowed from another
    # case or material, its time not made younger.
    ForeignKeyConstraint(
        ["case_id", "material", "lookup_number", "lookup_result", "looked_up_at"],
        [
            "lookups.case_id",
            "lookups.material",
            "lookups.number",
            "lookups.result",
            "lookups.looked_up_at",
        ],
        name="fk_material_decisions_lookup",
    ),
    ForeignKeyConstraint(
        ["reason", "lookup_result", "reason_needs_approver"],
        [
            "exception_reasons.code",
            "exception_reasons.applies_to",
            "exception_reasons.needs_approver",
        ],
        name="fk_material_decisions_reason",
    ),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_material_decisions_operator",
    ),
    ForeignKeyConstraint(
        ["approver", "approver_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_material_decisions_approver",
    ),
    known("form", Form),
    whole("lookup", "lookup_number", "lookup_result", "looked_up_at"),
    whole("reason", "reason", "reason_needs_approver"),
    whole("approver", "approver", "approver_role"),
    check("looked_up", "(way = 'none') = (lookup_number IS NULL)"),
    check(
        "lookup_fresh",
        "looked_up_at IS NULL OR (decided_at >= looked_up_at"
        f" AND decided_at <= looked_up_at + {_LIFETIME_MICROSECONDS})",
    ),
    check(
        "form_has_rule",
        "form NOT IN ('exempt', 'data_check', 'department_check') OR form = way",
    ),
    check(
        "e_license_valid",
        "form <> 'e_license' OR (lookup_result IS NOT NULL AND lookup_result = 'valid')",
    ),
    check(
        "no_detour",
        "form NOT IN ('commitment', 'deferral')"
        " OR lookup_result IS NULL OR lookup_result <> 'valid'",
    ),
    check("voluntary_paper", "NOT voluntary OR form = 'paper'"),
    check("voluntary_no_demand", "NOT voluntary OR (reason IS NULL AND approver IS NULL)"),
    check(
        "demand_has_reason",
        "form <> 'paper' OR voluntary OR way = 'none' OR reason IS NOT NULL",
    ),
    check("reason_for_paper", "reason IS NULL OR form = 'paper'"),
    check("reason_has_lookup", "reason IS NULL OR lookup_result IS NOT NULL"),
    check(
        "other_has_note",
        "reason IS NULL OR reason <> 'P99' OR (note IS NOT NULL AND length(trim(note)) > 0)",
    ),
    check("operator_accepts", "operator_role = 'acceptance'"),
    check("approver_approves", "approver_role IS NULL OR approver_role = 'acceptance_approver'"),
    check("approver_has_reason", "approver IS NULL OR reason IS NOT NULL"),
    check("approver_is_another", "approver IS NULL OR approver <> operator"),
    check(
        "reason_approved",
        "reason IS NULL OR NOT reason_needs_approver OR approver IS NOT NULL",
    ),
    # Said once more without the table of reasons, in case somebody edits that.
    check(
        "valid_approved",
        "form <> 'paper' OR voluntary OR lookup_result IS NULL OR lookup_result <> 'valid'"
        " OR (reason IS NOT NULL AND approver IS NOT NULL)",
    ),
)

TRIGGERS: Final = (
    *MATTER_TRIGGERS,
    *attach(
        trigger
        for table in (cases, case_materials, lookups, material_decisions)
        for trigger in append_only(table)
    ),
    *attach(
        refuse_insert(
            cases,
            "cases_role_held",
            when="EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn"
            " AND r.person = NEW.operator AND r.role = NEW.operator_role)",
            locking="1 FROM people_roles r"
            " WHERE r.person = NEW.operator AND r.role = NEW.operator_role FOR SHARE",
        )
    ),
    *attach(
        refuse_insert(
            material_decisions,
            "material_decisions_roles_held",
            when="EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn"
            " AND ((r.person = NEW.operator AND r.role = NEW.operator_role)"
            " OR (r.person = NEW.approver AND r.role = NEW.approver_role)))",
            locking="1 FROM people_roles r"
            " WHERE (r.person = NEW.operator AND r.role = NEW.operator_role)"
            " OR (r.person = NEW.approver AND r.role = NEW.approver_role)"
            " ORDER BY r.person, r.role FOR SHARE",
        )
    ),
    # An old look-up that found nothing must not outlive a newer one that found the license.
    *attach(
        refuse_insert(
            material_decisions,
            "material_decisions_latest_lookup",
            when="EXISTS (SELECT 1 FROM lookups l WHERE l.case_id = NEW.case_id"
            " AND l.material = NEW.material AND l.number > NEW.lookup_number)",
            # A look-up refers to this row, so one that is being added is waited for.
            locking="1 FROM case_materials m WHERE m.case_id = NEW.case_id"
            " AND m.material = NEW.material FOR UPDATE",
        )
    ),
)
"""The triggers of these tables, in the order of creation."""
