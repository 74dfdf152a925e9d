"""Triggers that note each fact for supervision as it is stored, in the same transaction.

A fact is noted once, because rows of these tables are added once and never change. Counting the
notes is done later and elsewhere, so that no two windows wait for one counter.
"""

from typing import Final

from storage.acceptance_tables import case_materials, cases, lookup_silences, lookups
from storage.correction_tables import correction_events
from storage.decision_tables import material_decisions
from storage.license_tables import usages
from storage.matter_tables import SPARING
from storage.overask_tables import overasks
from storage.promise_tables import promise_steps, promises
from storage.refusal_tables import refusals
from storage.tally_notes import Noted, all_triggers, week_of_sql
from storage.triggers import attach
from verify.supervision.answer_days import ANSWERS
from verify.supervision.freshness import AT_MOST, Age

_SPARED_NEW: Final = f"({' OR '.join(f'NEW.{name}' for name in SPARING)})"
_IS_DEMAND: Final = f"(NEW.form = 'paper' AND NOT NEW.voluntary AND {_SPARED_NEW})"
_SERVES: Final = (
    "(coalesce(NEW.lookup_result, '') = 'valid' OR coalesce(NEW.data_result, '') = 'confirmed'"
    " OR coalesce(NEW.check_result, '') = 'confirmed')"
)
_ANSWERS: Final = ", ".join(f"'{answer}'" for answer in ANSWERS)
_RAISED_AT: Final = (
    "coalesce((SELECT min(r.at) FROM correction_events r"
    " WHERE r.receipt = NEW.receipt AND r.step = 'raised'), NEW.at)"
)
# Days that have begun: one microsecond into the second day counts as two.
_ANSWER_DAYS: Final = f"((NEW.at - {_RAISED_AT} + 86399999999) / 86400000000)"
_ISSUER: Final = "coalesce(l.issuer_code, '')"
_CORRECTED: Final = (
    "FROM corrections k LEFT JOIN licenses l ON l.identifier = k.identifier"
    " WHERE k.receipt = NEW.receipt"
)
# The last answer that counts: the department's, else the register's, else of the license.
_RESTS_ON: Final = (
    "FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material"
    " AND l.stated_at IS NOT NULL"
    " AND l.way = CASE WHEN NEW.check_number IS NOT NULL THEN 'department_check'"
    " WHEN NEW.data_number IS NOT NULL THEN 'data_check' ELSE 'e_license' END"
    " AND l.number = coalesce(NEW.check_number, NEW.data_number, NEW.lookup_number)"
)
_AGES: Final = " ".join(
    f"WHEN NEW.decided_at - l.stated_at <= {int(most.total_seconds()) * 1_000_000} THEN '{age}'"
    for age, most in AT_MOST.items()
)
# Its own issuer and the archive read a license; whoever else does uses it.
_IS_USE: Final = "basis NOT IN ('register', 'archive')"
_BEFORE: Final = (
    f"coalesce((SELECT {week_of_sql('u.at')} FROM usages u"  # noqa: S608 - our own names
    " WHERE u.identifier = NEW.identifier"
    f" AND u.{_IS_USE} AND u.at <= NEW.at AND (u.at < NEW.at OR u.row < NEW.row)"
    " ORDER BY u.at DESC LIMIT 1), -1)"
)

NOTED: Final = (
    Noted(
        name="cases_tallied",
        table=cases,
        what="case",
        code="''",
        at="NEW.opened_at",
        matter="NEW.matter_code",
        operator="NEW.operator",
        source="",
    ),
    Noted(
        name="case_materials_tallied",
        table=case_materials,
        what="required",
        code=f"CASE WHEN {_SPARED_NEW} THEN 'spared' ELSE 'self' END",
        at="c.opened_at",
    ),
    Noted(
        name="lookups_tallied",
        table=lookups,
        what="lookup",
        code="NEW.way || '/' || NEW.result",
        at="NEW.looked_up_at",
        region="coalesce(NEW.region, '')",
    ),
    Noted(
        name="lookup_silences_tallied",
        table=lookup_silences,
        what="silent",
        code="NEW.source",
        at="NEW.looked_up_at",
    ),
    Noted(
        name="material_decisions_tallied",
        table=material_decisions,
        what="decision",
        code=f"CASE WHEN {_IS_DEMAND} THEN 'demand/' || NEW.reason"
        " WHEN NEW.form = 'paper' AND NEW.voluntary THEN 'voluntary'"
        " WHEN NEW.form = 'paper' THEN 'own' ELSE NEW.form END",
        at="NEW.decided_at",
        operator="NEW.operator",
        region="CASE WHEN NEW.form = 'e_license' THEN coalesce((SELECT l.region FROM lookups l"
        " WHERE l.case_id = NEW.case_id AND l.material = NEW.material"
        " AND l.way = 'e_license' AND l.number = NEW.lookup_number), '') ELSE '' END",
    ),
    Noted(
        name="material_decisions_approved",
        table=material_decisions,
        what="override",
        code="NEW.reason",
        at="NEW.decided_at",
        operator="NEW.operator",
        when="NEW.approver IS NOT NULL",
    ),
    Noted(
        name="material_decisions_contrary",
        table=material_decisions,
        what="valid_but_paper",
        code="NEW.reason",
        at="NEW.decided_at",
        operator="NEW.operator",
        when=f"{_IS_DEMAND} AND {_SERVES}",
    ),
    Noted(
        name="promises_tallied",
        table=promises,
        what="promise",
        code="NEW.kind || '/made'",
        at="NEW.made_at",
    ),
    Noted(
        name="promise_steps_tallied",
        table=promise_steps,
        what="promise",
        code="(SELECT p.kind FROM promises p WHERE p.case_id = NEW.case_id"
        " AND p.material = NEW.material) || '/' || NEW.kind",
        at="NEW.at",
    ),
    Noted(
        name="refusals_tallied",
        table=refusals,
        what="refusal",
        code="NEW.code",
        at="NEW.refused_at",
        operator="NEW.operator",
    ),
    Noted(
        name="usages_tallied",
        table=usages,
        what="use",
        code="NEW.basis",
        at="NEW.at",
        matter="''",
        operator="''",
        source="",
    ),
    Noted(
        name="usages_dated",
        table=usages,
        what="used",
        code="(SELECT l.type_code FROM licenses l"  # noqa: S608 - our own names
        " WHERE l.identifier = NEW.identifier)"
        f" || '/' || {_BEFORE}",
        at="NEW.at",
        matter="''",
        operator="''",
        source="",
        when=f"NEW.{_IS_USE} AND {_BEFORE} < {week_of_sql('NEW.at')}",
    ),
    Noted(
        name="overasks_tallied",
        table=overasks,
        what="overask",
        code="NEW.type_code",
        at="NEW.at",
        matter="NEW.matter",
        # Only windows act in cases; of others not even an opaque name is told.
        operator="CASE WHEN NEW.case_id <> '' THEN substr(NEW.user, 1, 100) ELSE '' END",
        region="NEW.region",
        source="",
    ),
    Noted(
        name="correction_events_tallied",
        table=correction_events,
        what="answered",
        code=f"(SELECT {_ISSUER} || '/' || k.type_code {_CORRECTED})"
        f" || '/' || NEW.step || '/' || {_ANSWER_DAYS}",
        at="NEW.at",
        matter="''",
        operator="''",
        region=f"(SELECT substr({_ISSUER}, 3, 6) {_CORRECTED})",
        source="",
        when=f"NEW.step IN ({_ANSWERS})",
    ),
    Noted(
        name="material_decisions_dated",
        table=material_decisions,
        what="freshness",
        code=f"(SELECT CASE {_AGES} ELSE '{Age.LONGER}' END {_RESTS_ON})",
        at="NEW.decided_at",
        operator="NEW.operator",
        region=f"(SELECT l.stated_by {_RESTS_ON})",
        when=f"EXISTS (SELECT 1 {_RESTS_ON})",
    ),
)
"""Everything that supervision counts."""


TALLY_TRIGGERS: Final = attach(all_triggers(NOTED))
