"""Receipts (核验回执) over HTTP: a verdict to keep, signed, complete in itself."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.auth import may
from api.brought import read_brought
from api.callers import Caller
from api.http_errors import NotServedHereError
from api.receipts import KeptReceipt, ReceiptOffice
from api.schemas.bodies import problems
from api.schemas.verifications import VerificationIn
from api.services import Services, ServicesDep
from certs.rights import Action
from verify.policies import Purpose, shipped_policy
from verify.verifier import Inquiry

router = APIRouter(prefix="/receipts", tags=["核验 verification"])
_TakeReceiptDep = Annotated[Caller, may(Action.TAKE_RECEIPT)]
_JSON: Final = "application/json"
_PDF: Final = "application/pdf"
_Number = Annotated[
    str,
    Path(max_length=64, description="回执编号", examples=["MZXW6YTBOI4DSOJQGEZDGNBVGY"]),
]
_Key = Annotated[str | None, Header(min_length=1, max_length=200)]
_EXAMPLE: Final[dict[str, Any]] = {
    "payload": {
        "schema": "yinxin.receipt/1",
        "number": "MZXW6YTBOI4DSOJQGEZDGNBVGY",
        "issued_at": "2026-03-18T05:00:00+00:00",
        "verifier": {
            "region": "340200",
            "name": "芜湖市市场监督管理局",
            "code": "11340200MB9TXY014H",
        },
        "policy": {"schema": "yinxin.policy/1", "name": "acceptance"},
        "verdict": {"conclusion": "passed", "digests": {"document": "SM3"}},
        "zh": "印章真实；证照有效",
        "en": "the seal is genuine; the license is in force",
        "examination": {"schema": "yinxin.examination/1"},
        "grounds": {"schema": "yinxin.grounds/1"},
        "trust_list": "zlib, base64",
        "revocation_lists": ["DER, base64"],
    },
    "signature": "GB/T 35275 SignedData, base64",
}
_BODIES: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "所核验的文件，至多 100 MB · at most 100 MB",
                    },
                    "content": {
                        "type": "string",
                        "format": "binary",
                        "description": "签名所对应的原文 · what a detached signature is over",
                    },
                    "purpose": {"type": "string", "enum": [item.value for item in Purpose]},
                },
            }
        },
        _JSON: {
            "schema": VerificationIn.model_json_schema(),
            "example": {
                "identifier": "1.2.156.3005.2.11100000MB9TXY0149001"
                ".11340200MB9TXY014H.JY23402020000081.001.U",
                "purpose": "acceptance",
            },
        },
    },
}
_RECEIPT: Final = {"content": {_JSON: {"example": _EXAMPLE}}, "description": "签名的回执"}


@router.post(
    "",
    status_code=201,
    summary="核验并出具回执 · verify, and give a receipt",
    response_class=Response,
    responses={201: _RECEIPT, **problems(401, 413, 415, 422, 503)},
    openapi_extra={"requestBody": _BODIES},
)
async def give_receipt(
    request: Request, services: ServicesDep, caller: _TakeReceiptDep, idempotency_key: _Key = None
) -> Response:
    """Judge what is brought, as POST /verifications does, and sign the verdict with its evidence.

    There is a receipt of every verdict, good or bad. A request repeated under the same
    Idempotency-Key returns the receipt it led to.
    """
    brought = await read_brought(request)
    office = _office(services)

    def given() -> KeptReceipt:
        return office.give(
            brought.examine(services.verifier),
            Inquiry(policy=shipped_policy(brought.purpose)),
            requester=caller.person,
            request_key=idempotency_key or "",
        )

    kept = await run_in_threadpool(given)
    return Response(
        kept.encoded,
        status_code=201,
        media_type=_JSON,
        headers={"Location": f"/api/v1/receipts/{kept.entry.number}"},
    )


@router.get(
    "/{number}.pdf",
    summary="可打印的回执 · a receipt on paper",
    response_class=Response,
    responses={
        200: {
            "content": {_PDF: {}},
            "description": "内附签名回执，加盖印章 · sealed, receipt inside",
        },
        **problems(404, 503),
    },
)
def print_receipt(number: _Number, services: ServicesDep) -> Response:
    """Return the receipt as a PDF with the signed receipt attached, sealed where there is a seal.

    Whoever knows the number may have it: nobody can guess one, and a receipt names nobody.
    """
    return _file(_office(services).page(number), number, "pdf", media_type=_PDF)


@router.get(
    "/{number}",
    summary="签名的回执 · a receipt",
    response_class=Response,
    responses={200: _RECEIPT, **problems(404, 503)},
)
def read_receipt(number: _Number, services: ServicesDep) -> Response:
    """Return the signed receipt, byte for byte as it was given."""
    return _file(_office(services).find(number).encoded, number, "json", media_type=_JSON)


def _office(services: Services) -> ReceiptOffice:
    if services.receipts is None:
        raise NotServedHereError("no receipts")
    return services.receipts


def _file(content: bytes, number: str, ending: str, *, media_type: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'inline; filename="receipt-{number}.{ending}"'},
    )
