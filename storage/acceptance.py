"""Cases, look-ups and decisions in the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    RowMapping,
    ScalarSelect,
    Select,
    Update,
    and_,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage.acceptance_rows import (
    case_from_row,
    case_materials_to_rows,
    case_to_row,
    conditions_to_rows,
    decision_from_row,
    decision_to_row,
    lookup_from_row,
    lookup_to_row,
    materials_to_rows,
    optional_materials_to_rows,
    silences_to_rows,
)
from storage.acceptance_tables import case_materials, cases, lookup_silences, lookups
from storage.database_errors import broken_rule
from storage.decision_tables import EDITION, material_decisions
from storage.department_posts import post_questions
from storage.locks import hold
from storage.matter_tables import (
    FLAGS,
    exception_reasons,
    matter_conditions,
    matter_materials,
    matters,
    people_roles,
)
from storage.outcome_tables import optional_materials
from verify.acceptance.lookups import ASKED_WAYS, Lookup
from verify.acceptance.reasons import REASONS, LookupResult
from verify.acceptance.records import Case, Decision, PersonRole
from verify.case_errors import CaseNotFoundError, RecordRefusedError
from verify.decision_errors import AlreadyDecidedError
from verify.matters.catalogue import Matter
from verify.matters.encoding import encode_matter
from verify.matters.ways import Way


class SqlCases:
    """The window's records on one connection; the port is ``CaseRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, matter: Matter) -> None:
        """Keep a version of a matter, so that cases may cite it; again is no error."""
        # Every process publishes when it starts, and many may start at once.
        hold(self._connection, matters.name)
        wanted, definition = materials_to_rows(matter), encode_matter(matter)
        version = and_(matters.c.code == matter.code, matters.c.version == matter.version)
        known = self._rows(select(matters).where(version))
        if not known:
            self._execute(
                insert(matters).values(
                    code=matter.code, version=matter.version, definition=definition
                )
            )
            self._execute(insert(matter_materials), wanted)
            self._publish_optional(matter)
            self._execute(insert(matter_conditions), conditions_to_rows(matter))
        elif known[0]["definition"] not in {None, definition} or self._differs(matter, wanted):
            raise RecordRefusedError("matters_append_only")

    def definitions(self) -> tuple[bytes, ...]:
        """Return every matter that is kept with its definition."""
        query = (
            select(matters.c.definition)
            .where(matters.c.definition.is_not(None))
            .order_by(matters.c.code, matters.c.version)
        )
        return tuple(self._connection.execute(query).scalars())

    def add(self, case: Case, matter: Matter) -> None:
        """Keep a new case with the materials that its situation calls for."""
        self._execute(insert(cases).values(case_to_row(case)))
        materials = case_materials_to_rows(case, matter)
        if materials:
            self._execute(insert(case_materials), materials)

    def get(self, case_id: str) -> Case:
        """Return a case."""
        rows = self._rows(select(cases).where(cases.c.id == case_id))
        if not rows:
            raise CaseNotFoundError(case_id)
        return case_from_row(rows[0])

    def hold(self, case_id: str) -> None:
        """Let no other unit of work hold the case until this one ends."""
        self._connection.execute(
            select(cases.c.id).where(cases.c.id == case_id).with_for_update(key_share=True)
        )

    def recent(self, limit: int) -> tuple[Case, ...]:
        """Return the newest cases, newest first."""
        query = select(cases).order_by(cases.c.opened_at.desc(), cases.c.id).limit(limit)
        return tuple(case_from_row(row) for row in self._rows(query))

    def add_lookups(self, new: Sequence[Lookup]) -> None:
        """Keep several look-ups, all or none."""
        if not new:
            return
        self._execute(insert(lookups), [lookup_to_row(item) for item in new])
        silences = [row for item in new for row in silences_to_rows(item)]
        if silences:
            self._execute(insert(lookup_silences), silences)
        questions = [item for item in new if _is_question(item)]
        if questions:
            post_questions(self._connection, questions)

    def add_lookup(self, lookup: Lookup) -> None:
        """Keep a look-up."""
        self.add_lookups([lookup])

    def latest_lookups(self, case_id: str) -> Mapping[str, tuple[Lookup, ...]]:
        """Return the latest look-up of each way, by the material's code."""
        latest: dict[str, dict[Way, Lookup]] = {}
        for lookup in self._lookups(case_id):
            latest.setdefault(lookup.material, {})[lookup.way] = lookup
        return {material: tuple(ways.values()) for material, ways in latest.items()}

    def lookups_of(self, case_id: str) -> tuple[Lookup, ...]:
        """Return every look-up of a case, by material, in the order of ways and numbers."""
        return tuple(sorted(self._lookups(case_id), key=lambda item: item.material))

    def add_decision(self, decision: Decision) -> None:
        """Keep a decision."""
        row = {
            **decision_to_row(decision),
            "edition": EDITION,
            **{
                name: _of_material(decision.case_id, decision.material, name)
                for name in ("way", *FLAGS)
            },
        }
        try:
            self._execute(insert(material_decisions).values(row))
        except RecordRefusedError as error:
            if error.constraint == "pk_material_decisions":
                raise AlreadyDecidedError(f"{decision.material} was decided before") from None
            raise

    def decisions(self, case_id: str) -> Mapping[str, Decision]:
        """Return the decisions of a case by the material's code."""
        known = {(item.material, item.way, item.number): item for item in self._lookups(case_id)}
        query = select(material_decisions).where(material_decisions.c.case_id == case_id)
        return {row["material"]: decision_from_row(row, known) for row in self._rows(query)}

    def grant_role(self, person: str, role: PersonRole) -> None:
        """Give a person a role; again is no error."""
        hold(self._connection, people_roles.name)
        if not self._set_withdrawn(person, role, withdrawn=False):
            self._execute(
                insert(people_roles).values(person=person, role=role.value, withdrawn=False)
            )

    def withdraw_role(self, person: str, role: PersonRole) -> None:
        """Take a role away; what the person did with it stays."""
        self._set_withdrawn(person, role, withdrawn=True)

    def holds_role(self, person: str, role: PersonRole) -> bool:
        """Tell whether a person holds a role now."""
        query = select(people_roles.c.withdrawn).where(_is_role(person, role))
        return self._connection.execute(query).scalar_one_or_none() is False

    def publish_reasons(self) -> None:
        """Keep the reasons for demanding paper; again is no error."""
        hold(self._connection, exception_reasons.name)
        kept = {(row["code"], row["applies_to"]) for row in self._rows(select(exception_reasons))}
        missing = [
            {
                "code": reason.code.value,
                "applies_to": result.value,
                "needs_approver": reason.needs_approver(result),
            }
            for reason in REASONS.values()
            for result in reason.applies_to
            if (reason.code, result) not in kept
        ]
        if missing:
            self._execute(insert(exception_reasons), missing)

    def _publish_optional(self, matter: Matter) -> None:
        rows = optional_materials_to_rows(matter)
        if rows:
            self._execute(insert(optional_materials), rows)

    def _lookups(self, case_id: str) -> tuple[Lookup, ...]:
        """Return every look-up of a case; of each material and way in its order."""
        query = select(lookups).where(lookups.c.case_id == case_id)
        silences = self._rows(select(lookup_silences).where(lookup_silences.c.case_id == case_id))
        found = [lookup_from_row(row, silences) for row in self._rows(query)]
        return tuple(sorted(found, key=lambda item: (ASKED_WAYS.index(item.way), item.number)))

    def _differs(self, matter: Matter, wanted: Iterable[Mapping[str, object]]) -> bool:
        """Tell whether the constraints know something else of a matter."""
        kept = self._rows(
            select(matter_materials).where(
                matter_materials.c.matter_code == matter.code,
                matter_materials.c.matter_version == matter.version,
            )
        )
        return _by_place(kept) != _by_place(wanted)

    def _set_withdrawn(self, person: str, role: PersonRole, *, withdrawn: bool) -> bool:
        """Change a role's row; tell whether there was one."""
        change = update(people_roles).where(_is_role(person, role)).values(withdrawn=withdrawn)
        return self._execute(change) > 0

    def _rows(self, query: Select[*tuple[object, ...]]) -> Sequence[RowMapping]:
        return self._connection.execute(query).mappings().all()

    def _execute(
        self, statement: Insert | Update, rows: Sequence[Mapping[str, object]] | None = None
    ) -> int:
        """Run a statement, translate a refusal; return how many rows it touched."""
        try:
            if rows is None:
                return self._connection.execute(statement).rowcount
            return self._connection.execute(statement, rows).rowcount
        except IntegrityError as error:
            # Without the cause: its text quotes the values, an applicant's code among them.
            raise RecordRefusedError(broken_rule(error)) from None


def _is_question(lookup: Lookup) -> bool:
    """Tell whether a department has it and is to be asked what became of it."""
    return lookup.result is LookupResult.ASKED and lookup.reference is not None


def _of_material(case_id: str, material: str, column: str) -> ScalarSelect[Any]:
    return (
        select(case_materials.c[column])
        .where(case_materials.c.case_id == case_id, case_materials.c.material == material)
        .scalar_subquery()
    )


def _is_role(person: str, role: PersonRole) -> ColumnElement[bool]:
    return and_(people_roles.c.person == person, people_roles.c.role == role.value)


def _by_place(rows: Iterable[Mapping[Any, Any]]) -> dict[object, dict[Any, object]]:
    return {(row["code"], row["first_day"]): dict(row) for row in rows}
