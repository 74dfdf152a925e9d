"""Signing in with the identity provider (统一身份认证登录): there, and back."""

import base64
import binascii
import hmac
import json
from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.auth import is_over_tls
from api.http_errors import AttemptOverError, NotServedHereError, ProviderRefusedError
from api.identity.ports import Attempt, IdentityProvider
from api.pages.redirects import PATH, go
from api.pages.rendering import HOME_OF, Page, PageDep
from api.sessions import keep_secret, open_session
from certs.access import AccessGrant
from certs.identities import Capacity, Identity, admit, check_level
from certs.sessions import FRESH

router = APIRouter(prefix="/session")
_COOKIE: Final = "yinxin_attempt"
_MINUTES: Final = 10
_MOST_COOKIE: Final = 1000
_MOST_TEXT: Final = 2000
_Text = Annotated[str, Query(max_length=_MOST_TEXT)]


@router.get("/start")
def start(
    page: PageDep,
    capacity: Annotated[Capacity, Query(alias="as")],
    *,
    is_fresh: Annotated[bool, Query(alias="again")] = False,
    back: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Send the browser to the identity provider, and remember that it went.

    Raises:
        NotServedHereError: This instance has no identity provider.
        ProviderSilentError: It does not say where people sign in.
    """
    attempt = Attempt.new(capacity, is_fresh=is_fresh, back=back if PATH.fullmatch(back) else "")
    response = go(_provider(page).begin(attempt, level=capacity.needs))
    response.set_cookie(
        _cookie(page),
        _packed(attempt),
        max_age=_MINUTES * 60,
        path="/",
        secure=is_over_tls(page.services),
        httponly=True,
        # It has to come along when the provider sends the browser back.
        samesite="lax",
    )
    return response


@router.get("/callback")
def come_back(page: PageDep, state: _Text = "", code: _Text = "", error: _Text = "") -> Response:
    """Take somebody in whom the provider vouches for.

    Raises:
        AttemptOverError: This browser began no such attempt.
        ProviderRefusedError: The provider does not vouch for anybody.
        ProviderSilentError: It does not answer.
        NotAdmittedError: The person is not what was asked for.
    """
    attempt = _unpacked(page.request.cookies.get(_cookie(page), ""))
    if attempt is None or not _is_same(attempt.state, state):
        raise AttemptOverError("no such attempt")
    if error or not code:
        raise ProviderRefusedError("nobody signed in there")
    identity = _provider(page).end(attempt, code)
    grant = _admitted(page, identity, attempt.capacity)
    if attempt.is_fresh and page.services.clock.now() - identity.authenticated_at > FRESH:
        raise ProviderRefusedError("who that is was not shown anew")
    secret = open_session(
        page.request, page.services, page.caller, grant, shown_at=identity.authenticated_at
    )
    # A page of our own goes on: a browser that came from elsewhere sends no strict cookie yet.
    home = attempt.back or HOME_OF[grant.role]
    response = page.render("entering.html", refresh=(0, home), home=home)
    keep_secret(response, page.services, secret)
    response.delete_cookie(_cookie(page), path="/", secure=is_over_tls(page.services))
    return response


def _admitted(page: Page, identity: Identity, capacity: Capacity) -> AccessGrant:
    if capacity is Capacity.ENTERPRISE_STAFF:
        check_level(identity, capacity)
        return page.services.appointments.admit(identity)
    with page.services.unit_of_work() as work:
        work.only_read()
        return admit(identity, capacity, work=work, keys=page.services.holder_keys)


def _provider(page: Page) -> IdentityProvider:
    provider = page.services.identity
    if provider is None:
        raise NotServedHereError("no identity provider")
    return provider


def _cookie(page: Page) -> str:
    return f"__Host-{_COOKIE}" if is_over_tls(page.services) else _COOKIE


def _packed(attempt: Attempt) -> str:
    return base64.urlsafe_b64encode(json.dumps(asdict(attempt)).encode()).decode("ascii")


def _unpacked(text: str) -> Attempt | None:
    """Return the attempt that a cookie holds; the browser may say there what it likes."""
    if not 0 < len(text) <= _MOST_COOKIE:
        return None
    try:
        known = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
        parts = {name: str(known[name]) for name in ("state", "nonce", "verifier")}
        back = str(known["back"])
        return Attempt(
            **parts,
            capacity=Capacity(known["capacity"]),
            is_fresh=known["is_fresh"] is True,
            back=back if PATH.fullmatch(back) else "",
        )
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None


def _is_same(known: str, given: str) -> bool:
    return bool(known) and hmac.compare_digest(
        known.encode("utf-8", "surrogatepass"), given.encode("utf-8", "surrogatepass")
    )
