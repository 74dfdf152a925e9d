"""The gate: whether a material may be had in a form, given what the look-up showed.

While a look-up is valid, paper, deferral (容缺) and commitment (告知承诺) are refused. Paper
then remains possible in two ways: brought voluntarily, or demanded for a legal reason to which
another person agrees. The database holds the same rules again, as constraints.

Source: State Council Decree 716 (2019), articles 7, 10 and 11.
"""

from collections.abc import Container
from datetime import datetime
from typing import Final

from verify.acceptance.reasons import REASONS, ExceptionReason, LookupResult
from verify.acceptance.records import (
    CaseMaterial,
    Decision,
    DecisionRequest,
    Form,
    Lookup,
    PersonRole,
)
from verify.errors import (
    AlreadyDecidedError,
    ApproverIsOperatorError,
    ApproverRequiredError,
    DemandRefusedError,
    FormNotPossibleError,
    LookupRequiredError,
    NoteRequiredError,
    ReasonNotApplicableError,
    ReasonRequiredError,
    RoleMissingError,
    StaleLookupError,
)

MAX_NOTE: Final = 500
"""Characters of a note."""


def decide(
    request: DecisionRequest,
    item: CaseMaterial,
    *,
    approvers: Container[str],
    now: datetime,
) -> Decision:
    """Let a request pass, or say precisely why not.

    Args:
        request: How the material is to be had.
        item: The material as it stands in the case, with its latest look-up.
        approvers: Who holds the role ``acceptance_approver``.
        now: When the decision is made.

    Raises:
        DemandRefusedError: A valid e-license serves.
        DecisionRefusedError: Any other rule is broken; the subclass says which.
    """
    if item.decision is not None:
        raise AlreadyDecidedError(f"{item.material.code} was decided before")
    evidence = _evidence(item, now=now)
    _check_extras(request)
    match request.form:
        case Form.E_LICENSE:
            if evidence is None or evidence.result is not LookupResult.VALID:
                raise FormNotPossibleError("there is no valid e-license to attach")
        case Form.EXEMPT | Form.DATA_CHECK | Form.DEPARTMENT_CHECK:
            raise FormNotPossibleError(f"no rule provides for {request.form}")
        case Form.COMMITMENT | Form.DEFERRAL:
            _refuse_detour(evidence)
        case Form.PAPER:
            if not request.voluntary:
                _check_demand(request, evidence, approvers)
    return Decision(
        case_id=item.case_id,
        material=item.material.code,
        request=request,
        lookup=evidence,
        decided_at=now,
    )


def _evidence(item: CaseMaterial, *, now: datetime) -> Lookup | None:
    """Return the look-up a decision must rest on; None where the material has no rule."""
    code = item.material.code
    if item.material.license_rule is None:
        return None
    if item.lookup is None:
        raise LookupRequiredError(f"no license was looked up for {code}")
    if (item.lookup.case_id, item.lookup.material) != (item.case_id, code):
        raise LookupRequiredError(f"the look-up is not of {code} in this case")
    if not item.lookup.is_fresh(now):
        raise StaleLookupError(f"the look-up for {code} is too old; look up again")
    return item.lookup


def _check_extras(request: DecisionRequest) -> None:
    """Check that voluntary, reason, approver and note stand only where they mean something."""
    if request.voluntary and request.form is not Form.PAPER:
        raise FormNotPossibleError("only paper is brought voluntarily")
    is_demand = request.form is Form.PAPER and not request.voluntary
    if request.reason is not None and not is_demand:
        raise ReasonNotApplicableError("only a demand for paper has a reason")
    if request.approver is not None and request.reason is None:
        raise ReasonNotApplicableError("an approver agrees to a reason, and there is none")
    if request.note is not None and not (request.note.strip() and len(request.note) <= MAX_NOTE):
        raise NoteRequiredError(f"a note has 1 to {MAX_NOTE} characters")


def _refuse_detour(evidence: Lookup | None) -> None:
    if evidence is not None and evidence.result is LookupResult.VALID:
        raise _demand_refused(evidence)


def _check_demand(
    request: DecisionRequest, evidence: Lookup | None, approvers: Container[str]
) -> None:
    if evidence is None:
        # The applicant's own paper: no reason is needed, and none exists.
        if request.reason is not None:
            raise ReasonNotApplicableError("the applicant's own material needs no reason")
        return
    reason = None if request.reason is None else REASONS[request.reason]
    if reason is None or evidence.result not in reason.applies_to:
        if evidence.result is LookupResult.VALID:
            raise _demand_refused(evidence)
        if reason is None:
            raise ReasonRequiredError("a demand for paper needs a reason")
        raise ReasonNotApplicableError(f"{reason.code} does not fit the result {evidence.result}")
    if reason.needs_note and request.note is None:
        raise NoteRequiredError(f"{reason.code} must be put into words")
    _check_approver(request, reason, evidence.result, approvers)


def _check_approver(
    request: DecisionRequest,
    reason: ExceptionReason,
    result: LookupResult,
    approvers: Container[str],
) -> None:
    if request.approver is None:
        if reason.needs_approver(result):
            raise ApproverRequiredError(f"{reason.code} needs a second person")
        return
    if request.approver == request.operator:
        raise ApproverIsOperatorError("operator and approver are the same person")
    if request.approver not in approvers:
        raise RoleMissingError(request.approver, PersonRole.ACCEPTANCE_APPROVER)


def _demand_refused(evidence: Lookup) -> DemandRefusedError:
    return DemandRefusedError(str(evidence.license), str(evidence.region))
