"""Hand cases over, and take them (异地代收代办), over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.auth import may
from api.callers import Caller
from api.schemas.bodies import problems
from api.schemas.transfers import (
    HandedOverOut,
    OpenedTransferOut,
    ReceivedTransferOut,
    SentTransferOut,
    TransferIn,
)
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(tags=["异地代收代办 transfers"])
_HandleCaseDep = Annotated[Caller, may(Action.HANDLE_CASE)]
_CaseId = Annotated[str, Path(max_length=40, description="办件编号")]
_Region = Annotated[str, Path(pattern=r"^[0-9]{6}$", description="行政区划代码")]
_Number = Annotated[str, Path(pattern=r"^[A-Z2-7]{26}$", description="移交编号")]


async def _whole_body(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/cases/{case_id}/transfer",
    status_code=201,
    summary="移交办件 · hand a case over",
    responses=problems(401, 403, 404, 409, 422),
)
def hand_over(
    case_id: _CaseId, body: TransferIn, services: ServicesDep, caller: _HandleCaseDep
) -> SentTransferOut:
    """Hand a case over to the window of another region, signed and encrypted for it.

    Without `received_at` the region was silent: the same call sends the same again.
    """
    return SentTransferOut.of(
        services.transfers.hand_over(case_id, body.region, operator=caller.person)
    )


@router.get(
    "/cases/{case_id}/transfer",
    summary="已移交办件的办理结果 · what became of it",
    responses=problems(401, 403, 404),
)
def show_transfer(
    case_id: _CaseId, services: ServicesDep, _caller: _HandleCaseDep
) -> HandedOverOut:
    """Show a case that was handed over, and what became of it there as soon as that was told."""
    return HandedOverOut.of_view(services.transfers.view(case_id))


@router.get("/transfers", summary="收到的代收办件 · cases that came", responses=problems(401, 403))
def list_transfers(services: ServicesDep, _caller: _HandleCaseDep) -> list[ReceivedTransferOut]:
    """List the newest hundred cases that other regions handed over."""
    return [ReceivedTransferOut.of(item) for item in services.transfers.inbox()]


@router.post(
    "/transfers/{region}/{number}/case",
    status_code=201,
    summary="办理代收办件 · open the case",
    responses=problems(401, 403, 404, 409, 422),
)
def open_transfer(
    region: _Region, number: _Number, services: ServicesDep, caller: _HandleCaseDep
) -> OpenedTransferOut:
    """Open the case under this region's own gate; everything is looked up anew."""
    opened = services.transfers.open(region, number, operator=caller.person)
    return OpenedTransferOut.of(opened, services.region)


@router.post(
    "/share/cases",
    summary="接收代收办件 · take a case",
    response_class=Response,
    responses={
        200: {
            "description": "yinxin.case-transfer-receipt/1: signed",
            "content": {"application/json": {}},
        },
        **problems(403, 413),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "yinxin.case-transfer/1: signed by a region of the trust list",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
)
def receive(body: Annotated[bytes, Depends(_whole_body)], services: ServicesDep) -> Response:
    """Take a case that a region of the trust list hands over; refuse everybody else."""
    return Response(services.transfers.receive(body), media_type="application/json")


@router.post(
    "/share/case-outcomes",
    summary="接收办理结果 · hear what became of a case",
    response_class=Response,
    responses={
        200: {
            "description": "yinxin.case-transfer-receipt/1: signed",
            "content": {"application/json": {}},
        },
        **problems(403, 413),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "yinxin.case-outcome/1: signed by the region that handles the case",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
)
def receive_outcome(
    body: Annotated[bytes, Depends(_whole_body)], services: ServicesDep
) -> Response:
    """Take what became of a case that was handed over; from nobody but whom it was handed to."""
    return Response(services.returns.receive(body), media_type="application/json")
