"""Declarations and promises in memory."""

from dataclasses import dataclass, field, replace
from datetime import date

from certs.holder_codes import HolderCode
from verify.acceptance.promises.declarations import Declaration
from verify.acceptance.promises.records import Promise, PromiseKind, Step, StepKind
from verify.acceptance.records import Applicant, Case
from verify.case_errors import PromiseNotFoundError, RecordRefusedError

Key = tuple[str, str]


@dataclass
class MemoryPromises:
    """A ``PromiseBook`` in dictionaries.

    Attributes:
        cases: Whose cases there are, by their number; the register of cases itself.
    """

    cases: dict[str, Case] = field(default_factory=dict)
    declarations: dict[Key, Declaration] = field(default_factory=dict)
    kept: dict[Key, Promise] = field(default_factory=dict)

    def declare(self, declaration: Declaration) -> None:
        key = (declaration.case_id, declaration.material)
        if key in self.declarations:
            raise RecordRefusedError("pk_declarations")
        self.declarations[key] = declaration

    def declaration(self, case_id: str, material: str) -> Declaration | None:
        return self.declarations.get((case_id, material))

    def declared(self, case_id: str) -> frozenset[str]:
        return frozenset(material for case, material in self.declarations if case == case_id)

    def add(self, promise: Promise) -> None:
        key = (promise.case_id, promise.material)
        if key in self.kept:
            raise RecordRefusedError("pk_promises")
        self.kept[key] = promise

    def get(self, case_id: str, material: str) -> Promise:
        found = self.kept.get((case_id, material))
        if found is None:
            raise PromiseNotFoundError(material)
        return found

    def take(self, promise: Promise, step: Step) -> None:
        now = self.get(promise.case_id, promise.material)
        if step.kind.is_closing and not now.is_open:
            raise RecordRefusedError("uq_promise_steps_closed")
        key = (promise.case_id, promise.material)
        self.kept[key] = replace(now, steps=(*now.steps, step))

    def open_until(
        self, day: date, *, limit: int, after: Promise | None = None
    ) -> tuple[Promise, ...]:
        wanted = [
            promise
            for promise in sorted(self.kept.values(), key=_place)
            if promise.is_open
            and (
                promise.kind is PromiseKind.AWAITED
                or (promise.due_on is not None and promise.due_on <= day)
            )
            and (after is None or _place(promise) > _place(after))
        ]
        return tuple(wanted[:limit])

    def has_breached(self, holder: HolderCode) -> bool:
        return any(
            self.cases[promise.case_id].applicant.code == holder
            and _has(promise, StepKind.BREACHED)
            and not _has(promise, StepKind.REPAIRED)
            for promise in self.kept.values()
        )

    def breaches(self) -> tuple[tuple[Applicant, Promise], ...]:
        return tuple(
            (self.cases[promise.case_id].applicant, promise)
            for promise in sorted(self.kept.values(), key=_place)
            if _has(promise, StepKind.BREACHED)
        )


def _place(promise: Promise) -> tuple[object, str, str]:
    return promise.made_at, promise.case_id, promise.material


def _has(promise: Promise, kind: StepKind) -> bool:
    return any(step.kind is kind for step in promise.steps)
