"""The gate: whether a material may be had in a form, given what the look-ups showed.

While a license, a register, a department or the abolition of a material serves, paper, deferral
(容缺) and commitment (告知承诺) are refused. Paper then remains possible in two ways: brought
voluntarily, or demanded for a legal reason to which another person agrees. The database holds the
same rules again, as constraints.

Source: State Council Decree 716 (2019), articles 7, 10 and 11.
"""

from collections.abc import Container, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from verify.acceptance.demands import agreeing_probe, check_demand, refuse_while_served
from verify.acceptance.lookups import Lookup
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.probes import Probe
from verify.acceptance.records import Decision, DecisionRequest, Form
from verify.decision_errors import (
    AlreadyDecidedError,
    DeclarationRequiredError,
    FormNotPossibleError,
    LookupRequiredError,
    NoteRequiredError,
    ReasonNotApplicableError,
    StaleLookupError,
)
from verify.matters.ways import Way

NO_PROBES: Final[Mapping[str, Probe]] = MappingProxyType({})
MAX_NOTE: Final = 500
"""Characters of a note."""


def decide(
    request: DecisionRequest,
    item: CaseMaterial,
    *,
    approvers: Container[str],
    probes: Mapping[str, Probe] = NO_PROBES,
    now: datetime,
) -> Decision:
    """Let a request pass, or say precisely why not.

    Args:
        request: How the material is to be had.
        item: The material as it stands in the case, with the latest look-up of each way.
        approvers: Who holds the role ``acceptance_approver``.
        probes: The newest probe of each source that was silent.
        now: When the decision is made.

    Raises:
        DemandRefusedError: A valid e-license serves; ``RegisterServesError``,
            ``DepartmentServesError`` and ``NotNeededError`` where something else does.
        DecisionRefusedError: Any other rule is broken; the subclass says which.
    """
    if item.decision is not None:
        raise AlreadyDecidedError(f"{item.material.code} was decided before")
    _check_evidence(item, now=now)
    _check_extras(request)
    ground: Lookup | None = None
    probe: Probe | None = None
    match request.form:
        case Form.EXEMPT | Form.E_LICENSE | Form.DATA_CHECK | Form.DEPARTMENT_CHECK:
            if item.serving is not Way(request.form.value):
                raise FormNotPossibleError(f"{request.form} does not serve here")
        case Form.COMMITMENT:
            refuse_while_served(item)
            _need(item.may_commit, "no rule lets the applicant declare it")
            if not item.is_declared:
                raise DeclarationRequiredError(f"{item.material.code}: nobody signed it")
        case Form.DEFERRAL:
            refuse_while_served(item)
            _need(item.may_defer, "no rule lets it follow, and no register is silent")
        case Form.PAPER:
            if not request.voluntary:
                ground = check_demand(request, item, approvers)
                probe = None if ground is None else agreeing_probe(ground, probes)
    return Decision(
        case_id=item.case_id,
        material=item.material.code,
        request=request,
        lookups=item.evidence,
        ground=ground,
        probe=probe,
        decided_at=now,
    )


def _check_evidence(item: CaseMaterial, *, now: datetime) -> None:
    """Check that everybody was asked who has to be, for this material, and lately."""
    code = item.material.code
    if item.next_way is not None:
        raise LookupRequiredError(f"nobody asked for {code} in the way {item.next_way}")
    for lookup in item.evidence:
        if (lookup.case_id, lookup.material) != (item.case_id, code):
            raise LookupRequiredError(f"the look-up is not of {code} in this case")
        if not lookup.is_fresh(now):
            raise StaleLookupError(f"the look-up for {code} is too old; look up again")


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


def _need(is_possible: bool, otherwise: str) -> None:  # noqa: FBT001 - what is needed comes first
    if not is_possible:
        raise FormNotPossibleError(otherwise)
