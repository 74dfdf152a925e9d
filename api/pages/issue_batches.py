"""Batches (批量制证) as pages: a file, what was read, progress as it happens, what was refused."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Path, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import Field

from api.auth import check_form
from api.batch_events import EVENT_STREAM, changes, listening
from api.batch_intake import MAX_UPLOAD_BYTES, Upload, take_in
from api.batch_samples import SAMPLED_TYPE, empty_sheet, sample_sheet
from api.batch_views import Awaited, BatchView, view_of
from api.column_choices import LEFT_OUT, asked_columns, choices_of, mapping_of
from api.http_errors import (
    NotServedHereError,
    SheetRefusedError,
    TooLargeError,
    UnknownLicenseTypeError,
)
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.schemas.batches import BATCH_PATTERN
from api.services import Services
from certs.batches.batch import BatchState, RowOutcome
from certs.batches.decisions import BatchDecision, decide
from certs.errors import IllegalTransitionError
from certs.rights import Action
from certs.rows.quarantine import MAX_QUARANTINED_ROWS

router = APIRouter(prefix="/issue/batches")
_MAX_MAPPING_BYTES: Final = 200_000
_Texts = Annotated[Sequence[Annotated[str, Field(max_length=500)]], Form(max_length=100)]
_Batch = Annotated[str, Path(pattern=BATCH_PATTERN)]
_SHOWN: Final = 30
_REFUSED_SHOWN: Final = 50
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
def list_batches(page: PageDep) -> HTMLResponse:
    """Show where a file is sent, and the batches of before."""
    page.who_may(Action.RUN_BATCH)
    return _list(page)


@router.post("", dependencies=[Depends(check_form)])
def receive_batch(  # noqa: PLR0913 - the fields of the forms
    *,
    page: PageDep,
    license_type: Annotated[str, Form(alias="type", max_length=60)],
    file: Annotated[UploadFile | None, File()] = None,
    encoding: Annotated[str, Form(max_length=30)] = "",
    heading: _Texts = (),
    field: _Texts = (),
    mapping: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a file in; the same file sent again leads to the batch that it was before.

    Which column is which a mapping file says, or the form that asks about unknown headings.
    """
    caller = page.who_may(Action.RUN_BATCH)
    content = file.file.read(MAX_UPLOAD_BYTES + 1) if file is not None else b""
    if len(content) > MAX_UPLOAD_BYTES:
        raise TooLargeError("the file is over the limit")
    if not content:
        return _list(page, chosen=license_type, is_empty=True)
    decided = dict(zip(heading, field, strict=False))
    name = (file.filename if file is not None else "") or "rows"
    upload = Upload(
        name=name,
        content=content,
        type=license_type,
        encoding=encoding,
        mapping=mapping_of(decided) if decided else _text_of(mapping),
    )
    try:
        with page.services.uploads.held():
            received = take_in(
                upload,
                key=f"{caller.person}:{secrets.token_hex(16)}",
                operator=caller.person,
                services=page.services,
            )
    except SheetRefusedError as error:
        return _list(
            page, chosen=license_type, problem=describe(error), refused=error, decided=decided
        )
    return go(f"/issue/batches/{received.batch.id}")


@router.post("/mapping", dependencies=[Depends(check_form)])
def download_mapping(page: PageDep, heading: _Texts = (), field: _Texts = ()) -> Response:
    """Return what was decided about headings as a file, for the next table like this one."""
    page.who_may(Action.RUN_BATCH)
    text = mapping_of(dict(zip(heading, field, strict=False)))
    headers = {"Content-Disposition": 'attachment; filename="columns.toml"'}
    return Response(text, media_type="application/toml", headers=headers)


@router.get("/{batch}")
def show_batch(page: PageDep, batch: _Batch) -> HTMLResponse:
    """Show one batch; with scripts it changes by itself, without them the page comes again."""
    page.who_may(Action.RUN_BATCH)
    return page.render("issue_batch.html", **_batch(batch, page.services))


@router.get("/{batch}/events")
async def follow(page: PageDep, batch: _Batch) -> Response:
    """Stream the part of the page that changes, until the batch is over."""
    page.who_may(Action.RUN_BATCH)

    def look() -> tuple[str, bool]:
        content = _batch(batch, page.services)
        shown: BatchView = content["view"]
        text = page.fill("issue_batch_state.html", **content)
        return text, shown.batch.state.is_over

    await run_in_threadpool(look)  # now, while a problem can be answered
    stream = listening(_closed(changes(look)), page.services.listeners)
    await anext(stream)  # so that closing it frees the place, whether or not anybody reads
    return StreamingResponse(stream, media_type=EVENT_STREAM)


async def _closed(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Tell listeners at the end that they need not come again."""
    async for event in stream:
        yield event
    yield b"event: over\ndata: over\n\n"


@router.post("/{batch}/{decision}", dependencies=[Depends(check_form)])
def decide_about(page: PageDep, batch: _Batch, decision: BatchDecision) -> Response:
    """Confirm, pause, resume or cancel; what cannot be decided any more is said kindly."""
    page.who_may(Action.RUN_BATCH)
    services = page.services
    try:
        with services.unit_of_work() as work:
            decide(batch, decision, work=work, now=services.clock.now())
            work.commit()
    except IllegalTransitionError as error:
        content = _batch(batch, services)
        return page.render("issue_batch.html", status=409, problem=describe(error), **content)
    return go(f"/issue/batches/{batch}")


@router.get("/files/{name}.xlsx")
def read_empty_sheet(page: PageDep, name: str) -> Response:
    """Return a workbook with the headings of a type."""
    page.who_may(Action.RUN_BATCH)
    license_type = page.services.license_type(name)
    if license_type is None:
        raise UnknownLicenseTypeError(name)
    return _workbook(empty_sheet(license_type), f"{license_type.short_name}.xlsx")


@router.get("/files/demo/sample.xlsx")
def read_sample(page: PageDep) -> Response:
    """Return a thousand synthetic rows; in the demo alone."""
    page.who_may(Action.RUN_BATCH)
    license_type = page.services.license_type(SAMPLED_TYPE)
    if not page.services.is_demo or license_type is None:
        raise NotServedHereError("samples are for the demo")
    return _workbook(sample_sheet(license_type, page.services.region), "sample-1000.xlsx")


def _workbook(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_WORKBOOK, headers=headers)


def _list(  # noqa: PLR0913 - what came of a form
    page: Page,
    *,
    chosen: str = "",
    is_empty: bool = False,
    problem: Problem | None = None,
    refused: SheetRefusedError | None = None,
    decided: Mapping[str, str] = MappingProxyType({}),
) -> HTMLResponse:
    services = page.services
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        found = work.batches.newest(_SHOWN)
        views = [view_of(item, work, now=now, is_counted=False) for item in found]
    status = problem.kind.status.value if problem else 422 if is_empty else 200
    return page.render(
        "issue_batches.html",
        status=status,
        types=[item for item in services.catalogue if str(item.code) in services.desks],
        type_names=_type_names(services),
        views=views,
        chosen=chosen or SAMPLED_TYPE,
        is_empty=is_empty,
        problem=problem,
        refused=refused,
        asked=asked_columns(refused.columns, decided) if refused else (),
        choices=_choices(chosen, services) if refused else (),
        left_out=LEFT_OUT,
    )


def _choices(named: str, services: Services) -> tuple[tuple[str, str], ...]:
    license_type = services.license_type(named)
    return choices_of(license_type) if license_type is not None else ()


def _text_of(file: UploadFile | None) -> str:
    """Return a mapping file as text; one that is too large is refused where it is read."""
    content = file.file.read(_MAX_MAPPING_BYTES) if file is not None else b""
    return content.decode("utf-8", "surrogateescape")


def _batch(batch_id: str, services: Services) -> dict[str, Any]:
    """Return what the page shows of a batch."""
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        batch = work.batches.get(batch_id)
        view = view_of(batch, work, now=now, is_counted=batch.state.is_over)
        refused = work.batch_rows.of_outcomes(
            batch_id, (RowOutcome.REFUSED,), after=0, limit=_REFUSED_SHOWN
        )
    ends = batch.finished_at or now
    return {
        "view": view,
        "type_names": _type_names(services),
        "refused_rows": refused,
        "parts": -(-view.counts.refused // MAX_QUARANTINED_ROWS),
        "decisions": _decisions(view),
        "seconds": (ends - batch.created_at).total_seconds() if batch.finished_at else None,
    }


def _decisions(view: BatchView) -> tuple[BatchDecision, ...]:
    """Return what can be decided about a batch now."""
    match view.batch.state:
        case BatchState.READING:
            return (BatchDecision.CANCEL,)
        case BatchState.PAUSED if view.awaits is Awaited.CONFIRMATION:
            return (BatchDecision.CONFIRM, BatchDecision.CANCEL)
        case BatchState.PAUSED:
            return (BatchDecision.RESUME, BatchDecision.CANCEL)
        case BatchState.RUNNING:
            return (BatchDecision.PAUSE, BatchDecision.CANCEL)
        case BatchState.CANCELLED | BatchState.DONE:
            return ()


def _type_names(services: Services) -> dict[str, str]:
    return {str(item.code): item.name for item in services.catalogue}
