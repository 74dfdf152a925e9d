"""The holder's own files (自行上传): beside the licenses, and marked apart from them."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Path, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.pages.verification import report_page
from api.problems import Problem, describe
from api.verdicts import judge_file
from certs.errors import OwnFileNotFoundError, OwnFileRefusedError
from certs.own_files import MAX_BYTES, MOST_FILES
from certs.rights import Action, Relation

router = APIRouter(prefix="/me/files")
_HERE: Final = "/me/files"
_Number = Annotated[str, Path(pattern=r"^F[A-Z2-7]{20}$")]


@router.get("")
def show_files(page: PageDep) -> HTMLResponse:
    """Show what the holder keeps, and where more is added."""
    return _files(page, _key(page))


@router.post("", dependencies=[Depends(check_form)])
def keep(page: PageDep, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Keep one more file."""
    key = _key(page)
    content = file.file.read(MAX_BYTES + 1) if file else b""
    name = (file.filename or "") if file else ""
    try:
        page.services.own_files.keep(content, name=name, key=key)
    except OwnFileRefusedError as refused:
        return _files(page, key, problem=describe(refused))
    return go(f"{_HERE}?done=kept")


@router.get("/{number}/content")
def download(page: PageDep, number: _Number) -> Response:
    """Give a file back; browsers save it and open nothing of it here."""
    file, content = page.services.own_files.read(number, key=_key_of(page, number))
    return Response(
        content,
        media_type=file.kind.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "Content-Security-Policy": "sandbox",
        },
    )


@router.post("/{number}/verify", dependencies=[Depends(check_form)])
def verify(page: PageDep, number: _Number) -> HTMLResponse:
    """Judge a file as it stands now."""
    _, content = page.services.own_files.read(number, key=_key_of(page, number))
    return report_page(page, judge_file(content, page.services))


@router.post("/{number}/remove", dependencies=[Depends(check_form)])
def remove(page: PageDep, number: _Number) -> Response:
    """Remove a file, for good."""
    page.services.own_files.remove(number, key=_key_of(page, number))
    return go(f"{_HERE}?done=removed")


def _key(page: Page) -> str:
    """Return the look-up key of the holder whose files are asked for."""
    return page.who_may(Action.KEEP_FILE, Relation.OWN).grant.holder_key


def _key_of(page: Page, number: str) -> str:
    """Return the same, where the file is this holder's.

    Raises:
        OwnFileNotFoundError: There is none, or it is another's; the decision says which.
    """
    caller = page.who_may(Action.KEEP_FILE)
    key = caller.grant.holder_key
    relation = Relation.OWN if page.services.own_files.owns(key, number) else Relation.STRANGER
    if not caller.may_as(relation):
        raise OwnFileNotFoundError(number)
    return key


def _files(page: Page, key: str, *, problem: Problem | None = None) -> HTMLResponse:
    return page.render(
        "own_files.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        files=page.services.own_files.of(key),
        done=page.request.query_params.get("done", ""),
        most=MOST_FILES,
        megabytes=MAX_BYTES // 2**20,
    )
