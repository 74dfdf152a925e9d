"""事件推送 as a page: which systems are told of licenses that come or change, and how they do."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form, check_shown
from api.callers import Caller
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from certs.errors import LicenseError
from certs.reach import EVERY, codes_of
from certs.rights import Action

router = APIRouter(prefix="/admin/webhooks")
_HERE: Final = "/admin/webhooks"
_Text = Annotated[str, Form(max_length=400)]


@router.get("")
def show_webhooks(page: PageDep, done: str = "") -> HTMLResponse:
    """Show who is told, what waits for each, and what each answered last."""
    page.who_may(Action.MANAGE_PEOPLE)
    return _webhooks(page, done=done)


@router.post("/register", dependencies=[Depends(check_form)])
def register(
    page: PageDep,
    *,
    name: _Text = "",
    address: Annotated[str, Form(max_length=2000)] = "",
    license_types: _Text = "",
) -> Response:
    """Register one; it is told of what comes from now on."""
    caller = _who_acts(page)
    kept = {"name": name, "address": address, "license_types": license_types}
    try:
        page.services.webhooks.register(
            name.strip(),
            address=address.strip(),
            license_types=codes_of((license_types,)) or frozenset({EVERY}),
            by=caller.person,
        )
    except LicenseError as refused:
        return _webhooks(page, problem=describe(refused), kept=kept)
    return go(f"{_HERE}?done=registered")


@router.post("/stop", dependencies=[Depends(check_form)])
def stop(page: PageDep, name: _Text = "") -> Response:
    """Stop one, for good, with what waits for it."""
    caller = _who_acts(page)
    try:
        page.services.webhooks.stop(name, by=caller.person)
    except LicenseError as refused:
        return _webhooks(page, problem=describe(refused))
    return go(f"{_HERE}?done=stopped")


def _who_acts(page: Page) -> Caller:
    caller = page.who_may(Action.MANAGE_PEOPLE)
    check_shown(caller, page.services)
    return caller


def _webhooks(
    page: Page,
    *,
    problem: Problem | None = None,
    kept: dict[str, str] | None = None,
    done: str = "",
) -> HTMLResponse:
    services = page.services
    return page.render(
        "admin_webhooks.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        kept=kept or {},
        done=done,
        webhooks=services.webhooks.all(),
        types=[(item.short_name, item.name) for item in services.catalogue],
        type_names={str(item.code): item.name for item in services.catalogue},
        every=EVERY,
    )
