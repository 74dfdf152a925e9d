"""Demands for paper (要求提交纸质): never while something serves, else only for a legal reason."""

from collections.abc import Container, Mapping

from verify.acceptance.lookups import Lookup
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.probes import Probe, SourceState
from verify.acceptance.reasons import REASONS, ExceptionReason, LookupResult
from verify.acceptance.records import DecisionRequest, PersonRole
from verify.decision_errors import (
    ApproverIsOperatorError,
    ApproverRequiredError,
    DecisionRefusedError,
    DemandRefusedError,
    DepartmentCheckRequiredError,
    DepartmentServesError,
    NoteRequiredError,
    NotNeededError,
    ProbeDisagreesError,
    ReasonNotApplicableError,
    ReasonRequiredError,
    RegisterServesError,
    RoleMissingError,
)
from verify.matters.ways import Way


def refuse_while_served(item: CaseMaterial) -> None:
    """Refuse whatever is no way of having it, while one serves.

    Raises:
        DemandRefusedError: A valid license; the other errors by what serves.
    """
    refusal = _refusal(item)
    if refusal is not None:
        raise refusal


def check_demand(
    request: DecisionRequest, item: CaseMaterial, approvers: Container[str]
) -> Lookup | None:
    """Return the look-up that the reason of a demand fits; None where none is needed.

    Raises:
        DecisionRefusedError: Paper may not be demanded, or not so; the subclass says why.
    """
    if not item.is_spared:
        # The applicant's own paper: no reason is needed, and none exists.
        if request.reason is not None:
            raise ReasonNotApplicableError("the applicant's own material needs no reason")
        return None
    if item.lacks_department:
        raise DepartmentCheckRequiredError(item.material.code, item.department_due_at)
    reason = None if request.reason is None else REASONS[request.reason]
    ground = None if reason is None else _ground(item, reason)
    if reason is None or ground is None:
        refuse_while_served(item)
        if reason is None:
            raise ReasonRequiredError("a demand for paper needs a reason")
        raise ReasonNotApplicableError(f"{reason.code} does not fit what was looked up")
    if reason.needs_note and request.note is None:
        raise NoteRequiredError(f"{reason.code} must be put into words")
    _check_approver(request, reason, ground.result, approvers)
    return ground


def agreeing_probe(ground: Lookup, probes: Mapping[str, Probe]) -> Probe | None:
    """Return the probe that a demand on a silent source cites; None where no source was silent.

    Every source that was silent must have been probed since, and have been down.

    Raises:
        ProbeDisagreesError: One works, or nobody probed it: look up again.
    """
    if ground.result is not LookupResult.SOURCE_DOWN:
        return None
    found = [probes.get(source) for source in ground.silent]
    agreeing = [
        probe
        for probe in found
        if probe is not None
        and probe.state is SourceState.DOWN
        and probe.probed_at >= ground.looked_up_at
    ]
    if not agreeing or len(agreeing) < len(found):
        raise ProbeDisagreesError("a source that was silent works, or nobody probed it")
    return agreeing[0]


def _ground(item: CaseMaterial, reason: ExceptionReason) -> Lookup | None:
    return next((found for found in item.grounds if found.result in reason.applies_to), None)


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


def _refusal(item: CaseMaterial) -> DecisionRefusedError | None:
    """Return how to say that something serves; None while nothing does."""
    code = item.material.code
    match item.serving:
        case Way.EXEMPT:
            return NotNeededError(f"{code} was abolished")
        case Way.E_LICENSE:
            found = item.lookup_by(Way.E_LICENSE)
            return DemandRefusedError(str(found and found.license), str(found and found.region))
        case Way.DATA_CHECK:
            return RegisterServesError(f"a register confirms {code}")
        case Way.DEPARTMENT_CHECK:
            return DepartmentServesError(f"the department confirms {code}")
        case None | Way.NONE | Way.COMMITMENT | Way.DEFERRAL:
            return None
