"""Declarations and promises (告知承诺、容缺) over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.auth import check_approver, may
from api.callers import Caller
from api.declaring import sign_at_window, sign_online
from api.schemas.bodies import problems
from api.schemas.promises import (
    DeclarationIn,
    DeclarationOut,
    FollowUpIn,
    PromiseOut,
    WordingOut,
)
from api.services import ServicesDep
from certs.rights import Action
from verify.acceptance.promises.records import StepKind

router = APIRouter(tags=["承诺与容缺 promises"])
_HandleCaseDep = Annotated[Caller, may(Action.HANDLE_CASE)]
_SignPromiseDep = Annotated[Caller, may(Action.SIGN_PROMISE)]
_CaseId = Annotated[str, Path(max_length=40, description="办件编号")]
_Material = Annotated[str, Path(max_length=60, description="材料编码")]
_MATERIAL = "/cases/{case_id}/materials/{code}"


@router.get(
    _MATERIAL + "/declaration",
    summary="告知承诺书 · what the applicant signs",
    responses=problems(401, 403, 404, 409),
)
def read_wording(
    case_id: _CaseId, code: _Material, services: ServicesDep, _caller: _HandleCaseDep
) -> WordingOut:
    """Return the wording, with case, material and consequences in it."""
    return WordingOut.of(services.promises.wording(case_id, code))


@router.post(
    _MATERIAL + "/declaration",
    status_code=201,
    summary="签署承诺书 · a signed declaration",
    responses=problems(401, 403, 404, 409, 422),
)
def declare(
    case_id: _CaseId,
    code: _Material,
    body: DeclarationIn,
    services: ServicesDep,
    caller: _SignPromiseDep,
) -> DeclarationOut:
    """Keep a signed declaration; afterwards the window decides ``commitment``.

    A window gives the scan of what was signed on paper; an applicant who is signed in signs
    online and gives none.
    """
    if caller.grant.is_holder:
        return DeclarationOut.of(
            sign_online(case_id, code, body.digest, caller=caller, services=services)
        )
    return DeclarationOut.of(
        sign_at_window(case_id, code, body.digest, body.evidence, caller=caller, services=services)
    )


@router.get(
    _MATERIAL + "/promise",
    summary="承诺或容缺的状态 · what is open of a material",
    responses=problems(401, 403, 404),
)
def read_promise(
    case_id: _CaseId, code: _Material, services: ServicesDep, _caller: _HandleCaseDep
) -> PromiseOut:
    """Return what the decision left open, with every step since."""
    return PromiseOut.of(services.promises.promise(case_id, code))


@router.post(
    _MATERIAL + "/follow-up",
    status_code=201,
    summary="跟踪核查 · how it was found",
    responses=problems(401, 403, 404, 409, 422),
)
def follow_up(
    case_id: _CaseId,
    code: _Material,
    body: FollowUpIn,
    services: ServicesDep,
    caller: _HandleCaseDep,
) -> PromiseOut:
    """Record that the material followed, that a declaration holds or not, or a repair.

    A breach and its repair stand on somebody's credit record: they need a second person and words.
    """
    check_approver(caller, body.approver)
    promise = services.promises.follow_up(
        case_id,
        code,
        StepKind(body.result.value),
        operator=caller.person,
        approver=body.approver,
        note=body.note,
    )
    return PromiseOut.of(promise)


@router.get("/promises", summary="到期的承诺与容缺 · what is due", responses=problems(401, 403))
def list_due(
    services: ServicesDep,
    _caller: _HandleCaseDep,
    due_by: Annotated[date, Query(description="这一天（含）前到期")],
) -> list[PromiseOut]:
    """Return what is open and awaited, or due by a day, the oldest first."""
    return [PromiseOut.of(promise) for promise in services.promises.due(due_by)]
