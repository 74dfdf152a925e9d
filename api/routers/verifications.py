"""Verification (核验) over HTTP: anybody's file, code or identifier, a verdict, no account."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.datastructures import UploadFile
from starlette.responses import StreamingResponse

from api import bulk_files, bulk_lines
from api.http_errors import MediaTypeError, TooLargeError
from api.multipart_files import received_files
from api.region_answers import signed_answers
from api.region_callers import find_region_caller, require_region_caller
from api.reports import report_bytes, report_json
from api.schemas.bodies import problems
from api.schemas.verifications import VerificationIn
from api.services import Services, ServicesDep, services_of
from certs.status_answers import NONCE
from verify.evidence import MAX_FILE_BYTES
from verify.policies import Purpose, shipped_policy
from verify.verifier import Inquiry

router = APIRouter(prefix="/verifications", tags=["核验 verification"])
_MOST_FIELDS: Final = 4
_MAX_BATCHED_FILE: Final = 32 * 2**20
_JSON: Final = "application/json"
_EXAMPLE: Final[dict[str, Any]] = {
    "conclusion": "failed",
    "conclusion_at_sealing": "passed",
    "zh": "印章真实；证照已于 2026-03-18 吊销",
    "en": "the seal is genuine; the license is revoked since 2026-03-18",
    "format": "pdf",
    "findings": [
        {
            "check": "license.status",
            "outcome": "bad",
            "level": "refuse",
            "reason": "not-active",
            "zh": "证照已于 2026-03-18 吊销",
            "en": "the license is revoked since 2026-03-18",
            "facts": {"kind": "revoked"},
        }
    ],
    "trust_list": "SM3",
    "policy": {"name": "public", "identity": "SM3"},
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
                        "description": "PDF、OFD、印章、签章、签名数据、证照数据或二维码图片，"
                        "至多 100 MB · at most 100 MB",
                    },
                    "content": {
                        "type": "string",
                        "format": "binary",
                        "description": "签名所对应的原文，或回执所核验的原件 · "
                        "what a detached signature is over, or a receipt is about",
                    },
                    "purpose": {"type": "string", "enum": [item.value for item in Purpose]},
                    "evidence": {"type": "boolean", "default": False},
                },
            }
        },
        bulk_lines.NDJSON: {
            "schema": {
                "type": "string",
                "description": '每行一个 {"identifier"} 或 {"code"}，至多 10,000 行；逐行返回 · '
                "a question a line, at most 10,000; answered line by line",
            }
        },
        _JSON: {
            "schema": VerificationIn.model_json_schema(),
            "example": {
                "identifier": "1.2.156.3005.2.11100000MB9TXY0149001"
                ".11340200MB9TXY014H.JY23402020000081.001.U"
            },
        },
    },
}


@router.post(
    "",
    summary="核验 · verify a file, a code or an identifier",
    response_class=Response,
    responses={
        200: {
            "content": {
                _JSON: {"example": _EXAMPLE},
                bulk_lines.NDJSON: {"schema": {"type": "string"}},
            },
            "description": "核验报告，或每行一个结论 · the report, or a verdict a line",
        },
        **problems(413, 415, 422),
    },
    openapi_extra={"requestBody": _BODIES},
)
async def verify(request: Request) -> Response:
    """Judge what is brought and report every finding; a bad file is a verdict, not an error."""
    services = services_of(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    match kind:
        case "application/json":
            return await _verify_text(await request.body(), services)
        case "multipart/form-data":
            return await _verify_file(request, services)
        case bulk_lines.NDJSON:
            return await _verify_lines(request, services)
        case _:
            raise MediaTypeError(kind)


@router.post(
    "/files",
    summary="批量核验文件 · verify many files",
    response_class=Response,
    responses={
        200: {
            "content": {bulk_lines.NDJSON: {"schema": {"type": "string"}}},
            "description": "每份文件一行 · a line a file, in their order",
        },
        **problems(400, 413, 415, 422, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "file": {
                                "type": "array",
                                "maxItems": bulk_files.MOST_FILES,
                                "items": {"type": "string", "format": "binary"},
                            }
                        },
                    }
                }
            },
        }
    },
)
async def verify_files(
    request: Request, services: ServicesDep, purpose: Purpose = Purpose.PUBLIC
) -> Response:
    """Judge up to 1,000 files, each at most 32 MB, in one call."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
        raise MediaTypeError(content_type[:100])
    files = received_files(
        request.stream(),
        content_type,
        most=bulk_files.MOST_FILES,
        max_file_bytes=_MAX_BATCHED_FILE,
    )
    inquiry = Inquiry(policy=shipped_policy(purpose))
    with services.bulk.room():
        lines = await bulk_files.judge_files(files, services.verifier, inquiry)
    return Response(b"".join(lines), media_type=bulk_lines.NDJSON)


async def _verify_lines(request: Request, services: Services) -> Response:
    """Judge what many codes and identifiers stand for, a line each, answered as they are judged."""
    if "nonce" in request.query_params:
        return await _answer_region(request, services)
    body = await _bounded_body(request, bulk_lines.MAX_BATCH_BYTES)
    lines = body.splitlines()
    if len(lines) > bulk_lines.MOST_LINES:
        raise TooLargeError("more lines than the route takes")
    inquiry = Inquiry(
        policy=shipped_policy(_purpose(request.query_params.get("purpose", "public")))
    )
    desk = bulk_lines.BulkDesk(
        verifier=services.verifier, inquiry=inquiry, prepare=services.bulk.prepare(inquiry)
    )
    return StreamingResponse(
        services.bulk.within_room(desk.answer(lines)), media_type=bulk_lines.NDJSON
    )


async def _answer_region(request: Request, services: Services) -> Response:
    """Answer another region about many licenses, signed, a hundred answers a line."""
    caller = require_region_caller(await find_region_caller(request, services, None))
    nonce = request.query_params["nonce"]
    if NONCE.fullmatch(nonce) is None:
        wrong = {"type": "pattern", "loc": ("query", "nonce"), "msg": "16 bytes, hexadecimal"}
        raise RequestValidationError([wrong])
    lines = caller.body.splitlines()
    if len(lines) > bulk_lines.MOST_LINES:
        raise TooLargeError("more lines than the route takes")
    answers = signed_answers(lines, nonce, services=services)
    return StreamingResponse(services.bulk.within_room(answers), media_type=bulk_lines.NDJSON)


async def _bounded_body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLargeError("the body is over the limit")
    return bytes(body)


async def _verify_text(body: bytes, services: Services) -> Response:
    try:
        asked = VerificationIn.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False)) from error
    if not asked.evidence:
        # Most questions are answered from memory, and a thread costs twice the work.
        inquiry = Inquiry(policy=shipped_policy(asked.purpose))
        report = services.verifier.verify_text_at_hand(asked.text, inquiry)
        if report is not None:
            return Response(report_bytes(report), media_type=_JSON)
    return await run_in_threadpool(_answer_text, asked, services)


def _answer_text(asked: VerificationIn, services: Services) -> Response:
    verifier = services.verifier
    examination = verifier.examine_text(asked.text)
    report = verifier.judge(examination, Inquiry(policy=shipped_policy(asked.purpose)))
    return _answer(report_json(report, examination if asked.evidence else None))


async def _verify_file(request: Request, services: Services) -> Response:
    async with request.form(max_files=2, max_fields=_MOST_FIELDS) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise RequestValidationError([_MISSING])
        content = form.get("content")
        data = await _read(file)
        beside = await _read(content) if isinstance(content, UploadFile) else None
        purpose = _purpose(str(form.get("purpose", Purpose.PUBLIC)))
        is_full = str(form.get("evidence", "false")).lower() == "true"

    def judged() -> Response:
        verifier = services.verifier
        examination = verifier.examine(data, beside)
        report = verifier.judge(
            examination,
            Inquiry(policy=shipped_policy(purpose)),
            file=verifier.examine_beside(examination, beside),
        )
        return _answer(report_json(report, examination if is_full else None))

    return await run_in_threadpool(judged)


_MISSING: Final = {"type": "missing", "loc": ("body", "file"), "msg": "Field required"}


async def _read(file: UploadFile) -> bytes:
    data = await file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError("the file is over the limit")
    return data


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(text)
    except ValueError as error:
        wrong = {"type": "enum", "loc": ("body", "purpose"), "msg": "not a purpose"}
        raise RequestValidationError([wrong]) from error


def _answer(value: dict[str, Any]) -> Response:
    return Response(to_json(value), media_type=_JSON)
