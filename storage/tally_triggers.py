"""Triggers that note each fact for supervision as it is stored, in the same transaction.

A fact is noted once, because rows of these tables are added once and never change. Counting the
notes is done later and elsewhere, so that no two windows wait for one counter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Table

from storage.acceptance_tables import case_materials, cases, lookup_silences, lookups
from storage.correction_tables import correction_events
from storage.decision_tables import material_decisions
from storage.license_tables import usages
from storage.matter_tables import SPARING
from storage.overask_tables import overasks
from storage.promise_tables import promise_steps, promises
from storage.refusal_tables import refusals
from storage.triggers import POSTGRESQL, SQLITE, Trigger, attach
from verify.supervision.answer_days import ANSWERS
from verify.supervision.freshness import AT_MOST, Age

COLUMNS: Final = ("week", "matter", "operator", "region", "what", "code")
_OF_CASE: Final = "cases c WHERE c.id = NEW.case_id"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is noted of each new row of a table; SQL over ``NEW`` and, where joined, ``c``.

    Attributes:
        name: Of the trigger.
        at: When it happened, in microseconds.
        source: From where the matter is read; nothing where the row itself says it.
        when: Which rows count.
    """

    name: str
    table: Table
    what: str
    code: str
    at: str
    matter: str = "c.matter_code"
    operator: str = "c.operator"
    region: str = "''"
    source: str = _OF_CASE
    when: str = "1 = 1"

    @property
    def values(self) -> tuple[str, ...]:
        """The columns of a note; weeks begin on Monday in Beijing, by number since 1970."""
        week = f"(({self.at} + 28800000000) / 86400000000 + 3) / 7"
        return (week, self.matter, self.operator, self.region, f"'{self.what}'", self.code)

    @property
    def selection(self) -> str:
        """The note of a new row, selected."""
        source = f" FROM {self.source}" if self.source else ""
        return f"SELECT {', '.join(self.values)}{source}"

    def triggers(self) -> tuple[Trigger, ...]:
        """Return the triggers of both dialects."""
        note = f"INSERT INTO tally_facts ({', '.join(COLUMNS)}) {self.selection};"
        on = f"AFTER INSERT ON {self.table.name}"
        lite = f"CREATE TRIGGER {self.name} {on} WHEN {self.when} BEGIN {note} END"
        function = (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN IF {self.when} THEN {note} END IF; RETURN NULL; END $$"
        )
        trigger = (
            f"CREATE OR REPLACE TRIGGER {self.name} {on}"
            f" FOR EACH ROW EXECUTE FUNCTION {self.name}()"
        )
        return (
            Trigger(table=self.table, dialect=SQLITE, statement=lite),
            Trigger(table=self.table, dialect=POSTGRESQL, statement=function),
            Trigger(table=self.table, dialect=POSTGRESQL, statement=trigger),
        )

    def backfill(self) -> str:
        """Return what counts the rows that were there before anybody noted them."""
        columns = ", ".join(COLUMNS)
        source = f"{self.table.name} n" + (", cases c" if self.source else "")
        joined = " AND c.id = n.case_id" if self.source else ""
        named = ", ".join(
            f"{value} AS {name}" for value, name in zip(self.values, COLUMNS, strict=True)
        )
        rows = f"SELECT {named} FROM {source} WHERE {self.when}{joined}".replace("NEW.", "n.")  # noqa: S608 - our own names
        return (
            f"INSERT INTO tallies ({columns}, number)"  # noqa: S608 - our own names
            f" SELECT {columns}, count(*) FROM ({rows}) AS f GROUP BY {columns}"
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


def all_triggers(noted: Iterable[Noted] = NOTED) -> tuple[Trigger, ...]:
    """Return the triggers of everything that is noted, in the order of creation."""
    return tuple(trigger for item in noted for trigger in item.triggers())


TALLY_TRIGGERS: Final = attach(all_triggers())
