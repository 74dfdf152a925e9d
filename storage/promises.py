"""Declarations and promises in the database; the port is ``PromiseBook``."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    exists,
    insert,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.exc import IntegrityError

from certs.holder_codes import HolderCode, HolderCodeType
from storage.acceptance_tables import cases
from storage.database_errors import broken_rule
from storage.promise_tables import CLOSING, declarations, promise_steps, promises
from verify.acceptance.promises.declarations import Declaration, SignatureKind
from verify.acceptance.promises.records import FINAL_KINDS, Promise, PromiseKind, Step, StepKind
from verify.acceptance.records import Applicant, PersonRole
from verify.case_errors import PromiseNotFoundError, RecordRefusedError
from verify.matters.ways import Way

_PLACE = (promises.c.made_at, promises.c.case_id, promises.c.material)


class SqlPromises:
    """What was declared and deferred, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def declare(self, declaration: Declaration) -> None:
        """Keep a declaration."""
        self._insert(
            declarations,
            {
                "case_id": declaration.case_id,
                "material": declaration.material,
                "version": declaration.version,
                "digest": declaration.digest,
                "kind": declaration.kind.value,
                "evidence": declaration.evidence,
                "operator": declaration.operator,
                "operator_role": PersonRole.ACCEPTANCE.value,
                "declared_at": declaration.declared_at,
            },
        )

    def declaration(self, case_id: str, material: str) -> Declaration | None:
        """Return the declaration about a material."""
        query = select(declarations).where(
            declarations.c.case_id == case_id, declarations.c.material == material
        )
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        parts = {name: row[name] for name in row if name != "operator_role"}
        return Declaration(**parts | {"kind": SignatureKind(row["kind"])})

    def declared(self, case_id: str) -> frozenset[str]:
        """Return the codes of the materials of a case that were declared."""
        query = select(declarations.c.material).where(declarations.c.case_id == case_id)
        return frozenset(self._connection.execute(query).scalars())

    def add(self, promise: Promise) -> None:
        """Keep what a decision leaves open."""
        self._insert(
            promises,
            {
                "case_id": promise.case_id,
                "material": promise.material,
                "kind": promise.kind.value,
                "made_at": promise.made_at,
                "due_on": promise.due_on,
            },
        )

    def get(self, case_id: str, material: str) -> Promise:
        """Return a promise with its steps."""
        found = self._read(
            and_(promises.c.case_id == case_id, promises.c.material == material), limit=1
        )
        if not found:
            raise PromiseNotFoundError(f"{case_id}: nothing was left open of {material}")
        return found[0]

    def take(self, promise: Promise, step: Step) -> None:
        """Add a step behind those that the promise has."""
        self._insert(
            promise_steps,
            {
                "case_id": promise.case_id,
                "material": promise.material,
                "number": self._next_number(promise),
                "kind": step.kind.value,
                "at": step.at,
                "way": None if step.way is None else step.way.value,
                "lookup": step.lookup,
                **_person("operator", step.operator, PersonRole.ACCEPTANCE),
                **_person("approver", step.approver, PersonRole.ACCEPTANCE_APPROVER),
                "note": step.note,
            },
        )

    def open_until(
        self, day: date, *, limit: int, after: Promise | None = None
    ) -> tuple[Promise, ...]:
        """Return what is open and awaited, or due by a day, the oldest first."""
        is_wanted = and_(
            promises.c.kind.not_in([kind.value for kind in FINAL_KINDS]),
            or_(promises.c.kind == PromiseKind.AWAITED.value, promises.c.due_on <= day),
            ~exists().where(_of_promise(), text(f"promise_steps.kind IN ({CLOSING})")),
        )
        if after is not None:
            place = (after.made_at, after.case_id, after.material)
            is_wanted = and_(is_wanted, tuple_(*_PLACE) > place)
        return self._read(is_wanted, limit=limit)

    def has_breached(self, holder: HolderCode) -> bool:
        """Tell whether a holder broke a promise in any case and did not set it right."""
        query = select(promises.c.case_id).where(
            exists().where(
                cases.c.id == promises.c.case_id,
                cases.c.applicant_code_type == holder.code_type.value,
                cases.c.applicant_code == holder.code,
            ),
            exists().where(_of_promise(), _is(StepKind.BREACHED)),
            ~exists().where(_of_promise(), _is(StepKind.REPAIRED)),
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def breaches(self) -> tuple[tuple[Applicant, Promise], ...]:
        """Return every promise that was broken, with whoever broke it, the oldest first."""
        found = self._read(exists().where(_of_promise(), _is(StepKind.BREACHED)), limit=None)
        people = self._applicants({promise.case_id for promise in found})
        return tuple((people[promise.case_id], promise) for promise in found)

    def _next_number(self, promise: Promise) -> int:
        query = select(promise_steps.c.number).where(
            promise_steps.c.case_id == promise.case_id,
            promise_steps.c.material == promise.material,
        )
        return max(self._connection.execute(query).scalars(), default=0) + 1

    def _read(self, which: ColumnElement[bool], *, limit: int | None) -> tuple[Promise, ...]:
        query = select(promises).where(which).order_by(*_PLACE).limit(limit)
        rows = self._connection.execute(query).mappings().all()
        steps = self._steps({row["case_id"] for row in rows})
        return tuple(
            Promise(
                case_id=row["case_id"],
                material=row["material"],
                kind=PromiseKind(row["kind"]),
                made_at=row["made_at"],
                due_on=row["due_on"],
                steps=tuple(steps.get((row["case_id"], row["material"]), ())),
            )
            for row in rows
        )

    def _steps(self, case_ids: Iterable[str]) -> Mapping[tuple[str, str], list[Step]]:
        query = (
            select(promise_steps)
            .where(promise_steps.c.case_id.in_(sorted(case_ids)))
            .order_by(promise_steps.c.case_id, promise_steps.c.material, promise_steps.c.number)
        )
        found: dict[tuple[str, str], list[Step]] = {}
        for row in self._connection.execute(query).mappings():
            found.setdefault((row["case_id"], row["material"]), []).append(_step(row))
        return found

    def _applicants(self, case_ids: Iterable[str]) -> Mapping[str, Applicant]:
        query = select(
            cases.c.id,
            cases.c.applicant_code_type,
            cases.c.applicant_code,
            cases.c.applicant_name,
        ).where(cases.c.id.in_(sorted(case_ids)))
        return {
            case_id: Applicant(
                code=HolderCode(code_type=HolderCodeType(kind), code=code), name=name
            )
            for case_id, kind, code, name in self._connection.execute(query)
        }

    def _insert(self, table: Table, row: Mapping[str, object]) -> None:
        try:
            self._connection.execute(insert(table).values(row))
        except IntegrityError as error:
            # Without the cause: its text quotes the values.
            raise RecordRefusedError(broken_rule(error)) from None


def _person(name: str, person: str | None, role: PersonRole) -> dict[str, object]:
    return {name: person, f"{name}_role": None if person is None else role.value}


def _step(row: Mapping[Any, Any]) -> Step:
    return Step(
        kind=StepKind(row["kind"]),
        at=row["at"],
        way=None if row["way"] is None else Way(row["way"]),
        lookup=row["lookup"],
        operator=row["operator"],
        approver=row["approver"],
        note=row["note"],
    )


def _of_promise() -> ColumnElement[bool]:
    return and_(
        promise_steps.c.case_id == promises.c.case_id,
        promise_steps.c.material == promises.c.material,
    )


def _is(kind: StepKind) -> ColumnElement[bool]:
    return promise_steps.c.kind == kind.value
