"""Electronic seals (电子印章) over HTTP: what there is, what they went through, who used them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime

from api.auth import check_approver, may
from api.callers import Caller
from api.http_errors import NotServedHereError
from api.schemas.bodies import problems
from api.schemas.seals import (
    SealDetailOut,
    SealEventOut,
    SealMoveIn,
    SealOut,
    SealUseOut,
    SealUsePageOut,
)
from api.services import Services, ServicesDep
from certs.rights import Action
from certs.seals.lifecycle import answer_seal_status, move_seal
from certs.status_answers import NONCE

router = APIRouter(prefix="/seals", tags=["印章 seals"])
_KeepSealDep = Annotated[Caller, may(Action.KEEP_SEAL)]
_ReadSealDep = Annotated[Caller, may(Action.READ_SEAL)]
_Code = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{6,32}$", description="印章编码")]


@router.get("", summary="印章列表 · list seals", responses=problems(401, 403))
def list_seals(services: ServicesDep, _caller: _ReadSealDep) -> list[SealOut]:
    """Return every seal that is registered here, with its present state."""
    issuing = _issuing(services)
    with services.unit_of_work() as work:
        work.only_read()
        found, states = work.seals.all(), work.seals.states()
    return [SealOut.of(item, states[item.code], issuing=item.encoded in issuing) for item in found]


@router.get("/{code}", summary="印章与其经历 · one seal", responses=problems(401, 403, 404))
def show_seal(code: _Code, services: ServicesDep, _caller: _ReadSealDep) -> SealDetailOut:
    """Return a seal with its whole life: who did what, when, and who agreed."""
    with services.unit_of_work() as work:
        work.only_read()
        seal, life = work.seals.get(code), work.seals.events(code)
    issuing = seal.encoded in _issuing(services)
    return SealDetailOut(
        seal=SealOut.of(seal, life[-1].move.state, issuing=issuing),
        life=tuple(SealEventOut.of(item) for item in life),
    )


@router.get("/{code}/uses", summary="用印记录 · uses of a seal", responses=problems(401, 403, 404))
def list_uses(
    code: _Code,
    services: ServicesDep,
    _caller: _ReadSealDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
) -> SealUsePageOut:
    """Return who used a seal, for what and when, newest first, page by page."""
    with services.unit_of_work() as work:
        work.only_read()
        work.seals.get(code)
        found = work.seals.uses(code, limit=limit + 1, before=before)
    shown = found[:limit]
    return SealUsePageOut(
        uses=tuple(SealUseOut.of(number, use) for number, use in shown),
        next=shown[-1][0] if len(found) > limit else None,
    )


@router.post(
    "/{code}/status",
    status_code=201,
    summary="启用、停用、恢复、注销、销毁 · change a seal's state",
    responses=problems(401, 403, 404, 409, 422),
)
def change_seal(
    code: _Code, body: SealMoveIn, services: ServicesDep, caller: _KeepSealDep
) -> SealEventOut:
    """Enable, suspend, resume, revoke or destroy a seal; the caller is the operator.

    A suspended or revoked seal seals nothing from that moment on, in every process.
    """
    check_approver(caller, body.approver)
    event = body.to_event(operator=caller.person, now=services.clock.now())
    move_seal(code, event, unit_of_work=services.unit_of_work)
    return SealEventOut.of(event)


@router.get(
    "/{code}/status",
    summary="签名的印章状态应答 · signed answer about a seal",
    response_class=Response,
    responses={
        200: {
            "description": '`{"payload": …, "signature": …}`: JCS, GB/T 35275 SignedData',
            "content": {"application/json": {}},
        },
        **problems(422, 503),
    },
)
def ask_seal_status(
    code: _Code,
    services: ServicesDep,
    at: Annotated[
        AwareDatetime | None, Query(description="所问时刻，如签章时间; now if absent")
    ] = None,
    nonce: Annotated[
        str, Query(pattern=f"^({NONCE.pattern})?$", description="16 bytes, hexadecimal")
    ] = "",
) -> Response:
    """Answer anybody, signed, what a seal was at a time, as known now.

    There is an answer also where there is no such seal: that it is unknown.
    """
    if services.status_signer is None:
        raise NotServedHereError("no key for status answers")
    answer = answer_seal_status(
        code,
        at=at,
        nonce=nonce,
        region=str(services.region),
        unit_of_work=services.unit_of_work,
        clock=services.clock,
        signer=services.status_signer,
    )
    return Response(answer, media_type="application/json")


def _issuing(services: Services) -> frozenset[bytes]:
    return frozenset(desk.sealer.seal for desk in services.desks.values())
