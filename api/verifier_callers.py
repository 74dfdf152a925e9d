"""Which social verifier asks (社会核验机构): a secret in a cookie of its own, or in a header."""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.security import APIKeyHeader

from api.auth import is_over_tls
from api.services import Services, ServicesDep
from certs.verifiers import SIGNED_IN, SocialVerifier

HEADER: Final = "Yinxin-Verifier"
_COOKIE: Final = "yinxin_verifier"
_header = APIKeyHeader(
    name=HEADER,
    auto_error=False,
    description="社会核验机构凭证 · secret of a social verifier",
)


def secret_in(request: Request, services: Services) -> str:
    """Return the secret that a browser or a program sends; empty for none."""
    return request.headers.get(HEADER) or request.cookies.get(_name(services), "")


def verifier_of(request: Request, services: Services) -> SocialVerifier | None:
    """Return who asks, or None; a secret that is not good is nobody's."""
    secret = secret_in(request, services)
    return services.verifiers.find(secret) if secret else None


def find_verifier(
    request: Request, services: ServicesDep, _: Annotated[str | None, Depends(_header)]
) -> SocialVerifier | None:
    """Return the same, as the interface documents it."""
    return verifier_of(request, services)


VerifierDep = Annotated[SocialVerifier | None, Depends(find_verifier)]


def keep_desk(response: Response, services: Services, secret: str) -> None:
    """Let a browser keep its desk's secret for the working day."""
    response.set_cookie(
        _name(services),
        secret,
        max_age=int(SIGNED_IN.total_seconds()),
        path="/",
        secure=is_over_tls(services),
        httponly=True,
        samesite="strict",
    )


def forget_desk(response: Response, services: Services) -> None:
    """Let a browser forget it."""
    response.delete_cookie(_name(services), path="/", secure=is_over_tls(services))


def _name(services: Services) -> str:
    return f"__Host-{_COOKIE}" if is_over_tls(services) else _COOKIE
