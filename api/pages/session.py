"""Signing in and out (登录): a token, or in the demo one of its people."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import SESSION_COOKIE, check_form, check_origin
from api.pages.rendering import HOME_OF, Page, PageDep, go
from certs.access import AccessGrant, token_digest

router = APIRouter(prefix="/session")
_MAX_TOKEN: Final = 200


@router.get("")
def show_session(page: PageDep) -> HTMLResponse:
    """Show who is signed in, and how to sign in."""
    return _form(page)


# The origin alone is checked: who signs in has no session yet whose secret a form could carry,
# and who changes persona may have a page open from before.
@router.post("", dependencies=[Depends(check_origin)])
def sign_in(
    page: PageDep,
    token: Annotated[str, Form(max_length=_MAX_TOKEN)] = "",
    persona: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Keep a good token in the session cookie."""
    offered = _offered(page, token.strip(), persona)
    grant = _grant(page, offered)
    if grant is None:
        return _form(page, is_refused=True)
    response = go(HOME_OF[grant.role])
    response.set_cookie(
        SESSION_COOKIE,
        offered,
        path="/",
        secure=page.services.public_url.startswith("https:"),
        httponly=True,
        samesite="strict",
    )
    return response


@router.post("/end", dependencies=[Depends(check_form)])
def sign_out() -> RedirectResponse:
    """Forget the session; the token itself stays good for whoever has it."""
    response = go("/")
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
    return response


def _form(page: Page, *, is_refused: bool = False) -> HTMLResponse:
    personas = []
    if page.services.is_demo:
        for name, token in page.services.personas.items():
            grant = _grant(page, token)
            if grant is not None:
                personas.append((name, grant))
    return page.render(
        "session.html", status=401 if is_refused else 200, personas=personas, is_refused=is_refused
    )


def _offered(page: Page, token: str, persona: str) -> str:
    """Return the token typed, or in the demo that of the persona chosen."""
    if persona and page.services.is_demo:
        return page.services.personas.get(persona, "")
    return token


def _grant(page: Page, token: str) -> AccessGrant | None:
    if not token:
        return None
    with page.services.unit_of_work() as work:
        work.only_read()
        return work.access.find(token_digest(token), at=page.services.clock.now())
