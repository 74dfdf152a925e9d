"""Complaints (投诉) over HTTP: the department reads and answers them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.auth import may
from api.callers import Caller
from api.schemas.bodies import problems
from api.schemas.complaints import ComplaintAnswerIn, ComplaintOut, ComplaintsOut
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/complaints", tags=["投诉 complaints"])
_AnswerComplaintDep = Annotated[Caller, may(Action.ANSWER_COMPLAINT)]
_Number = Annotated[str, Path(max_length=40, description="投诉编号")]
_Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("", summary="投诉 · complaints, newest first", responses=problems(401, 403))
def list_complaints(
    services: ServicesDep, _caller: _AnswerComplaintDep, limit: _Limit = 100
) -> ComplaintsOut:
    """Return the newest complaints with their evidence."""
    found = services.complaints.newest(limit)
    return ComplaintsOut(complaints=tuple(map(ComplaintOut.of, found)))


@router.post(
    "/{number}/answer",
    status_code=201,
    summary="答复 · answer",
    responses=problems(401, 403, 404, 409, 422),
)
def answer(
    number: _Number, body: ComplaintAnswerIn, services: ServicesDep, caller: _AnswerComplaintDep
) -> ComplaintOut:
    """Keep what the department says; once."""
    return ComplaintOut.of(
        services.complaints.answer(number, body.result, note=body.note, operator=caller.person)
    )
