"""Problems as pages: what went wrong, in plain words, and the way back."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from api.auth import caller_in_session
from api.callers import Caller
from api.http_errors import NotAuthenticatedError, StepUpRequiredError
from api.pages.redirects import PATH, go
from api.pages.rendering import Page
from api.problem_kinds import INTERNAL
from api.problem_table import KINDS
from api.problems import Problem
from api.services import Services
from certs.identities import Capacity

_SIGN_IN = KINDS[NotAuthenticatedError].code
_STEP_UP = KINDS[StepUpRequiredError].code


def failure_page(request: Request, services: Services, problem: Problem) -> Response:
    """Return the page for a problem; who is not signed in is sent to where that is done."""
    if problem.kind.code == _SIGN_IN:
        return go("/session")
    page = Page(request=request, services=services, caller=_caller(request, services, problem))
    return page.render(
        "failure.html",
        status=problem.kind.status.value,
        problem=problem,
        again=_again(page) if problem.kind.code == _STEP_UP else "",
    )


def _again(page: Page) -> str:
    """Return where somebody shows anew who that is, to come back to the page above the act."""
    above = page.request.url.path.rpartition("/")[0]
    query = {"back": above if PATH.fullmatch(above) else "/"}
    caller = page.caller
    if page.services.identity is None or caller is None or caller.grant.is_holder:
        return f"/session?{urlencode(query)}"
    capacity = Capacity(caller.role.value)
    return f"/session/start?{urlencode({'as': capacity.value, 'again': 'true', **query})}"


def _caller(request: Request, services: Services, problem: Problem) -> Caller | None:
    """Return who is signed in; after an unforeseen error nothing more is asked of anybody."""
    if problem.kind is INTERNAL:
        return None
    return caller_in_session(request, services)
