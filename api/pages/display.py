"""Where codes lead: ``/Q`` uses a one-time code up, ``/V`` shows the printed one and judges it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse

from api.auth import check_origin, has_form_secret
from api.pages.rendering import Page, PageDep
from api.redeeming import applicant_of, redeem
from api.verifier_callers import verifier_of
from certs.access import CallerRole

router = APIRouter()


@router.get("/Q/{code}")
def ask_before_use(page: PageDep, code: str) -> HTMLResponse:
    """Say what will happen; looking at the page uses nothing up, so link previews may."""
    return _ask(page, code)


# The secret of the form is checked inside: a link from another program brings no session, and
# the page it opened can then not know the secret of the session that its form comes with.
@router.post("/Q/{code}", dependencies=[Depends(check_origin)])
def use_code(page: PageDep, code: str, csrf: Annotated[str, Form()] = "") -> HTMLResponse:
    """Use the code up and show what it gives."""
    if page.caller is not None and not has_form_secret(page.caller, csrf):
        return _ask(page, code)
    verifier = verifier_of(page.request, page.services)
    shown = redeem(code, caller=page.caller, services=page.services, verifier=verifier)
    applicant = applicant_of(shown) if _is_window(page) else ()
    return page.render("shown.html", shown=shown, applicant=applicant)


@router.get("/V")
def explain_printed_code(page: PageDep) -> HTMLResponse:
    """Show what the printed code is; what it says reaches this server when somebody presses."""
    return page.render("printed.html")


def _ask(page: PageDep, code: str) -> HTMLResponse:
    verifier = verifier_of(page.request, page.services)
    return page.render("redeem.html", code=code, is_window=_is_window(page), verifier=verifier)


def _is_window(page: Page) -> bool:
    return page.caller is not None and page.caller.role is CallerRole.WINDOW
