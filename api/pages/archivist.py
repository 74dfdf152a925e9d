"""The archivist (档案员): what waits, what was archived, and each package with its reports."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response

from api.archive_board import archive_board, package_view
from api.archive_views import OUTCOMES
from api.auth import check_form, check_shown
from api.callers import Caller
from api.http_errors import NotServedHereError
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.schemas.archive import PACKAGE_PATTERN, PackageSearchIn
from certs.errors import DisposalError, LicenseError
from certs.keeping.disposals import DisposalProposal
from certs.keeping.holdings import MAX_AUTHORITY
from certs.keeping.keeper import Keeper, propose_disposal, proposed_alike
from certs.keeping.retention import MAX_DOCUMENT_NO, MAX_REASON
from certs.packages.search import PackageQuery
from certs.rights import Action
from storage.errors import StorageError

router = APIRouter(prefix="/archive")
_Id = Annotated[str, Path(pattern=PACKAGE_PATTERN)]
_MOST_NUMBER: Final = 128
_STAGES: Final = {
    "GD": ("归档时", "At capture"),
    "YJ": ("移交接收时", "When handed over"),
    "CQ": ("长期保存中", "While kept"),
}
_OUTCOMES: Final = {outcome.value: words for outcome, words in OUTCOMES.items()}


@router.get("")
def show_archive(page: PageDep) -> HTMLResponse:
    """Show what waits, what could not be archived, and the newest packages."""
    page.who_may(Action.KEEP_ARCHIVE)
    return _board(page, PackageQuery())


@router.post("", dependencies=[Depends(check_form)])
def search(
    page: PageDep, number: Annotated[str, Form(max_length=_MOST_NUMBER)] = ""
) -> HTMLResponse:
    """Find packages by the number of a license or a case, which stands in no address."""
    page.who_may(Action.KEEP_ARCHIVE)
    sought = PackageSearchIn(number=number.strip() or None)
    return _board(page, sought.to_query(page.services.holder_keys), number=number.strip())


@router.get("/packages/{package}")
def show_package(page: PageDep, package: _Id) -> HTMLResponse:
    """Show a package: where it is kept, what checks found, holds, proposal, uses."""
    page.who_may(Action.KEEP_ARCHIVE)
    return _package(page, package)


@router.post("/packages/{package}/disposal", dependencies=[Depends(check_form)])
def propose(
    page: PageDep,
    package: _Id,
    document_no: Annotated[str, Form(max_length=MAX_DOCUMENT_NO)] = "",
    reason: Annotated[str, Form(max_length=MAX_REASON)] = "",
) -> Response:
    """Propose to dispose of a package (提出销毁); another person approves it elsewhere."""
    caller = page.who_may(Action.KEEP_ARCHIVE)
    services = page.services
    kept = package_view(package, services).kept
    try:
        wanted = DisposalProposal(
            package_id=kept.object,
            proposer=caller.person,
            proposed_at=services.clock.now(),
            document_no=document_no.strip(),
            reason=reason.strip(),
        )
        if proposed_alike(wanted, unit_of_work=services.unit_of_work) is None:
            propose_disposal(wanted, unit_of_work=services.unit_of_work)
    except LicenseError as error:
        return _package(page, package, problem=describe(error))
    return go(f"/archive/packages/{package}")


@router.post("/packages/{package}/holds", dependencies=[Depends(check_form)])
def hold(
    page: PageDep,
    package: _Id,
    authority: Annotated[str, Form(max_length=MAX_AUTHORITY)] = "",
    document_no: Annotated[str, Form(max_length=MAX_DOCUMENT_NO)] = "",
) -> Response:
    """Place a legal hold (法律保留); of a form that is sent twice one lies."""
    keeper, caller = _who_keeps(page)
    view = package_view(package, page.services)
    wanted = (authority.strip(), document_no.strip())

    def act() -> None:
        lying = [(item.authority, item.document_no) for item in view.holds if not item.held_until]
        if wanted not in lying:
            keeper.hold(
                view.kept.object, authority=wanted[0], document_no=wanted[1], person=caller.person
            )

    return _done(page, package, act)


@router.post("/packages/{package}/holds/{number}", dependencies=[Depends(check_form)])
def release(
    page: PageDep,
    package: _Id,
    number: Annotated[int, Path(ge=1, le=2**31)],
    document_no: Annotated[str, Form(max_length=MAX_DOCUMENT_NO)] = "",
) -> Response:
    """Lift a legal hold."""
    keeper, caller = _who_keeps(page)
    kept = package_view(package, page.services).kept

    def act() -> None:
        keeper.release(kept.object, number, document_no=document_no.strip(), person=caller.person)

    return _done(page, package, act)


@router.post("/packages/{package}/destruction", dependencies=[Depends(check_form)])
def dispose(page: PageDep, package: _Id, *, agreed: Annotated[bool, Form()] = False) -> Response:
    """Approve what another archivist proposed, and destroy the bytes (批准销毁)."""
    keeper, caller = _who_keeps(page)
    kept = package_view(package, page.services).kept

    def act() -> None:
        if not agreed:
            raise DisposalError("请先勾选确认 · tick that you mean it")
        keeper.dispose(kept.object, approver=caller.person)

    return _done(page, package, act)


def _who_keeps(page: Page) -> tuple[Keeper, Caller]:
    """Return the keeper, for an archivist who showed just now who that is.

    Raises:
        NotServedHereError: This instance keeps no packages.
    """
    caller = page.who_may(Action.KEEP_ARCHIVE)
    check_shown(caller, page.services)
    if page.services.keeper is None:
        raise NotServedHereError("no archive")
    return page.services.keeper, caller


def _done(page: Page, package: str, act: Callable[[], None]) -> Response:
    """Act and go on, or say on the page why not."""
    try:
        act()
    except (LicenseError, StorageError) as refused:
        return _package(page, package, problem=describe(refused))
    return go(f"/archive/packages/{package}")


def _board(page: Page, query: PackageQuery, *, number: str = "") -> HTMLResponse:
    return page.render("archive.html", board=archive_board(page.services, query), number=number)


def _package(page: Page, package: str, *, problem: Problem | None = None) -> HTMLResponse:
    return page.render(
        "archive_package.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        view=package_view(package, page.services),
        stages=_STAGES,
        outcomes=_OUTCOMES,
        is_keeper=page.services.keeper is not None,
    )
