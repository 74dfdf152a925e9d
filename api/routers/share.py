"""Questions between regions (跨区域调用) over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.region_answers import answer_question
from api.schemas.bodies import problems
from api.services import ServicesDep

router = APIRouter(prefix="/share", tags=["跨区域 between regions"])


async def _whole_body(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/licenses",
    summary="查询持证主体的证照 · which licenses has this holder?",
    response_class=Response,
    responses={
        200: {
            "description": "yinxin.share-reply/1: signed, encrypted for whoever asked",
            "content": {"application/json": {}},
        },
        **problems(403, 413),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "yinxin.share-query/1: signed by a region of the trust list",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
)
def share_licenses(body: Annotated[bytes, Depends(_whole_body)], services: ServicesDep) -> Response:
    """Answer a region of the trust list; refuse everybody else without saying why."""
    return Response(answer_question(body, services=services), media_type="application/json")
