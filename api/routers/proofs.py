"""Proofs that licenses stand in the ledger (账本证明), for anybody who knows the license."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import PlainTextResponse

from api.http_errors import LedgerMissingError
from api.schemas.bodies import IDENTIFIER_PATTERN, problems
from api.services import ServicesDep
from certs.ledger.entries import LedgerName
from certs.ledger.proving import proofs_about

router = APIRouter(prefix="/licenses", tags=["账本 ledger"])
_MOST_ENTRIES: Final = 1000


@router.get(
    "/{identifier}/proof",
    summary="账本证明 · that a license stands in the ledger",
    response_class=PlainTextResponse,
    responses={
        200: {
            "description": "C2SP tlog-proof：条目、路径、检查点及见证 · entry, path, checkpoint",
            "content": {"text/plain": {}},
        },
        **problems(404, 422),
    },
)
def read_proof(
    identifier: Annotated[str, Path(pattern=IDENTIFIER_PATTERN, description="电子证照标识")],
    services: ServicesDep,
    entry: Annotated[
        int,
        Query(ge=0, le=_MOST_ENTRIES, description="0 签发，其后为各次状态变更 · 0 for its issuing"),
    ] = 0,
) -> Response:
    """Return a proof that `yinxin ledger verify` checks without asking anybody."""
    proofs = proofs_about(
        identifier,
        LedgerName.ISSUE,
        unit_of_work=services.unit_of_work,
        shelf=services.ledger.shelf,
    )
    if entry >= len(proofs):
        raise LedgerMissingError(identifier)
    return Response(
        proofs[entry].encode(),
        media_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )
