"""A decision (材料决定) gets on record, with what follows from it, within one unit of work."""

from datetime import datetime

from certs.regions import RegionCode
from verify.acceptance.gate import decide
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.ports import AcceptanceWork, CaseRepository
from verify.acceptance.promises.records import Promise
from verify.acceptance.records import (
    Decision,
    DecisionRequest,
    PersonRole,
)
from verify.case_corrections.records import correction_of
from verify.decision_errors import (
    CreditExcludedError,
    RoleMissingError,
)


def record_decision(
    work: AcceptanceWork,
    item: CaseMaterial,
    request: DecisionRequest,
    *,
    own: RegionCode,
    now: datetime,
) -> Decision:
    """Let a request through the gate; keep the decision, what it promises, what it finds wrong.

    Args:
        work: A unit of work that holds the case.
        item: The material as it stands in that unit.
        request: How the material is to be had.
        own: The region of the window.
        now: When it is decided.

    Raises:
        DecisionRefusedError: The gate refuses, or the operator may not accept cases.
        RecordRefusedError: The database refuses, though the gate did not.
    """
    check_operator(work.cases, request.operator)
    decision = decide(
        request,
        item,
        approvers=_approvers(work.cases, request),
        probes=work.source_probes.newest(item.silent_since),
        now=now,
    )
    work.cases.add_decision(decision)
    _promise(work, decision, item)
    correction = correction_of(decision, item, own=own)
    if correction is not None:
        work.case_corrections.add(correction)
    return decision


def check_operator(cases: CaseRepository, operator: str) -> None:
    """Refuse whoever may not accept cases.

    Raises:
        RoleMissingError: The operator does not hold the role.
    """
    if not cases.holds_role(operator, PersonRole.ACCEPTANCE):
        raise RoleMissingError(operator, PersonRole.ACCEPTANCE)


def _promise(work: AcceptanceWork, decision: Decision, item: CaseMaterial) -> None:
    """Keep what a decision leaves open, if whoever promises it kept what was promised before."""
    promise = Promise.of(decision, item)
    if promise is None:
        return
    applicant = work.cases.get(decision.case_id).applicant
    if promise.kind.needs_credit and work.promises.has_breached(applicant.code):
        raise CreditExcludedError("a promise was broken and not set right")
    work.promises.add(promise)


def _approvers(cases: CaseRepository, request: DecisionRequest) -> frozenset[str]:
    """Return the approver named, if that person holds the role."""
    person = request.approver
    if person is None or not cases.holds_role(person, PersonRole.ACCEPTANCE_APPROVER):
        return frozenset()
    return frozenset({person})
