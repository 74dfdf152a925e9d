"""Exceptions (例外审批): a demand for paper that a second person has to agree to, in person.

Whoever is at the window asks, with reason and note; somebody else who may approve exceptions
agrees or declines while signed in as himself. What is agreed to goes through the gate then, on
what is found then: a license that turned up meanwhile wins.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.ports import AcceptanceWork
from verify.acceptance.reasons import ReasonCode
from verify.acceptance.records import Decision, DecisionRequest, Form, PersonRole
from verify.case_errors import ExceptionClosedError
from verify.decision_errors import ApproverIsOperatorError, NoteRequiredError, RoleMissingError
from verify.ports import Clock

_MOST_WAITING: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRequest:
    """例外申请.

    Attributes:
        number: Given by the book; 0 before.
        case_id: The case.
        material: What paper is to be demanded of.
        reason: Why.
        note: The reason in words; None for none.
        operator: Who asks.
        asked_at: When.
    """

    number: int = 0
    case_id: str
    material: str
    reason: ReasonCode
    note: str | None
    operator: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDecline:
    """不予批准: no exception, and why."""

    number: int
    approver: str
    note: str
    declined_at: datetime


class ExceptionBook(Protocol):
    """Keeps what was asked for; it is open until it is declined or the material is decided."""

    def add(self, request: ExceptionRequest) -> ExceptionRequest:
        """Keep a request and return it with its number; while one is open, that one."""
        ...

    def find_open(self, number: int) -> ExceptionRequest | None:
        """Return a request that is open, or None."""
        ...

    def all_open(self, *, limit: int) -> tuple[ExceptionRequest, ...]:
        """Return what is open, the oldest first."""
        ...

    def of_case(self, case_id: str) -> tuple[tuple[ExceptionRequest, ExceptionDecline | None], ...]:
        """Return every request of a case, the oldest first, with how it was declined."""
        ...

    def decline(self, decline: ExceptionDecline) -> None:
        """Keep that a request was declined.

        Raises:
            ExceptionClosedError: It was before.
        """
        ...


class ExceptionWork(AcceptanceWork, Protocol):
    """A unit of work over requests."""

    @property
    def exceptions(self) -> ExceptionBook:
        """The requests within this transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDesk:
    """例外审批 of one region."""

    acceptance: AcceptanceDesk
    unit_of_work: Callable[[], ExceptionWork]
    clock: Clock

    def ask(self, case_id: str, material: str, request: DecisionRequest) -> ExceptionRequest:
        """Ask for what the gate said needs a second person.

        Raises:
            CaseNotFoundError: There is no such case.
            MaterialNotFoundError: The case does not ask for the material.
            ExceptionClosedError: The material is decided, or no reason is given.
        """
        item = self.acceptance.view_case(case_id).material(material)
        if item.decision is not None or request.reason is None:
            raise ExceptionClosedError(f"{material} is decided, or nothing is asked for")
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            kept = work.exceptions.add(
                ExceptionRequest(
                    case_id=case_id,
                    material=material,
                    reason=request.reason,
                    note=request.note,
                    operator=request.operator,
                    asked_at=self.clock.now(),
                )
            )
            work.commit()
        return kept

    def all_open(self) -> tuple[ExceptionRequest, ...]:
        """Return what waits for somebody's word, the oldest first."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.exceptions.all_open(limit=_MOST_WAITING)

    def of_case(self, case_id: str) -> tuple[tuple[ExceptionRequest, ExceptionDecline | None], ...]:
        """Return every request of a case, the oldest first, with how it was declined."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.exceptions.of_case(case_id)

    def may_approve(self, person: str) -> bool:
        """Tell whether somebody may approve exceptions."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.cases.holds_role(person, PersonRole.ACCEPTANCE_APPROVER)

    def approve(self, number: int, *, approver: str) -> Decision:
        """Agree: look again, and let the demand through the gate.

        Raises:
            ExceptionClosedError: Nothing is open under the number.
            ApproverIsOperatorError: Whoever asked agrees.
            RoleMissingError: The approver may not.
            DecisionRefusedError: The gate refuses by now.
        """
        asked = self._open(number, approver)
        item = self.acceptance.view_case(asked.case_id).material(asked.material)
        if item.is_looked_up:
            self.acceptance.look_up(asked.case_id, asked.material)
        decision = DecisionRequest(
            form=Form.PAPER,
            operator=asked.operator,
            reason=asked.reason,
            note=asked.note,
            approver=approver,
        )
        return self.acceptance.decide(asked.case_id, asked.material, decision)

    def decline(self, number: int, *, approver: str, note: str) -> None:
        """Say no, and why: the applicant and the window are to know.

        Raises:
            ExceptionClosedError: Nothing is open under the number.
            ApproverIsOperatorError: Whoever asked declines.
            RoleMissingError: The approver may not.
            NoteRequiredError: No reason.
        """
        self._open(number, approver)
        if not note:
            raise NoteRequiredError("what is declined is declined in words")
        with self.unit_of_work() as work:
            work.exceptions.decline(
                ExceptionDecline(
                    number=number, approver=approver, note=note, declined_at=self.clock.now()
                )
            )
            work.commit()

    def _open(self, number: int, approver: str) -> ExceptionRequest:
        with self.unit_of_work() as work:
            work.only_read()
            asked = work.exceptions.find_open(number)
            is_approver = work.cases.holds_role(approver, PersonRole.ACCEPTANCE_APPROVER)
        if not is_approver:
            raise RoleMissingError(approver, PersonRole.ACCEPTANCE_APPROVER)
        if asked is None:
            raise ExceptionClosedError(f"nothing is open under {number}")
        if asked.operator == approver:
            raise ApproverIsOperatorError("operator and approver are the same person")
        return asked
