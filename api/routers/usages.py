"""The holder's log (用证记录) over HTTP: every use, disputes, and whether the list is complete."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime

from api.auth import may
from api.callers import Caller
from api.schemas.bodies import problems
from api.schemas.usages import (
    AnswerIn,
    CompletenessOut,
    DisputeIn,
    DisputeOut,
    DisputesOut,
    UsesOut,
)
from api.services import ServicesDep
from api.use_logs import uses_of
from certs.rights import Action
from certs.use_logs.counts import check_completeness
from certs.use_logs.disputes import answer_dispute, raise_dispute
from certs.use_logs.entries import UseFilter

router = APIRouter(prefix="/usages", tags=["用证记录 uses"])
_AnswerDisputeDep = Annotated[Caller, may(Action.ANSWER_DISPUTE)]
_ReadUsesDep = Annotated[Caller, may(Action.READ_USES)]
_MOST: Final = 2**53
_Number = Annotated[int, Path(ge=1, le=_MOST, description="number of the use")]
_DisputeId = Annotated[str, Path(pattern=r"^D[A-Z2-7]{20}$", description="申诉编号")]
_Before = Annotated[int | None, Query(ge=1, le=_MOST, description="`next` of the page before")]
_Text = Annotated[str, Query(max_length=128)]
_Time = Annotated[AwareDatetime | None, Query(description="with a zone")]


@router.get("", summary="用证记录 · who used my licenses", responses=problems(401, 403, 422))
def list_uses(  # noqa: PLR0913, PLR0917 - what filters the list
    services: ServicesDep,
    caller: _ReadUsesDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: _Before = None,
    license: _Text = "",
    basis: _Text = "",
    since: _Time = None,
    until: _Time = None,
) -> UsesOut:
    """Return every use of every license of the caller, newest first, page by page."""
    wanted = UseFilter(license=license, basis=basis, since=since, until=until)
    return uses_of(caller, services, before=before, limit=limit, wanted=wanted)


@router.get(
    "/completeness", summary="记录是否完整 · is the list complete?", responses=problems(401, 403)
)
def read_completeness(services: ServicesDep, caller: _ReadUsesDep) -> CompletenessOut:
    """Compare the caller's list with what was committed to the ledger last night."""
    with services.unit_of_work() as work:
        work.only_read()
        result, count = check_completeness(caller.grant.holder_key, work)
    return CompletenessOut.of(result, count)


@router.post(
    "/{number}/disputes",
    status_code=201,
    summary="不是我办的 · dispute a use",
    responses=problems(401, 403, 404, 409, 422),
)
def dispute(
    number: _Number, body: DisputeIn, services: ServicesDep, caller: _ReadUsesDep
) -> DisputeOut:
    """Contest a use; whoever used the license has three working days to answer."""
    raised = raise_dispute(
        number,
        holder_key=caller.grant.holder_key,
        note=body.note,
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )
    return DisputeOut.of(raised, services.clock.now())


@router.get("/disputes", summary="待答复的申诉 · disputes to answer", responses=problems(401, 403))
def list_disputes(services: ServicesDep, caller: _AnswerDisputeDep) -> DisputesOut:
    """Return the disputes about the caller's own uses."""
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        found = work.disputes.of_department(caller.person)
    return DisputesOut(disputes=tuple(DisputeOut.of(item, now) for item in found))


@router.post(
    "/disputes/{dispute_id}/answer",
    status_code=201,
    summary="答复申诉 · answer a dispute",
    responses=problems(401, 403, 404, 409, 422),
)
def answer(
    dispute_id: _DisputeId, body: AnswerIn, services: ServicesDep, caller: _AnswerDisputeDep
) -> DisputeOut:
    """Answer for a use; the holder reads the answer beside it."""
    answered = answer_dispute(
        dispute_id,
        by=caller.person,
        finding=body.finding,
        words=body.words,
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )
    return DisputeOut.of(answered, services.clock.now())
