"""What others need to believe this region: the trust list, revocation lists."""

import base64

from fastapi import APIRouter, Response

from api.http_errors import TrustListMissingError
from api.schemas.bodies import problems
from api.services import ServicesDep

router = APIRouter(tags=["信任 trust"])


@router.get(
    "/trust-list",
    summary="信任列表 · the trust list",
    response_class=Response,
    responses={
        200: {
            "description": '`{"payload": …, "signature": …}`, as its root signed it',
            "content": {"application/json": {}},
        },
        **problems(404),
    },
)
def read_trust_list(services: ServicesDep) -> Response:
    """Return the trust list that this instance goes by, byte for byte."""
    data = services.trust.current_bytes()
    if data is None:
        raise TrustListMissingError("no trust list")
    return Response(data, media_type="application/json")


@router.get("/revocation-lists", summary="证书吊销列表 · certificate revocation lists")
def read_revocation_lists(services: ServicesDep) -> dict[str, list[str]]:
    """Return this region's certificate revocation lists, DER in base64, under ``lists``."""
    lists = services.revocation_lists()
    return {"lists": [base64.b64encode(item).decode("ascii") for item in lists]}
