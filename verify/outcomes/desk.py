"""The approver's desk (审批台): decides what becomes of a case, once everything is in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from certs.civil_dates import day_of
from certs.regions import RegionCode
from verify.acceptance.notices import CaseView
from verify.acceptance.records import PersonRole
from verify.case_errors import OutcomeNotFoundError
from verify.decision_errors import (
    ApproverIsOperatorError,
    MaterialsOpenError,
    OutcomeSettledError,
    ResultFieldError,
    RoleMissingError,
)
from verify.matters.materials import Necessity
from verify.outcomes.records import (
    CaseOutcome,
    OpenOutcomeWork,
    OutcomeKind,
    OutcomeWork,
    ResultIntent,
)
from verify.outcomes.results import ResultCatalogue, ResultRule
from verify.ports import Clock
from verify.prefill.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRequest:
    """What the approver wants to record.

    Attributes:
        kind: What becomes of the case.
        approver: Who decides.
        note: The reason of a rejection.
        given: Fields of the result that the result leaves to the approver, by name.
    """

    kind: OutcomeKind
    approver: str
    note: str | None = None
    given: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A case with its outcome.

    Attributes:
        intent: The license that it leads to; None where that is none.
    """

    outcome: CaseOutcome
    intent: ResultIntent | None = None


class FactsOfCases(Protocol):
    """Reads what is known in a case."""

    def of_case(self, case_id: str) -> Facts:
        """Return it.

        Raises:
            CaseNotFoundError: There is no such case.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDesk:
    """审批台 of one region.

    Attributes:
        region: The own region: only its licenses can be replaced here.
        facts: Reads what is known in a case.
        results: Which licenses matters lead to.
        check_intent: Refuses, before anything is on record, what could not be minted.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    region: RegionCode
    facts: FactsOfCases
    results: ResultCatalogue
    check_intent: Callable[[ResultIntent], None]
    unit_of_work: OpenOutcomeWork
    clock: Clock

    def settle(self, case_id: str, request: OutcomeRequest) -> Settled:
        """Record the outcome of a case; the same again returns what is on record.

        Raises:
            CaseNotFoundError: There is no such case.
            OutcomeSettledError: It has another outcome, or another approver decided it.
            MaterialsOpenError: A required material waits for its decision.
            ApproverIsOperatorError: The approver opened the case or decided on a material.
            RoleMissingError: The approver does not hold the role.
            NoteRequiredError: A rejection without a reason.
            ResultFieldError: A field is not left to the approver.
            InvalidApplicationError: The result lacks fields, or has wrong ones; each is named.
        """
        facts = self.facts.of_case(case_id)
        with self.unit_of_work() as work:
            settled = self._known(work, case_id, request)
            if settled is not None:
                return settled
            _check(facts.view, request, work)
        settled = self._draft(facts, request)
        if settled.intent is not None:
            self.check_intent(settled.intent)
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            # Looked at again: two approvers may have decided at once.
            known = self._known(work, case_id, request)
            if known is not None:
                return known
            work.outcomes.add(settled.outcome, settled.intent)
            work.commit()
        return settled

    def view(self, case_id: str) -> Settled:
        """Return the outcome of a case.

        Raises:
            CaseNotFoundError: There is no such case.
            OutcomeNotFoundError: It is open.
        """
        with self.unit_of_work() as work:
            work.cases.get(case_id)
            outcome = work.outcomes.find(case_id)
            if outcome is None:
                raise OutcomeNotFoundError(case_id)
            return Settled(outcome=outcome, intent=work.outcomes.intent(case_id))

    def result_of(self, view: CaseView) -> ResultRule | None:
        """Return the license that a case leads to, and what of it the approver settles."""
        return self.results.find(view.matter.code, view.case.situation)

    def _known(self, work: OutcomeWork, case_id: str, request: OutcomeRequest) -> Settled | None:
        outcome = work.outcomes.find(case_id)
        if outcome is None:
            return None
        if (outcome.kind, outcome.approver) != (request.kind, request.approver):
            raise OutcomeSettledError(f"{case_id} was settled before")
        return Settled(outcome=outcome, intent=work.outcomes.intent(case_id))

    def _draft(self, facts: Facts, request: OutcomeRequest) -> Settled:
        now, case = self.clock.now(), facts.view.case
        outcome = CaseOutcome(
            case_id=case.id,
            kind=request.kind,
            operator=case.operator,
            approver=request.approver,
            note=request.note,
            decided_at=now,
        )
        rule = self.result_of(facts.view)
        if rule is None or request.kind is OutcomeKind.REJECT:
            _check_given(request, ())
            return Settled(outcome=outcome)
        _check_given(request, rule.given)
        known = facts.decided(day_of(now), given=request.given)
        intent = ResultIntent(
            case_id=case.id,
            license_type=rule.license_type,
            values=rule.values(known),
            replaces=rule.replaced(known, self.region),
        )
        return Settled(outcome=outcome, intent=intent)


def _check(view: CaseView, request: OutcomeRequest, work: OutcomeWork) -> None:
    operators = {
        item.decision.request.operator for item in view.materials if item.decision is not None
    }
    if request.approver in operators | {view.case.operator}:
        raise ApproverIsOperatorError("the approver took part in the case")
    if not work.cases.holds_role(request.approver, PersonRole.ACCEPTANCE_APPROVER):
        raise RoleMissingError(request.approver, PersonRole.ACCEPTANCE_APPROVER)
    waiting = tuple(
        item.material.code
        for item in view.materials
        if item.decision is None and item.material.necessity is Necessity.REQUIRED
    )
    if waiting:
        raise MaterialsOpenError(waiting)


def _check_given(request: OutcomeRequest, allowed: tuple[str, ...]) -> None:
    for name in request.given:
        if name not in allowed:
            raise ResultFieldError(name)
