"""Exceptions that wait for a second person (例外审批), and the outcome that one gives a case."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.auth import check_form, check_shown
from api.http_errors import NotAllowedError
from api.pages.case_view import render_case
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.pages.window_tabs import window_tabs
from api.problems import Problem, describe
from certs.errors import LicenseError
from certs.rights import Action
from verify.acceptance.reasons import REASONS
from verify.acceptance.records import DecisionRequest
from verify.acceptance.records import Form as MaterialForm
from verify.errors import VerifyError
from verify.outcomes.desk import OutcomeRequest
from verify.outcomes.records import OutcomeKind

router = APIRouter(prefix="/window")
_Note = Annotated[str, Form(max_length=500)]
_Texts = Annotated[Sequence[Annotated[str, Field(max_length=2_000)]], Form(max_length=60)]


@router.get("/approvals")
def show_approvals(page: PageDep) -> HTMLResponse:
    """Show what waits for a second person."""
    _approver(page)
    return _approvals(page)


@router.post("/approvals/{number}", dependencies=[Depends(check_form)])
def answer(
    page: PageDep, number: int, does_agree: Annotated[bool, Form()], note: _Note = ""
) -> Response:
    """Agree to a demand for paper, or decline it and say why."""
    person = _approver(page)
    desk = page.services.exceptions
    try:
        if does_agree:
            desk.approve(number, approver=person)
        else:
            desk.decline(number, approver=person, note=note.strip())
    except VerifyError as refused:
        return _approvals(page, refused=(number, describe(refused)))
    return go("/window/approvals")


@router.post("/cases/{case_id}/outcome", dependencies=[Depends(check_form)])
def settle(  # noqa: PLR0913 - the fields of the form
    *,
    page: PageDep,
    case_id: str,
    outcome: Annotated[OutcomeKind, Form()],
    note: _Note = "",
    given_name: _Texts = (),
    given_value: _Texts = (),
) -> Response:
    """Decide a case: approve, which mints its license, or reject and say why."""
    person = _approver(page)
    # The page sends them in pairs; what has no partner is a field that nobody filled in.
    given = dict(zip(given_name, map(str.strip, given_value), strict=False))
    is_approved = outcome is OutcomeKind.APPROVE
    request = OutcomeRequest(
        kind=outcome,
        approver=person,
        note=note.strip() or None,
        given={name: value for name, value in given.items() if value} if is_approved else {},
    )
    try:
        page.services.outcomes.settle(case_id, request)
    except (LicenseError, VerifyError) as refused:
        return render_case(page, case_id, refused=("", describe(refused)))
    return go(f"/window/cases/{case_id}")


@router.post("/cases/{case_id}/served", dependencies=[Depends(check_form)])
def take_served(page: PageDep, case_id: str) -> Response:
    """Record of every open material that something serves for that it does (一键采用)."""
    caller = page.who_may(Action.HANDLE_CASE)
    desk = page.services.acceptance
    for item in desk.view_case(case_id).materials:
        if item.decision is None and item.serving is not None:
            request = DecisionRequest(form=MaterialForm(item.serving.value), operator=caller.person)
            try:
                desk.decide(case_id, item.material.code, request)
            except VerifyError as refused:
                return render_case(page, case_id, refused=(item.material.code, describe(refused)))
    return go(f"/window/cases/{case_id}")


def _approvals(page: Page, *, refused: tuple[int, Problem] | None = None) -> HTMLResponse:
    services = page.services
    waiting = []
    for asked in services.exceptions.all_open():
        view = services.acceptance.view_case(asked.case_id)
        waiting.append((asked, view, view.material(asked.material)))
    return page.render(
        "approvals.html",
        status=refused[1].kind.status.value if refused else 200,
        waiting=waiting,
        reasons=REASONS,
        tabs=window_tabs(page),
        refused_number=refused[0] if refused else 0,
        problem=refused[1] if refused else None,
    )


def _approver(page: Page) -> str:
    """Return who is signed in at a window and may approve exceptions.

    Raises:
        NotAllowedError: Whoever it is may not.
        StepUpRequiredError: For an act, who that is was not shown just now.
    """
    caller = page.who_may(Action.HANDLE_CASE)
    if page.request.method != "GET":
        check_shown(caller, page.services)
    if not page.services.exceptions.may_approve(caller.person):
        raise NotAllowedError("only who may approve exceptions")
    return caller.person
