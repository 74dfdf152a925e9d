"""What still follows (待补与承诺): materials that were put off, and promises to be checked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.pages.window_tabs import DUE_WITHIN, window_tabs
from api.problems import Problem, describe
from certs.civil_dates import day_of
from certs.rights import Action
from verify.acceptance.promises.records import StepKind
from verify.errors import VerifyError

router = APIRouter(prefix="/window/deferrals")
_Code = Annotated[str, Form(max_length=60)]


@router.get("")
def show_deferrals(page: PageDep) -> HTMLResponse:
    """Show what is awaited or due soon, the oldest first."""
    page.who_may(Action.HANDLE_CASE)
    return _deferrals(page)


@router.post("", dependencies=[Depends(check_form)])
def note_brought(page: PageDep, case_id: _Code, material: _Code) -> Response:
    """Record that a material followed; breaches need a second person, and are told by the API."""
    caller = page.who_may(Action.HANDLE_CASE)
    try:
        page.services.promises.follow_up(
            case_id, material, StepKind.BROUGHT, operator=caller.person
        )
    except VerifyError as refused:
        return _deferrals(page, describe(refused))
    return go("/window/deferrals")


def _deferrals(page: Page, problem: Problem | None = None) -> HTMLResponse:
    services = page.services
    today = day_of(services.clock.now())
    due = []
    for promise in services.promises.due(today + DUE_WITHIN):
        view = services.acceptance.view_case(promise.case_id)
        due.append((promise, view, view.material(promise.material).material))
    return page.render(
        "deferrals.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        due=due,
        today=today,
        tabs=window_tabs(page),
    )
