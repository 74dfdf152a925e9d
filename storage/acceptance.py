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
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage.acceptance_rows import (
    case_from_row,
    case_to_row,
    decision_from_row,
    decision_to_row,
    lookup_from_row,
    lookup_to_row,
    materials_to_rows,
)
from storage.acceptance_tables import case_materials, cases, lookups, material_decisions
from storage.database_errors import broken_rule
from storage.locks import hold
from storage.matter_tables import exception_reasons, matter_materials, matters, people_roles
from verify.acceptance.reasons import REASONS
from verify.acceptance.records import Case, Decision, Lookup, PersonRole
from verify.errors import AlreadyDecidedError, CaseNotFoundError, RecordRefusedError
from verify.matters.catalogue import Matter


class SqlCases:
    """The window's records on one connection; the port is ``CaseRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, matter: Matter) -> None:
        """Keep a version of a matter, so that cases may cite it; again is no error."""
        # Every process publishes when it starts, and many may start at once.
        hold(self._connection, matters.name)
        wanted = materials_to_rows(matter)
        kept = self._rows(
            select(matter_materials).where(
                matter_materials.c.matter_code == matter.code,
                matter_materials.c.matter_version == matter.version,
            )
        )
        if not kept:
            self._execute(insert(matters).values(code=matter.code, version=matter.version))
            self._execute(insert(matter_materials), wanted)
        elif _by_code(kept) != _by_code(wanted):
            raise RecordRefusedError("matters_append_only")

    def add(self, case: Case, matter: Matter) -> None:
        """Keep a new case with the list of its materials."""
        self._execute(insert(cases).values(case_to_row(case)))
        self._execute(
            insert(case_materials),
            [
                {
                    "case_id": case.id,
                    "material": material.code,
                    "matter_code": matter.code,
                    "matter_version": matter.version,
                    "way": material.way.value,
                }
                for material in matter.materials
            ],
        )

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

    def add_lookup(self, lookup: Lookup) -> None:
        """Keep a look-up."""
        way = _way_of(lookup.case_id, lookup.material)
        self._execute(insert(lookups).values({**lookup_to_row(lookup), "way": way}))

    def latest_lookups(self, case_id: str) -> Mapping[str, Lookup]:
        """Return the latest look-up of each material that has one, by its code."""
        latest = (
            select(lookups.c.material, func.max(lookups.c.number).label("number"))
            .where(lookups.c.case_id == case_id)
            .group_by(lookups.c.material)
            .subquery()
        )
        query = (
            select(lookups)
            .join(
                latest,
                and_(lookups.c.material == latest.c.material, lookups.c.number == latest.c.number),
            )
            .where(lookups.c.case_id == case_id)
        )
        return {row["material"]: lookup_from_row(row) for row in self._rows(query)}

    def add_decision(self, decision: Decision) -> None:
        """Keep a decision."""
        way = _way_of(decision.case_id, decision.material)
        row = {**decision_to_row(decision), "way": way}
        try:
            self._execute(insert(material_decisions).values(row))
        except RecordRefusedError as error:
            if error.constraint == "pk_material_decisions":
                raise AlreadyDecidedError(f"{decision.material} was decided before") from None
            raise

    def decisions(self, case_id: str) -> Mapping[str, Decision]:
        """Return the decisions of a case by the material's code."""
        query = (
            select(
                material_decisions,
                lookups.c.license,
                lookups.c.region,
                lookups.c.conclusion,
            )
            .outerjoin(
                lookups,
                and_(
                    lookups.c.case_id == material_decisions.c.case_id,
                    lookups.c.material == material_decisions.c.material,
                    lookups.c.number == material_decisions.c.lookup_number,
                ),
            )
            .where(material_decisions.c.case_id == case_id)
        )
        return {row["material"]: decision_from_row(row) for row in self._rows(query)}

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


def _way_of(case_id: str, material: str) -> ScalarSelect[str]:
    return (
        select(case_materials.c.way)
        .where(case_materials.c.case_id == case_id, case_materials.c.material == material)
        .scalar_subquery()
    )


def _is_role(person: str, role: PersonRole) -> ColumnElement[bool]:
    return and_(people_roles.c.person == person, people_roles.c.role == role.value)


def _by_code(rows: Iterable[Mapping[Any, Any]]) -> dict[object, dict[Any, object]]:
    return {row["code"]: dict(row) for row in rows}
