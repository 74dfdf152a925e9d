"""Batches (批量制证) over HTTP: a file of rows, confirmed, minted by workers, accounted for."""

import secrets
import tempfile
from pathlib import Path as FilePath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from api.auth import may
from api.batch_events import EVENT_STREAM, events, listening
from api.batch_intake import MAX_UPLOAD_BYTES, Upload, take_in
from api.batch_quarantine import quarantine
from api.batch_views import view_of
from api.callers import Caller
from api.http_errors import MediaTypeError, NothingRefusedError, NotServedHereError
from api.multipart_files import received_files
from api.schemas.batches import (
    BATCH_PATTERN,
    BatchFormIn,
    BatchOut,
    BatchPageOut,
    BatchReceivedOut,
    BatchRowOut,
    BatchRowsOut,
    ColumnOut,
    EncodingOut,
)
from api.schemas.bodies import problems
from api.services import Services, ServicesDep
from certs.batches.batch import RowOutcome
from certs.batches.decisions import BatchDecision, decide
from certs.reach import Need, Subject
from certs.rights import Action

router = APIRouter(prefix="/batches", tags=["批量制证 batches"])
_RunBatchDep = Annotated[Caller, may(Action.RUN_BATCH)]
_Batch = Annotated[str, Path(pattern=BATCH_PATTERN, description="批次编号")]
_Key = Annotated[str | None, Header(min_length=1, max_length=200)]
_MOST_PARTS: Final = 8
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE: Final = "file"
_BODY: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file", "type"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "xlsx、csv 或 jsonl，至多 100 MB · at most 100 MB",
                    },
                    "type": {
                        "type": "string",
                        "description": "证照类型短名或代码",
                        "example": "food_business",
                    },
                    "mapping": {
                        "type": "string",
                        "description": "表头对照（TOML）· headings the type does not know",
                        "example": '"经营者全称" = "operator"',
                    },
                    "kind": {"type": "string", "enum": ["xlsx", "csv", "jsonl"]},
                    "encoding": {"type": "string", "description": "utf-8, gb18030 …"},
                    "dry_run": {
                        "type": "boolean",
                        "default": False,
                        "description": "试读：不签发 · read and check, mint nothing",
                    },
                    "confirmed": {
                        "type": "boolean",
                        "default": False,
                        "description": "无需再确认 · mint what is read, without another word",
                    },
                },
            }
        }
    },
}


@router.post(
    "",
    status_code=202,
    summary="上传一批 · send a file of rows",
    responses=problems(400, 401, 403, 413, 415, 422, 503),
    openapi_extra={"requestBody": _BODY},
)
async def receive_batch(
    request: Request,
    services: ServicesDep,
    caller: _RunBatchDep,
    response: Response,
    idempotency_key: _Key = None,
) -> BatchReceivedOut:
    """Recognise the columns, store the file, and let a worker read it.

    The batch waits for `/confirm` once it is read, unless `confirmed` said so before; a guessed
    encoding is always confirmed apart. A request repeated under the same Idempotency-Key, and
    the same file sent again, lead to the batch that they led to before.
    """
    with services.uploads.held():
        upload = await _upload(request)
        license_type = services.license_type(upload.type)
        code = upload.type if license_type is None else str(license_type.code)
        caller.need(Need(subject=Subject.LICENSE_TYPE, code=code))
        key = f"{caller.person}:{idempotency_key or secrets.token_hex(16)}"
        received = await run_in_threadpool(
            take_in, upload, key=key, operator=caller.person, services=services
        )
    response.headers["Location"] = f"/api/v1/batches/{received.batch.id}"
    shown = await run_in_threadpool(_shown, received.batch.id, services)
    return BatchReceivedOut(
        **dict(shown),
        columns=tuple(ColumnOut.of(item) for item in received.columns),
        encoding=EncodingOut.of(received.encoding) if received.encoding else None,
    )


async def _upload(request: Request) -> Upload:
    """Return what a form says.

    Raises:
        RequestValidationError: A part is missing, unknown, twice, or no value of its kind.
        MalformedBodyError: The body is no such form.
        TooLargeError: It is longer than the route takes.
    """
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
        raise MediaTypeError(content_type[:100])
    parts = received_files(
        request.stream(), content_type, most=_MOST_PARTS, max_file_bytes=MAX_UPLOAD_BYTES
    )
    content, name, told = None, "", dict[str, str]()
    async for part in parts:
        if part.form_field == _FILE and content is None:
            content, name = part.data, part.name
        else:
            told[part.form_field] = part.data[: 2**18].decode("utf-8", "replace")
    if content is None:
        raise RequestValidationError(
            [{"type": "missing", "loc": ("body", _FILE), "msg": "Field required"}]
        )
    try:
        form = BatchFormIn.model_validate(told)
    except ValidationError as error:
        raise RequestValidationError(_located(error)) from error
    return Upload(
        name=name or "rows",
        content=content,
        type=form.type,
        kind=form.kind,
        encoding=form.encoding,
        mapping=form.mapping,
        is_trial=form.dry_run,
        is_confirmed=form.confirmed,
    )


def _located(error: ValidationError) -> list[dict[str, Any]]:
    return [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]


@router.get("", summary="批次列表 · list batches", responses=problems(401, 403, 404, 422))
def list_batches(
    services: ServicesDep,
    _caller: _RunBatchDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[
        str | None, Query(pattern=BATCH_PATTERN, description="`next` of the page before")
    ] = None,
) -> BatchPageOut:
    """Return batches, newest first, page by page."""
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        found = work.batches.newest(limit + 1, after=after)
        shown = [view_of(item, work, now=now, is_counted=False) for item in found[:limit]]
    return BatchPageOut(
        batches=tuple(BatchOut.of(item) for item in shown),
        next=shown[-1].batch.id if len(found) > limit else None,
    )


@router.get("/{batch}", summary="一个批次 · one batch", responses=problems(401, 403, 404, 422))
def show_batch(batch: _Batch, services: ServicesDep, _caller: _RunBatchDep) -> BatchOut:
    """Return how a batch stands: state, counts, rate, time left; at its end whether all adds up."""
    return _shown(batch, services)


@router.get(
    "/{batch}/rows", summary="批次各行 · rows of a batch", responses=problems(401, 403, 404, 422)
)
def read_rows(
    batch: _Batch,
    services: ServicesDep,
    _caller: _RunBatchDep,
    outcome: RowOutcome | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> BatchRowsOut:
    """Return what became of rows, in their order; refused ones with place and reasons."""
    outcomes = tuple(RowOutcome) if outcome is None else (outcome,)
    with services.unit_of_work() as work:
        work.only_read()
        work.batches.get(batch)
        found = work.batch_rows.of_outcomes(batch, outcomes, after=after, limit=limit + 1)
    shown = found[:limit]
    return BatchRowsOut(
        rows=tuple(BatchRowOut.of(row) for row in shown),
        next=shown[-1].number if len(found) > limit else None,
    )


@router.get(
    "/{batch}/refused.xlsx",
    summary="退回表 · workbook of refused rows",
    response_class=Response,
    responses={200: {"content": {_WORKBOOK: {}}}, **problems(401, 403, 404, 422, 501)},
)
def read_refused(
    batch: _Batch,
    services: ServicesDep,
    _caller: _RunBatchDep,
    part: Annotated[int, Query(ge=1, le=1000, description="册，每册十万行")] = 1,
) -> Response:
    """Return the refused rows with their reasons, to be corrected and sent again."""
    with services.unit_of_work() as work, tempfile.TemporaryDirectory() as folder:
        found = work.batches.get(batch)
        license_type = services.license_type(found.type_code)
        if license_type is None:
            raise NotServedHereError("the type of this batch is not in the catalogue any more")
        written = quarantine(
            found, FilePath(folder) / "refused.xlsx", license_type=license_type, work=work
        )
        if part > len(written):
            raise NothingRefusedError(batch)
        content = written[part - 1].read_bytes()
    return Response(
        content,
        media_type=_WORKBOOK,
        headers={"Content-Disposition": f'attachment; filename="{batch}-refused-{part}.xlsx"'},
    )


@router.get(
    "/{batch}/events",
    summary="实时进度 · progress as it happens",
    response_class=Response,
    responses={
        200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}},
        **problems(401, 403, 404, 422, 503),
    },
)
async def follow(batch: _Batch, services: ServicesDep, _caller: _RunBatchDep) -> Response:
    """Stream `event: progress` with the batch whenever it changes, until it is over."""
    await run_in_threadpool(_shown, batch, services)  # now, while a problem can be answered
    stream = listening(events(batch, services), services.listeners)
    await anext(stream)  # so that closing it frees the place, whether or not anybody reads
    return StreamingResponse(stream, media_type=EVENT_STREAM)


@router.post(
    "/{batch}/{decision}",
    summary="确认、暂停、继续、取消 · confirm, pause, resume, cancel",
    responses=problems(401, 403, 404, 409, 422),
)
def decide_about(
    batch: _Batch, decision: BatchDecision, services: ServicesDep, _caller: _RunBatchDep
) -> BatchOut:
    """Let a batch be minted, let it rest, go on, or call off what is left of it."""
    with services.unit_of_work() as work:
        decide(batch, decision, work=work, now=services.clock.now())
        work.commit()
    return _shown(batch, services)


def _shown(batch_id: str, services: Services) -> BatchOut:
    with services.unit_of_work() as work:
        work.only_read()
        batch = work.batches.get(batch_id)
        return BatchOut.of(view_of(batch, work, now=services.clock.now(), is_counted=True))
