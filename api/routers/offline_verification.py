"""What browsers need to verify codes without a network (离线核验), for anybody."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response

from api.schemas.bodies import problems
from api.schemas.offline_verification import OfflineGroundsOut
from api.services import ServicesDep
from certs.errors import StatusListNotFoundError
from certs.status_lists import tokens

router = APIRouter(prefix="/offline-verification", tags=["离线核验 offline verification"])
_LAST_NUMBER: Final = 999_999_999
_KEPT: Final = "public, max-age=60"
_TOKEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "令牌原样 · the token as the region published it",
        "content": {tokens.CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    },
    **problems(404, 422),
}


@router.get("", summary="离线核验依据 · grounds", responses=problems(404))
def read_grounds(services: ServicesDep, response: Response) -> OfflineGroundsOut:
    """Return the keys that may be believed now, until when, and where status lists are."""
    response.headers["Cache-Control"] = _KEPT
    return OfflineGroundsOut.of(services.offline.get())


@router.get(
    "/{region}/status-lists/{number}",
    summary="一份状态列表 · one status list",
    response_class=Response,
    responses=_TOKEN,
)
def read_status_list(
    region: Annotated[str, Path(pattern=r"^[0-9]{6}$", description="行政区划代码")],
    number: Annotated[int, Path(ge=0, le=_LAST_NUMBER, description="列表编号")],
    services: ServicesDep,
) -> Response:
    """Return a status list of a region, byte for byte; its signature tells whose it is."""
    token = services.offline.status_list(region, number)
    if token is None:
        raise StatusListNotFoundError(f"no list {number} of {region} is at hand")
    return Response(token, media_type=tokens.CONTENT_TYPE, headers={"Cache-Control": _KEPT})
