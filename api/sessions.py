"""Opens sessions (登录会话) and keeps their secrets in browsers."""

from datetime import datetime

from fastapi import Request, Response

from api.auth import address_of, is_over_tls, session_cookie
from api.callers import Caller
from api.services import Services
from certs.access import AccessGrant, new_token, token_digest
from certs.sessions import LONGEST, Session, address_digest


def open_session(  # noqa: PLR0913 - what a session rests on
    request: Request,
    services: Services,
    before: Caller | None,
    grant: AccessGrant,
    *,
    access: str = "",
    shown_at: datetime,
) -> str:
    """Open a session, in place of the one before; return its secret.

    The secret is new each time: whoever planted one in the browser knows none that counts.

    Args:
        request: Who asks, and from where.
        services: This instance.
        before: Who was signed in; that session ends.
        grant: What the person may.
        access: Digest of the token that it is opened with; empty for none.
        shown_at: When the person showed who that is.
    """
    secret, now = new_token(), services.clock.now()
    digest = token_digest(secret)
    # Nobody has a token of this digest: the session alone rests on it.
    known = access or token_digest(new_token())
    session = Session(
        digest=digest,
        grant=grant,
        access=known,
        address=address_digest(address_of(request), digest),
        signed_in_at=now,
        seen_at=now,
        shown_at=shown_at,
    )
    with services.unit_of_work() as work:
        if before is not None:
            work.sessions.end(token_digest(before.token))
        if not access:
            work.access.add(known, grant.until(now + LONGEST))
        work.sessions.add(session)
        work.commit()
    return secret


def keep_secret(response: Response, services: Services, secret: str) -> None:
    """Let the browser keep a session's secret until it is closed."""
    response.set_cookie(
        session_cookie(services),
        secret,
        path="/",
        secure=is_over_tls(services),
        httponly=True,
        samesite="strict",
    )


def forget_secret(response: Response, services: Services) -> None:
    """Let the browser forget a session's secret."""
    response.delete_cookie(
        session_cookie(services),
        path="/",
        secure=is_over_tls(services),
        httponly=True,
        samesite="strict",
    )
