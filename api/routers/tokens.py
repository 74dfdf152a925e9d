"""Tokens for clients (接入系统): OAuth 2.0 client credentials (RFC 6749 §4.4).

The assertion of who asks is the signed request itself, or the certificate of the connection
(RFC 8705 §2.2); there is no secret to send.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from api.client_callers import TOKEN_PATH, FoundClientDep, client_of_connection
from api.http_errors import GrantTypeError
from api.schemas.bodies import problems
from api.services import ServicesDep
from verify.callers import Distrust
from verify.errors import ClientNotTrustedError

router = APIRouter(tags=["接入系统 clients"])
_MOST_FIELDS: Final = 8
_FORM: Final = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"type": "string", "const": "client_credentials"},
                    "client_id": {"type": "string", "maxLength": 40},
                },
            }
        }
    },
}


class TokenOut(BaseModel):
    """A token and for how many seconds it is good (RFC 6749 §5.1)."""

    model_config = ConfigDict(extra="forbid")

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind of token
    expires_in: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the form of a request says; empty for what it does not, or says twice."""

    grant_type: str = ""
    client_id: str = ""


async def _asked(request: Request) -> _Asked:
    """Return what a form asks for; the form is read here, because its bytes are signed."""
    try:
        fields = parse_qs(
            (await request.body()).decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:  # not ASCII, no form, or too many fields
        return _Asked()
    return _Asked(_once(fields, "grant_type"), _once(fields, "client_id"))


def _once(fields: Mapping[str, Sequence[str]], name: str) -> str:
    given = fields.get(name, ())
    return given[0] if len(given) == 1 else ""


@router.post(
    TOKEN_PATH.removeprefix("/api/v1"),
    summary="获取访问凭证 · a token for a client",
    responses=problems(400, 401, 503),
    openapi_extra={"requestBody": _FORM},
)
def give_token(
    request: Request,
    services: ServicesDep,
    signer: FoundClientDep,
    asked: Annotated[_Asked, Depends(_asked)],
) -> TokenOut:
    """Give a client a token of ten minutes, bound to its rights and its connection.

    The client signed this request, or names itself on a connection that shows its certificate.
    What the client may is looked up with every use; it ends with the client at the latest.
    """
    client = signer
    if client is None and asked.client_id:
        client = client_of_connection(asked.client_id, request, services)
    if client is None or asked.client_id not in {"", client.name}:
        raise ClientNotTrustedError(Distrust.UNSIGNED)
    if asked.grant_type != "client_credentials":
        raise GrantTypeError(asked.grant_type[:40])
    given = services.clients.give_token(client)
    return TokenOut(access_token=given.token, expires_in=given.seconds)
