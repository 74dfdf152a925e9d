"""Who calls, and whether that person may: tokens, a signature, or a session in a cookie.

A request that a browser sends with its cookie must come from a page of our own: its origin is
checked, and forms carry a field that only pages of the same session know.
"""

import hmac
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from api.callers import Caller
from api.client_callers import FoundClientDep
from api.http_errors import (
    ForeignRequestError,
    NotAllowedError,
    NotAuthenticatedError,
    StepUpRequiredError,
)
from api.scopes import appointment_scope, client_scope
from api.services import Services, ServicesDep
from certs.access import AccessGrant, token_digest
from certs.clients import Client
from certs.rights import Action, Relation, decide
from certs.sessions import FRESH

_COOKIE: Final = "yinxin_session"
_HOST_COOKIE: Final = f"__Host-{_COOKIE}"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES: Final = frozenset({"same-origin", "none"})
_MAX_TOKEN: Final = 200
# A page with Referrer-Policy no-referrer sends its forms with this origin.
_NO_ORIGIN: Final = "null"

_bearer = HTTPBearer(auto_error=False, description="访问凭证 · access token")
_cookie = APIKeyCookie(name=_HOST_COOKIE, auto_error=False, description="页面会话 · session")


def session_cookie(services: Services) -> str:
    """Return the cookie's name; browsers keep one with this prefix to this very host."""
    return _HOST_COOKIE if is_over_tls(services) else _COOKIE


def is_over_tls(services: Services) -> bool:
    """Tell whether browsers reach this instance by HTTPS alone; only then cookies are secure."""
    return services.public_url.startswith("https:")


def address_of(request: Request) -> str:
    """Return the network address of whoever asks; empty where there is none."""
    return request.client.host if request.client is not None else ""


def find_caller(
    request: Request,
    services: ServicesDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    client: FoundClientDep,
    _documented: Annotated[str | None, Depends(_cookie)],
) -> Caller | None:
    """Return who calls, or None for nobody.

    Raises:
        NotAuthenticatedError: A bearer token that is not good, or one beside a signature. A session
            that is over, or that is used from another address, is no error: public pages stay
            public.
    """
    has_token = bearer is not None and bool(bearer.credentials)
    caller: Caller | None
    if client is not None:
        if has_token:
            raise NotAuthenticatedError("a token and a signature: two callers")
        scope = client_scope(client, request, services)
        caller = Caller(grant=client.grant(), token="", scope=scope)
    elif bearer is not None and has_token:
        caller = _with_token(bearer.credentials, request, services)
    else:
        caller = caller_in_session(request, services)
        if caller is not None and request.method not in _SAFE_METHODS and _is_api(request):
            _check_origin(request, is_form=False)
    request.state.caller = caller
    return caller


def caller_in_session(request: Request, services: Services) -> Caller | None:
    """Return who is signed in, or None; that the session was used is kept."""
    secret = request.cookies.get(session_cookie(services), "")
    if not 0 < len(secret) <= _MAX_TOKEN:
        return None
    digest, now = token_digest(secret), services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        session = work.sessions.find(digest)
    if session is None or not session.is_open(now, address=address_of(request)):
        return None
    if session.is_to_be_touched(now):
        with services.unit_of_work() as work:
            work.sessions.touch(digest, now)
            work.commit()
    caller = Caller(
        grant=session.grant,
        token=secret,
        signed_in_at=session.signed_in_at,
        shown_at=session.shown_at,
    )
    return _appointed(caller, request, services)


def _appointed(caller: Caller, request: Request, services: Services) -> Caller | None:
    """Return who acts for an enterprise with the appointment; None if it does not count now."""
    if not caller.grant.appointment:
        return caller
    appointment = services.appointments.acting(caller.grant)
    if appointment is None:
        return None
    scope = appointment_scope(appointment, request, services)
    return replace(caller, appointment=appointment, scope=scope)


def _with_token(token: str, request: Request, services: Services) -> Caller:
    """Return whose token it is: a person's, or that of a client.

    Raises:
        NotAuthenticatedError: Nobody's.
    """
    grant, client = _behind(token, request, services)
    if grant is not None:
        caller = _appointed(Caller(grant=grant, token=token), request, services)
        if caller is None:
            raise NotAuthenticatedError("the appointment does not count any more")
        return caller
    if client is None:
        raise NotAuthenticatedError("the token is not good")
    scope = client_scope(client, request, services)
    return Caller(grant=client.grant(), token=token, scope=scope)


def _behind(
    token: str, request: Request, services: Services
) -> tuple[AccessGrant | None, Client | None]:
    """Return the person's grant, or the client, of a token; a client's only by its connection."""
    if len(token) > _MAX_TOKEN:
        return None, None
    digest, now = token_digest(token), services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        grant = work.access.find(digest, at=now)
        client = None if grant is not None else work.clients.find_by_token(digest, at=now)
    if client is None or not client.is_open(now):
        return grant, None
    shown = services.connections.certificate_of(request)
    return grant, client if client.may_come_by(shown, now) else None


MaybeCallerDep = Annotated[Caller | None, Depends(find_caller)]


def check_right(
    caller: Caller | None, action: Action, services: Services, *, relation: Relation | None = None
) -> Caller:
    """Return who calls, whose role allows an action; see `certs.rights.decide`.

    Raises:
        NotAuthenticatedError: Nobody is signed in.
        NotAllowedError: The role allows no such thing.
        ClientRightError: It does, and the client was not given what the request touches.
        AppointmentReachError: Likewise, for who acts for an enterprise.
        DecisionsUnrecordedError: Decisions cannot be put on record.
    """
    if caller is None:
        raise NotAuthenticatedError("nobody is signed in")
    services.decisions.check_room()
    if not caller.may(action, relation):
        is_lacking = decide(caller.role, action, relation).is_permitted
        if is_lacking and caller.scope is not None and caller.lack is not None:
            raise caller.scope.refusal(caller.lack)
        raise NotAllowedError(f"the role {caller.role} may not {action}")
    return caller


def check_shown(caller: Caller, services: Services) -> None:
    """Ask somebody in a session to show anew who that is, unless that was just done (二次认证).

    Raises:
        StepUpRequiredError: It was not.
    """
    now = services.clock.now()
    if caller.shown_at is None or now - caller.shown_at > FRESH:
        raise StepUpRequiredError("who that is has to be shown anew")


def check_approver(caller: Caller, approver: str | None) -> None:
    """Refuse a second person whom somebody in a session only names.

    A system that calls with a token answers for what its people agreed to. Somebody who is signed
    in by a page could type any number: there the second person signs in as well.

    Raises:
        NotAllowedError: Another person is named.
    """
    if caller.signed_in_at is not None and (approver or caller.person) != caller.person:
        raise NotAllowedError("the second person signs in")


def check_system(caller: Caller) -> None:
    """Refuse to do at once for somebody in a session what on the pages takes two persons.

    Raises:
        NotAllowedError: It is somebody in a session.
    """
    if caller.signed_in_at is not None:
        raise NotAllowedError("people propose it, and a second one confirms")


def may(action: Action) -> Any:  # noqa: ANN401 - as FastAPI's own Depends
    """Return a dependency that lets callers pass whose role allows ``action``."""

    async def pass_caller(caller: MaybeCallerDep, services: ServicesDep) -> Caller:
        return check_right(caller, action, services)

    return Depends(pass_caller)


def check_form(request: Request, caller: MaybeCallerDep, csrf: Annotated[str, Form()] = "") -> None:
    """Refuse a form that no page of this session sent.

    Raises:
        ForeignRequestError: Sent from another site, or without the session's secret.
    """
    _check_origin(request, is_form=True)
    if caller is not None and not has_form_secret(caller, csrf):
        raise ForeignRequestError("the form lacks the secret of its session")


def has_form_secret(caller: Caller, given: str) -> bool:
    """Tell whether ``given`` is what forms of this session carry."""
    return hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), caller.form_secret.encode("ascii")
    )


def check_origin(request: Request) -> None:
    """Refuse a form of another site; the form's secret is checked elsewhere.

    Raises:
        ForeignRequestError: The browser says that another site sent it.
    """
    _check_origin(request, is_form=True)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _check_origin(request: Request, *, is_form: bool) -> None:
    """Refuse what the browser says another site sent.

    Args:
        request: What came.
        is_form: The form's own secret is checked as well, so an unknown origin may pass.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in _OWN_SITES:
            raise ForeignRequestError("sent by another site")
        return
    origin = request.headers.get("origin")
    if origin is None or (origin == _NO_ORIGIN and is_form):
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise ForeignRequestError("sent by another origin")
