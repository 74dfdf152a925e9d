"""What others need to believe this region: the trust list, revocation lists."""

import base64
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response

from api.clients.trust_lists import entity_tag
from api.http_errors import TrustListMissingError
from api.schemas.bodies import problems
from api.services import ServicesDep

router = APIRouter(tags=["信任 trust"])
_MAX_TAGS: Final = 4096
_EXAMPLE: Final[dict[str, Any]] = {
    "payload": {
        "schema": "yinxin.trust/1",
        "version": 12,
        "issued_at": "2026-11-22T04:00:00+00:00",
        "expires_at": "2027-02-20T04:00:00+00:00",
        "regions": [
            {
                "code": "340200",
                "name": "芜湖市",
                "service_url": "https://yinxin.wuhu.example",
                "service": "MIIB… (DER, base64)",
                "anchors": [
                    {
                        "certificate": "MIIB… (DER, base64)",
                        "valid_from": "2026-01-01T00:00:00+00:00",
                    }
                ],
                "issuers": [
                    {
                        "code": "11340200MB9TXY014H",
                        "name": "芜湖市市场监督管理局",
                        "types": ["11100000MB9TXY0149001"],
                    }
                ],
            }
        ],
        "agreements": [
            {
                "id": "wuhu-baoji-2026",
                "accepting": ["340200"],
                "issuing": ["610300"],
                "types": ["all"],
                "matters": ["open-restaurant"],
                "powers": ["exempt", "obtain", "verify"],
                "basis": "电子证照互认协议（样例）",
                "valid_from": "2026-01-01T00:00:00+08:00",
            }
        ],
    },
    "signature": "MIIC… (GB/T 35275 SignedData, DER, base64)",
}


@router.get(
    "/trust-list",
    summary="信任列表 · the trust list",
    response_class=Response,
    responses={
        200: {
            "description": '`{"payload": …, "signature": …}`, as its root signed it',
            "content": {"application/json": {"example": _EXAMPLE}},
            "headers": {
                "ETag": {
                    "description": "列表的 SM3 标识 · the list's identity",
                    "schema": {"type": "string"},
                }
            },
        },
        304: {"description": "与 If-None-Match 所列相同 · the list is the one named"},
        **problems(404),
    },
)
def read_trust_list(
    services: ServicesDep,
    if_none_match: Annotated[
        str | None, Header(description="已有列表的 ETag · ETag of a list at hand")
    ] = None,
) -> Response:
    """Return the trust list that this instance goes by, byte for byte."""
    current = services.trust.current()
    # The tag first: of a list that changes in between, the old tag on new bytes does no harm.
    data = services.trust.current_bytes()
    if current is None or data is None:
        raise TrustListMissingError("no trust list")
    headers = {"ETag": entity_tag(current.identity), "Cache-Control": "no-cache"}
    if _names(if_none_match or "", current.identity):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="application/json", headers=headers)


@router.get("/revocation-lists", summary="证书吊销列表 · certificate revocation lists")
def read_revocation_lists(services: ServicesDep) -> dict[str, list[str]]:
    """Return this region's certificate revocation lists, DER in base64, under ``lists``."""
    lists = services.revocation_lists()
    return {"lists": [base64.b64encode(item).decode("ascii") for item in lists]}


def _names(tags: str, identity: str) -> bool:
    """Whether ``If-None-Match`` names the list, weakly compared (RFC 9110 §13.1.2)."""
    if tags.strip() == "*":
        return True
    listed = (tag.strip().removeprefix("W/") for tag in tags[:_MAX_TAGS].split(","))
    return f'"{identity}"' in listed
