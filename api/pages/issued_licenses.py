"""The issuer's licenses (证照管理): the newest, one that is looked for, and one by itself."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.issued_licenses import find_issued, issued_license
from api.license_moves import offered_moves, words_of_move
from api.license_reading import FileKind, file_address, file_of, read_license
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem
from api.schemas.bodies import IDENTIFIER_PATTERN
from api.standings import standing_now
from certs.faces.pages import page_jpeg
from certs.proposals import ProposalSubject
from certs.rights import Action

router = APIRouter(prefix="/issue/licenses")
_SHOWN: Final = 30
_FACE_DPI: Final = 110
_KINDS: Final[tuple[FileKind, ...]] = ("pdf", "ofd", "json", "p7s")
_After = Annotated[str | None, Query(pattern=IDENTIFIER_PATTERN)]


@router.get("")
def list_licenses(page: PageDep, after: _After = None) -> HTMLResponse:
    """Show the newest licenses, names as the register masks them."""
    page.who_may(Action.LIST_LICENSES)
    return _list(page, after)


@router.post("", dependencies=[Depends(check_form)])
def find_license(page: PageDep, text: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Look for a license by its identifier or its number, which stands in no address."""
    page.who_may(Action.LIST_LICENSES)
    found = find_issued(text.strip(), page.services)
    if len(found) == 1:
        return go(f"/issue/licenses/{found[0]}")
    return _list(page, None, found=found)


@router.get("/{identifier}")
def show_license(
    page: PageDep,
    identifier: str,
    *,
    minted: bool = False,
    face: bool = False,
    proposed: bool = False,
) -> HTMLResponse:
    """Show a license; its face by itself, as that is a use which the holder sees."""
    page.who_may(Action.LIST_LICENSES)
    return license_page(
        page, identifier, is_minted=minted, is_face_shown=minted or face, is_proposed=proposed
    )


@router.get("/{identifier}/face.jpg")
def show_face(page: PageDep, identifier: str) -> Response:
    """Draw the sealed face; who looked goes on record before."""
    caller = page.who_may(Action.READ_LICENSE)
    license = read_license(
        identifier, caller=caller, services=page.services, fields=("license.pdf",)
    )
    picture = page_jpeg(file_of(license, "pdf", page.services), dpi=_FACE_DPI)
    return Response(picture, media_type="image/jpeg")


def license_page(  # noqa: PLR0913 - what the page shows beside the license
    page: Page,
    identifier: str,
    *,
    is_minted: bool = False,
    is_face_shown: bool = False,
    is_proposed: bool = False,
    typed: Mapping[str, str] | None = None,
    faults: Sequence[str] = (),
    problem: Problem | None = None,
) -> HTMLResponse:
    """Return the page of a license, with what is wrong with a proposal where one was refused."""
    caller = page.who_may(Action.LIST_LICENSES)
    services = page.services
    seen = issued_license(identifier, services)
    with services.unit_of_work() as work:
        work.only_read()
        waiting = work.proposals.waiting_about(ProposalSubject.LICENSE, identifier)
    return page.render(
        "issue_license.html",
        status=problem.kind.status.value if problem else 422 if faults else 200,
        seen=seen,
        license=seen.license,
        is_minted=is_minted,
        is_face_shown=is_face_shown,
        is_proposed=is_proposed,
        files=[
            (kind, file_address(identifier, kind))
            for kind in _KINDS
            if kind != "ofd" or seen.license.files.ofd
        ],
        moves=offered_moves(seen, services.clock.now()),
        waiting=waiting,
        waiting_words=words_of_move(str(waiting.content["kind"])) if waiting else ("", ""),
        is_mine=waiting is not None and waiting.proposed_by == caller.person,
        typed=typed or {},
        faults=faults,
        problem=problem,
    )


def _list(page: Page, after: str | None, *, found: tuple[str, ...] | None = None) -> HTMLResponse:
    services = page.services
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        licenses = (
            work.licenses.newest(_SHOWN + 1, after=after)
            if found is None
            else [work.licenses.get(identifier) for identifier in found]
        )
        shown = [(item, standing_now(item, work, now)) for item in licenses[:_SHOWN]]
    return page.render(
        "issue_licenses.html",
        shown=shown,
        is_search=found is not None,
        following=shown[-1][0].identifier if len(licenses) > _SHOWN else None,
        is_first=after is None,
    )
