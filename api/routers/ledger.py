"""The ledger (账本) over HTTP: for anybody to read, copy and check, and for regions to witness.

Source: C2SP tlog-tiles and tlog-witness, with SM3 and SM2.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Response
from fastapi.responses import PlainTextResponse

from api.http_errors import (
    LedgerMissingError,
    MalformedBodyError,
    NotServedHereError,
    RewrittenLogError,
    UnsignedCheckpointError,
    WebError,
)
from api.schemas.bodies import problems
from api.services import ServicesDep
from certs.errors import LedgerDamagedError
from certs.ledger.entries import LedgerName
from signing.errors import InvalidProofError, InvalidSignatureError, MalformedStructureError
from signing.ledger.tiles import TileName
from signing.ledger.witness_requests import MAX_REQUEST_BYTES, parse_witness_request
from verify.errors import OldSizeError, StrangeLogError

router = APIRouter(prefix="/ledger", tags=["账本 ledger"])
_CHECKPOINT_SECONDS: Final = 1
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SHORTLY: Final = f"public, max-age={_CHECKPOINT_SECONDS}"
_TEXT: Final = "text/plain; charset=utf-8"
_OCTETS: Final = "application/octet-stream"
_SIZE: Final = "text/x.tlog.size"
_LONGEST_PATH: Final = 60
_REFUSALS: Final[dict[type[Exception], type[WebError]]] = {
    UnicodeDecodeError: MalformedBodyError,
    MalformedStructureError: MalformedBodyError,
    InvalidSignatureError: UnsignedCheckpointError,
    StrangeLogError: LedgerMissingError,
    InvalidProofError: RewrittenLogError,
}


def _text(what: str, *statuses: int) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": what, "content": {"text/plain": {}}}, **problems(*statuses)}


@router.get(
    "/{log}/checkpoint",
    summary="检查点 · the present checkpoint",
    response_class=PlainTextResponse,
    responses=_text(
        "C2SP checkpoint，SM2 签名及各地区的见证 · signed, with cosignatures", 404, 422
    ),
)
def read_checkpoint(log: LedgerName, services: ServicesDep) -> Response:
    """Return the signed head of a log, byte for byte."""
    note = services.ledger.shelf.checkpoint(log)
    if not note:
        raise LedgerMissingError(log)
    return Response(note, media_type=_TEXT, headers={"Cache-Control": _SHORTLY})


@router.get(
    "/{log}/tile/{path:path}",
    summary="账本瓦片与条目 · tiles and bundles of entries",
    response_class=Response,
    responses={
        200: {"description": "C2SP tlog-tiles", "content": {_OCTETS: {}}},
        **problems(404, 422),
    },
)
def read_tile(
    log: LedgerName,
    path: Annotated[
        str, Path(max_length=_LONGEST_PATH, description="如 0/x001/234 或 entries/000.p/17")
    ],
    services: ServicesDep,
) -> Response:
    """Return a tile as every copy of the log has it."""
    try:
        name = TileName.parse(f"tile/{path}")
        content = services.ledger.shelf.read(log, name)
    except (MalformedStructureError, LedgerDamagedError) as error:
        raise LedgerMissingError(log) from error
    return Response(content, media_type=_OCTETS, headers={"Cache-Control": _FOR_EVER})


@router.post(
    "/add-checkpoint",
    summary="见证其他地区的账本 · witness another region's log",
    response_class=PlainTextResponse,
    responses={
        **_text("见证签名行 · lines with a cosignature", 400, 403, 404, 422, 503),
        409: {"description": "上次见证的大小 · the size seen last", "content": {_SIZE: {}}},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
)
def add_checkpoint(
    services: ServicesDep, body: Annotated[bytes, Body(media_type="text/plain")] = b""
) -> Response:
    """Cosign a checkpoint that continues the one seen last; see C2SP tlog-witness."""
    witness = services.ledger.witness
    if witness is None:
        raise NotServedHereError("no key for the ledger")
    try:
        request = parse_witness_request(body[: MAX_REQUEST_BYTES + 1].decode("utf-8"))
        if request.old_size > request.checkpoint.size:
            raise MalformedStructureError("the log would become smaller")
        signature = witness.cosign(request)
    except OldSizeError as error:
        return Response(f"{error.size}\n", status_code=409, media_type=_SIZE)
    except tuple(_REFUSALS) as error:
        raise _REFUSALS[type(error)](str(error)) from error
    return Response(signature.line, media_type=_TEXT)
