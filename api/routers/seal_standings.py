"""The bulletin of seals (印章状态公告) over HTTP: for anybody, signed, the same for all who ask."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Response

from api.http_errors import NotServedHereError
from api.schemas.bodies import problems
from api.services import ServicesDep
from signing.algorithms import sm3

router = APIRouter(tags=["印章 seals"])
_KEPT_SECONDS: Final = 10
_EXAMPLE: Final = {
    "payload": {
        "schema": "yinxin.seal-standings/1",
        "region": "340200",
        "issued_at": "2026-03-18T04:00:00+00:00",
        "expires_at": "2026-03-20T04:00:00+00:00",
        "seals": [
            {
                "code": "34020000000001",
                "digest": "SM3 of the SESeal",
                "states": [
                    {
                        "state": "made",
                        "since": "2026-03-01T01:00:00+00:00",
                        "decision_no": "芜印〔2026〕1号",
                    },
                    {"state": "enabled", "since": "2026-03-01T01:05:00+00:00"},
                ],
            }
        ],
    },
    "signature": "base64 SignedData",
}


@router.get(
    "/seal-standings",
    summary="印章状态公告 · bulletin of all seals",
    response_class=Response,
    responses={
        200: {
            "description": "yinxin.seal-standings/1: JCS, GB/T 35275 SignedData",
            "content": {"application/json": {"example": _EXAMPLE}},
        },
        304: {"description": "没有变化 · nothing has changed"},
        **problems(503),
    },
)
def read_seal_standings(
    services: ServicesDep,
    if_none_match: Annotated[
        str | None, Header(max_length=2000, description='ETag · `"SM3 of the bulletin"`')
    ] = None,
) -> Response:
    """Return every seal of the region with all its states and their times, signed.

    Whoever keeps it can tell how a seal stood when it signed, without asking, for two days.
    """
    bulletin = services.seal_standings() if services.seal_standings is not None else None
    if bulletin is None:
        raise NotServedHereError("no key for bulletins, or too many seals for one")
    tag = f'"{sm3(bulletin).hex()}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={_KEPT_SECONDS}"}
    held = {item.strip().removeprefix("W/") for item in (if_none_match or "").split(",")}
    if held & {"*", tag}:
        return Response(status_code=304, headers=headers)
    return Response(bulletin, media_type="application/json", headers=headers)
