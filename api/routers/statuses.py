"""Legal status (证照状态) over HTTP: changed by the issuer, asked by anybody."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.auth import check_system, may
from api.callers import Caller
from api.http_errors import NotServedHereError
from api.schemas.bodies import IDENTIFIER_PATTERN, problems
from api.schemas.status_lists import Moment
from api.schemas.statuses import StatusEventOut, StatusIn
from api.services import ServicesDep
from api.status_changes import change
from certs.correction_desk import is_flagged
from certs.lifecycle import answer_status
from certs.rights import Action
from certs.status_answers import NONCE


def _untold(_identifier: str) -> bool:
    """Say nothing of corrections: an asker of an older release knows no such member."""
    return False


router = APIRouter(prefix="/licenses", tags=["证照状态 status"])
_MoveLicenseDep = Annotated[Caller, may(Action.MOVE_LICENSE)]
_Identifier = Annotated[str, Path(pattern=IDENTIFIER_PATTERN, description="电子证照标识")]


@router.post(
    "/{identifier}/status",
    status_code=201,
    summary="变更证照状态 · change a status",
    responses=problems(401, 403, 404, 409, 422),
)
def change_status(
    identifier: _Identifier, body: StatusIn, services: ServicesDep, caller: _MoveLicenseDep
) -> StatusEventOut:
    """Suspend, resume, revoke (吊销), rescind (撤销), withdraw (撤回) … a license, now or later.

    `reversed` overturns a decision of the history, with another person's approval; `called_off`
    takes back a change that has not taken effect yet.
    """
    check_system(caller)
    event = body.to_event(actor=caller.person, now=services.clock.now())
    return StatusEventOut.of(change(identifier, event, kind=body.kind, services=services))


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
def ask_status(  # noqa: PLR0913, PLR0917 - the parts of a question
    identifier: _Identifier,
    nonce: Annotated[str, Query(pattern=f"^{NONCE.pattern}$", description="16 bytes, hexadecimal")],
    services: ServicesDep,
    at: Annotated[
        Moment | None,
        Query(description="所问时刻；默认现在 · the moment asked about; now if absent"),
    ] = None,
    known: Annotated[
        Moment | None,
        Query(description="截至何时所知；默认现在 · what was recorded later does not count"),
    ] = None,
    flags: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="是否告知纠错标注 · tell whether a correction is open")
    ] = False,
) -> Response:
    """Answer anybody, signed, how a license stands, or stood; the answer holds no personal data.

    All that is known now counts, also about an earlier moment, unless `known` says otherwise:
    in force on day `at` as known on day `known`. There is an answer also where
    there is no such license: that it is unknown.
    """
    if services.status_signer is None:
        raise NotServedHereError("no key for status answers")
    answer = answer_status(
        identifier,
        nonce,
        at=at,
        known=known,
        is_flagged=partial(is_flagged, unit_of_work=services.unit_of_work) if flags else _untold,
        region=str(services.region),
        unit_of_work=services.unit_of_work,
        clock=services.clock,
        signer=services.status_signer,
    )
    return Response(answer, media_type="application/json")
