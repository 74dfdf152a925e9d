"""A holder's own cases (我的办件) over HTTP, and complaints about them."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.auth import may
from api.callers import Caller
from api.holder_cases import complain, holder_cases
from api.schemas.bodies import problems
from api.schemas.complaints import ComplaintOut
from api.schemas.holder_cases import HolderCasesOut, HolderComplaintIn
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/holder-cases", tags=["我的办件 a holder's cases"])
_ReadOwnCaseDep = Annotated[Caller, may(Action.READ_OWN_CASE)]


@router.get("", summary="我的办件 · own cases, newest first", responses=problems(401, 403))
def list_cases(services: ServicesDep, caller: _ReadOwnCaseDep) -> HolderCasesOut:
    """Return the newest cases of whoever is signed in."""
    return HolderCasesOut(cases=holder_cases(caller, services))


@router.post(
    "/{case_id}/complaints",
    status_code=201,
    summary="窗口仍要求我交纸质件 · the window still demands my paper",
    responses=problems(401, 403, 404, 422),
)
def complain_of_window(
    case_id: Annotated[str, Path(max_length=21, description="办件编号")],
    body: HolderComplaintIn,
    services: ServicesDep,
    caller: _ReadOwnCaseDep,
) -> ComplaintOut:
    """Take the complaint, or return the one there is, with the record of its minute attached."""
    return ComplaintOut.of(complain(case_id, body.material, caller=caller, services=services))
