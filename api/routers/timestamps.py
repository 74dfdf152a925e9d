"""The demo's timestamping authority (时间戳服务) over HTTP; absent outside demo and dev."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from api.schemas.bodies import problems
from api.services import ServicesDep
from signing.timestamps import MAX_REQUEST_BYTES, QUERY_TYPE, REPLY_TYPE

router = APIRouter(tags=["时间戳 timestamps"])


async def _query(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip() != QUERY_TYPE:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_REQUEST_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)


@router.post(
    "/tsa",
    summary="样本时间戳 · demo timestamps (RFC 3161)",
    response_class=Response,
    responses={
        200: {"description": "TimeStampResp, DER", "content": {REPLY_TYPE: {}}},
        **problems(404, 413, 415),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "TimeStampReq over an SM3 digest, DER",
            "content": {QUERY_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def answer_timestamp(body: Annotated[bytes, Depends(_query)], services: ServicesDep) -> Response:
    """Answer a question; one that cannot be read gets a refusal in the protocol's own form."""
    if services.timestamp_authority is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(services.timestamp_authority.answer(body), media_type=REPLY_TYPE)
