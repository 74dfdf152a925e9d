"""Outcomes of cases (办理结果) over HTTP: approve or reject, and the license that follows."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.auth import check_approver, may
from api.callers import Caller
from api.schemas.bodies import problems
from api.schemas.outcomes import OutcomeIn, OutcomeOut
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/cases", tags=["办理结果 outcomes"])
_HandleCaseDep = Annotated[Caller, may(Action.HANDLE_CASE)]
_CaseId = Annotated[str, Path(max_length=40, description="办件编号")]


@router.post(
    "/{case_id}/outcome",
    status_code=201,
    summary="办结 · decide a case",
    responses=problems(401, 403, 404, 409, 422, 503),
)
def settle(
    case_id: _CaseId, body: OutcomeIn, services: ServicesDep, caller: _HandleCaseDep
) -> OutcomeOut:
    """Decide a case, once every required material is decided, by another person than its operator.

    An approved case whose matter leads to a license mints it at once. The same call again
    returns the same license; after a 503 it goes on from where it stopped.
    """
    check_approver(caller, body.approver)
    return OutcomeOut.of(*services.outcomes.settle(case_id, body.to_request(caller.person)))


@router.get(
    "/{case_id}/outcome", summary="办理结果 · the outcome", responses=problems(401, 403, 404)
)
def read_outcome(case_id: _CaseId, services: ServicesDep, _caller: _HandleCaseDep) -> OutcomeOut:
    """Return the outcome of a case; 404 ``OUTCOME_NOT_FOUND`` while it is open."""
    return OutcomeOut.of(*services.outcomes.view(case_id))
