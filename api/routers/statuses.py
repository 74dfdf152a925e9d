"""Legal status (证照状态) over HTTP: changed by the issuer, asked by anybody."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.auth import IssuerDep
from api.http_errors import NotServedHereError
from api.schemas.bodies import IDENTIFIER_PATTERN, problems
from api.schemas.licenses import StatusEventOut, StatusIn
from api.schemas.status_lists import Moment
from api.services import ServicesDep
from certs.lifecycle import answer_status, record_status
from certs.status_answers import NONCE
from certs.statuses import StatusEvent, StatusKind

router = APIRouter(prefix="/licenses", tags=["证照状态 status"])
_Identifier = Annotated[str, Path(pattern=IDENTIFIER_PATTERN, description="电子证照标识")]


@router.post(
    "/{identifier}/status",
    status_code=201,
    summary="变更证照状态 · change a status",
    responses=problems(401, 403, 404, 409, 422),
)
def change_status(
    identifier: _Identifier, body: StatusIn, services: ServicesDep, caller: IssuerDep
) -> StatusEventOut:
    """Suspend, resume, revoke (吊销), rescind (撤销), withdraw (撤回) … a license."""
    now = services.clock.now()
    event = StatusEvent(
        kind=StatusKind(body.kind),
        effective_at=body.effective_at or now,
        recorded_at=now,
        reason=body.reason,
        decision_no=body.decision_no,
        actor=caller.person,
    )
    return StatusEventOut.of(record_status(identifier, event, unit_of_work=services.unit_of_work))


@router.get(
    "/{identifier}/status",
    summary="签名的状态应答 · signed status answer",
    response_class=Response,
    responses={
        200: {
            "description": '`{"payload": …, "signature": …}`: JCS, GB/T 35275 SignedData',
            "content": {"application/json": {}},
        },
        **problems(422, 503),
    },
)
def ask_status(
    identifier: _Identifier,
    nonce: Annotated[str, Query(pattern=f"^{NONCE.pattern}$", description="16 bytes, hexadecimal")],
    services: ServicesDep,
    at: Annotated[
        Moment | None,
        Query(description="所问时刻；默认现在 · the moment asked about; now if absent"),
    ] = None,
) -> Response:
    """Answer anybody, signed, how a license stands, or stood; the answer holds no personal data.

    All that is known now counts, also about an earlier moment. There is an answer also where
    there is no such license: that it is unknown.
    """
    if services.status_signer is None:
        raise NotServedHereError("no key for status answers")
    answer = answer_status(
        identifier,
        nonce,
        at=at,
        region=str(services.region),
        unit_of_work=services.unit_of_work,
        clock=services.clock,
        signer=services.status_signer,
    )
    return Response(answer, media_type="application/json")
