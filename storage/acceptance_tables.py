"""Tables of the acceptance gate: what the gate refuses, they refuse again.

A CHECK passes when it comes to NULL, and a composite foreign key is not looked at while one of
its columns is NULL. So columns that belong together are tied together first (the constraints
named ``…_whole``), and every other rule says what it means for NULL.
"""

from collections.abc import Iterable
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
    text,
)

from storage.constraints import check, flag, known, whole
from storage.database import Instant
from storage.decision_tables import EDITION, material_decisions
from storage.matter_tables import CASE_ID, CODE, FLAGS, MATTER_TRIGGERS, PERSON, WORD
from storage.source_tables import SOURCE
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert
from verify.acceptance.lookups import MIN_ANSWER_TIME, RESULTS
from verify.acceptance.reasons import LookupResult
from verify.conclusions import Conclusion

_IDENTIFIER: Final = String(128)
_REFERENCE: Final = String(64)
_MIN_ANSWER_MICROSECONDS: Final = int(MIN_ANSWER_TIME.total_seconds()) * 1_000_000
_PERIOD: Final = ("way", "first_day", "last_day", *FLAGS)
_CITED: Final = ("case_id", "material", "way", "number", "result", "looked_up_at")
_DUE: Final = ("case_id", "material", "way", "number", "result", "due_at")
_OF_LICENSES: Final = tuple(item for item in LookupResult if item.names_license)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_RESULTS_OF_WAYS: Final = " OR ".join(
    f"(way = '{way}' AND result IN ({_listed(item for item in LookupResult if item in results)}))"
    for way, results in RESULTS.items()
)

cases: Final = Table(
    "cases",
    metadata,
    Column("id", CASE_ID, nullable=False),
    Column("matter_code", CODE, nullable=False),
    Column("matter_version", Integer, nullable=False),
    Column("applicant_code_type", String(3), nullable=False),
    Column("applicant_code", String(64), nullable=False),
    Column("applicant_name", String(200), nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_on", Integer, nullable=False),
    Column("situation", Text, nullable=False),
    Column("parties", Text, nullable=False, server_default=text("'{}'")),
    PrimaryKeyConstraint("id"),
    UniqueConstraint(
        "id", "matter_code", "matter_version", "opened_on", name="uq_cases_with_matter"
    ),
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
    # The day in Beijing, by number since 1970.
    check("opened_that_day", "opened_on = (opened_at + 28800000000) / 86400000000"),
    Index("ix_cases_opened_at", "opened_at"),
)

case_materials: Final = Table(
    "case_materials",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("matter_code", CODE, nullable=False),
    Column("matter_version", Integer, nullable=False),
    Column("way", WORD, nullable=False),
    Column("opened_on", Integer, nullable=False),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    *map(flag, FLAGS),
    PrimaryKeyConstraint("case_id", "material"),
    UniqueConstraint("case_id", "material", "way", *FLAGS, name="uq_case_materials_with_ways"),
    ForeignKeyConstraint(
        ["case_id", "matter_code", "matter_version", "opened_on"],
        ["cases.id", "cases.matter_code", "cases.matter_version", "cases.opened_on"],
        name="fk_case_materials_case",
    ),
    # The case cannot say of a material that a way is open, or is not, when the matter differs.
    ForeignKeyConstraint(
        ["matter_code", "matter_version", "material", *_PERIOD],
        [
            f"matter_materials.{name}"
            for name in ("matter_code", "matter_version", "code", *_PERIOD)
        ],
        name="fk_case_materials_matter_material",
    ),
    check("rules_of_that_day", "opened_on BETWEEN first_day AND last_day"),
)

lookups: Final = Table(
    "lookups",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("number", Integer, nullable=False),
    Column("way", WORD, nullable=False),
    Column("result", WORD, nullable=False),
    Column("license", _IDENTIFIER),
    Column("region", String(6)),
    Column("conclusion", WORD),
    Column("looked_up_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("question", Integer),
    Column("question_result", WORD),
    Column("reference", _REFERENCE),
    # Regions that were not asked for want of an agreement, by their codes.
    Column("outside", Text),
    # When who said how it stands; what older releases looked up does not tell.
    Column("stated_at", Instant),
    Column("stated_by", String(6)),
    PrimaryKeyConstraint("case_id", "material", "way", "number"),
    UniqueConstraint(*_CITED, name="uq_lookups_with_result"),
    UniqueConstraint(*_DUE, name="uq_lookups_with_due_time"),
    ForeignKeyConstraint(
        ["case_id", "material"],
        ["case_materials.case_id", "case_materials.material"],
        name="fk_lookups_case_material",
    ),
    # An answer, or its lack, belongs to a question that was asked, and to its due time.
    ForeignKeyConstraint(
        ["case_id", "material", "way", "question", "question_result", "due_at"],
        [f"lookups.{name}" for name in _DUE],
        name="fk_lookups_question",
    ),
    check("number_positive", "number >= 1"),
    check("result_of_way", _RESULTS_OF_WAYS),
    known("conclusion", Conclusion),
    whole("license", "license", "region", "conclusion"),
    check("license_named", f"(result IN ({_listed(_OF_LICENSES)})) = (license IS NOT NULL)"),
    check("valid_passed", "result <> 'valid' OR conclusion = 'passed'"),
    check("unverified_not_passed", "result <> 'unverified' OR conclusion <> 'passed'"),
    check("due_of_department", "(way = 'department_check') = (due_at IS NOT NULL)"),
    check(
        "question_named",
        "(way = 'department_check' AND result <> 'asked') = (question IS NOT NULL)",
    ),
    whole("question", "question", "question_result"),
    check("question_asked", "question_result IS NULL OR question_result = 'asked'"),
    check("reference_of_department", "reference IS NULL OR way = 'department_check'"),
    check(
        "time_to_answer",
        f"result <> 'asked' OR due_at >= looked_up_at + {_MIN_ANSWER_MICROSECONDS}",
    ),
    check("timed_out_when_due", "result <> 'timed_out' OR looked_up_at >= due_at"),
    # Supervision goes from a figure to its cases by these alone.
    Index("ix_lookups_by_result", "way", "result", "looked_up_at", "case_id"),
)


def _not_called_for(groups: str, unmet: str) -> str:
    """Return that no group of a material's condition is met, or none is known.

    Args:
        groups: What to join to have each group as ``g.value``; a single one stands for itself.
        unmet: The questions of such a group that have another answer.
    """
    return (
        "NOT EXISTS (SELECT 1 FROM (SELECT conditions FROM matter_conditions x"  # noqa: S608 - our own names
        " WHERE x.matter_code = NEW.matter_code AND x.matter_version = NEW.matter_version"
        f" AND x.material = NEW.material) m {groups} WHERE NOT EXISTS ({unmet}))"
    )


lookup_silences: Final = Table(
    "lookup_silences",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("way", WORD, nullable=False),
    Column("number", Integer, nullable=False),
    Column("result", WORD, nullable=False),
    Column("looked_up_at", Instant, nullable=False),
    Column("source", SOURCE, nullable=False),
    PrimaryKeyConstraint("case_id", "material", "way", "number", "source"),
    ForeignKeyConstraint(
        list(_CITED), [f"lookups.{name}" for name in _CITED], name="fk_lookup_silences_lookup"
    ),
    check("source_was_down", "result = 'source_down'"),
    Index("ix_lookup_silences_by_source", "source", "looked_up_at", "case_id"),
)

TRIGGERS: Final = (
    *MATTER_TRIGGERS,
    *attach(
        trigger
        for table in (cases, case_materials, lookups, lookup_silences, material_decisions)
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
            " AND l.material = NEW.material AND ("
            "(l.way = 'e_license' AND l.number > NEW.lookup_number)"
            " OR (l.way = 'data_check' AND l.number > NEW.data_number)"
            " OR (l.way = 'department_check' AND l.number > coalesce(NEW.check_number, 0)"
            " AND coalesce(NEW.data_result, NEW.lookup_result, '')"
            " NOT IN ('valid', 'confirmed'))))",
            # A look-up refers to this row, so one that is being added is waited for.
            locking="1 FROM case_materials m WHERE m.case_id = NEW.case_id"
            " AND m.material = NEW.material FOR UPDATE",
        )
    ),
    *attach(
        refuse_insert(
            material_decisions,
            "material_decisions_rules_of_today",
            when=f"NEW.edition <> {EDITION}",
        )
    ),
    # What the situation does not call for nobody may ask for, whoever writes the row.
    *attach(
        refuse_insert(
            case_materials,
            "case_materials_called_for",
            when=_not_called_for(
                "JOIN json_each(CASE json_type(m.conditions) WHEN 'array' THEN m.conditions"
                " ELSE json_array(json(m.conditions)) END) g",
                "SELECT 1 FROM json_each(g.value) q WHERE NOT EXISTS (SELECT 1"
                " FROM cases c JOIN json_each(q.value) v WHERE c.id = NEW.case_id"
                " AND v.value = json_extract(c.situation, '$.\"' || q.key || '\"'))",
            ),
            postgresql=_not_called_for(
                "CROSS JOIN jsonb_array_elements(CASE jsonb_typeof(m.conditions::jsonb)"
                " WHEN 'array' THEN m.conditions::jsonb"
                " ELSE jsonb_build_array(m.conditions::jsonb) END) g(value)",
                "SELECT 1 FROM jsonb_each(g.value) q WHERE NOT EXISTS (SELECT 1"
                " FROM cases c WHERE c.id = NEW.case_id"
                " AND jsonb_exists(q.value, c.situation::jsonb ->> q.key))",
            ),
        )
    ),
    # What works again has to be asked again.
    *attach(
        refuse_insert(
            material_decisions,
            "material_decisions_probes_agree",
            when="NEW.ground = 'source_down' AND EXISTS (SELECT 1 FROM lookup_silences s"
            " JOIN source_probes p ON p.source = s.source AND p.state = 'up'"
            " AND p.probed_at >= s.looked_up_at"
            " WHERE s.case_id = NEW.case_id AND s.material = NEW.material"
            " AND s.way = NEW.probe_way AND s.number = NEW.probe_number)",
        )
    ),
    # Looking up what nobody asks for would be curiosity.
    *attach(
        refuse_insert(
            lookups,
            "lookups_way_open",
            when="NOT EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id"
            " AND m.material = NEW.material AND ("
            "(NEW.way = 'e_license' AND m.asks_license)"
            " OR (NEW.way = 'data_check' AND m.asks_data)"
            " OR (NEW.way = 'department_check' AND m.asks_department)))",
        )
    ),
)
"""The triggers of these tables, in the order of creation."""
