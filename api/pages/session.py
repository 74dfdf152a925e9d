"""Signing in and out (登录): a token, or in the demo one of its people."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import check_form, check_origin, session_cookie
from api.pages.redirects import PATH, go
from api.pages.rendering import HOME_OF, Page, PageDep
from api.sessions import forget_secret, keep_secret, open_session
from certs.access import AccessGrant, token_digest
from certs.identities import Capacity

router = APIRouter(prefix="/session")
_MAX_TOKEN: Final = 200
_CAPACITIES: Final = (
    (Capacity.PERSONAL, "个人", "For myself"),
    (Capacity.ENTERPRISE, "企业（法定代表人）", "For the enterprise that I represent"),
    (Capacity.ENTERPRISE_STAFF, "企业（管理员、经办人）", "For an enterprise that appointed me"),
    (Capacity.WINDOW, "受理窗口", "Acceptance window"),
    (Capacity.ISSUER, "发证部门", "Issuing department"),
    (Capacity.MAKER, "制证员", "Maker"),
    (Capacity.CHECKER, "复核员", "Checker"),
    (Capacity.SEAL_KEEPER, "印章管理员", "Seal keeper"),
    (Capacity.SEAL_APPROVER, "印章审批人", "Seal approver"),
    (Capacity.ARCHIVIST, "档案员", "Archivist"),
    (Capacity.SUPERVISOR, "监督人员", "Supervisor"),
    (Capacity.AUDITOR, "安全审计员", "Auditor"),
    (Capacity.SYSTEM_ADMIN, "系统管理员", "System administrator"),
    (Capacity.SECURITY_ADMIN, "安全管理员", "Security administrator"),
)


@router.get("")
def show_session(page: PageDep, back: Annotated[str, Query(max_length=500)] = "") -> HTMLResponse:
    """Show who is signed in, and how to sign in; ``back`` is where to go on afterwards."""
    return _form(page, back=back)


# The origin alone is checked: who signs in has no session yet whose secret a form could carry,
# and who changes persona may have a page open from before.
@router.post("", dependencies=[Depends(check_origin)])
def sign_in(
    page: PageDep,
    token: Annotated[str, Form(max_length=_MAX_TOKEN)] = "",
    persona: Annotated[str, Form(max_length=100)] = "",
    back: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Open a session for whoever has a good token; the browser keeps a secret of its own."""
    offered = _offered(page, token.strip(), persona)
    grant = _grant(page, offered)
    if grant is None:
        return _form(page, is_refused=True)
    secret = open_session(
        page.request,
        page.services,
        page.caller,
        grant,
        access=token_digest(offered),
        shown_at=page.services.clock.now(),
    )
    response = go(back if back and PATH.fullmatch(back) else HOME_OF[grant.role])
    keep_secret(response, page.services, secret)
    return response


@router.post("/end", dependencies=[Depends(check_form)])
def sign_out(page: PageDep) -> RedirectResponse:
    """End the session; the token itself stays good for whoever has it."""
    if page.caller is not None:
        with page.services.unit_of_work() as work:
            work.sessions.end(token_digest(page.caller.token))
            work.commit()
    return _signed_out(page)


@router.post("/end-all", dependencies=[Depends(check_form)])
def sign_out_everywhere(page: PageDep) -> RedirectResponse:
    """End every session of whoever is signed in, on whatever machine."""
    if page.caller is not None:
        with page.services.unit_of_work() as work:
            work.sessions.end_all(page.caller.person)
            work.commit()
    return _signed_out(page)


@router.get("/ended")
def show_ended(page: PageDep) -> HTMLResponse:
    """Say that one is signed out here, and where one does so at the provider as well."""
    provider = page.services.identity
    back = page.services.public_url.rstrip("/") + "/session"
    return page.render("signed_out.html", leave=provider.leave(back) if provider else None)


def _signed_out(page: Page) -> RedirectResponse:
    response = go("/" if page.services.identity is None else "/session/ended")
    forget_secret(response, page.services)
    # The next person at this device finds no code that somebody took along.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _form(page: Page, *, is_refused: bool = False, back: str = "") -> HTMLResponse:
    personas = []
    # Where there is a provider the demo's people sign in there, as people do.
    if page.services.is_demo and page.services.identity is None:
        for name, token in page.services.personas.items():
            grant = _grant(page, token)
            if grant is not None:
                personas.append((name, grant))
    return page.render(
        "session.html",
        status=401 if is_refused else 200,
        personas=personas,
        capacities=_CAPACITIES if page.services.identity is not None else (),
        is_refused=is_refused,
        back=back if PATH.fullmatch(back) else "",
        # There was a session, and it does not count any more, or not here.
        is_over=page.caller is None and session_cookie(page.services) in page.request.cookies,
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
