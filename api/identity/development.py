"""The demo's identity provider (演示用统一身份认证): whoever comes chooses who that is.

It speaks the same protocol as a real one, with PKCE and a key of its own, so that the instances
know no other way to sign in. It proves nothing about anybody, and starts in demo and dev alone.
"""

import base64
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import Annotated, Any, Final
from urllib.parse import unquote_plus, urlencode, urlsplit

from fastapi import Depends, FastAPI, Form, HTTPException, Query
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from joserfc import jwt
from joserfc.jwk import ECKey

from api.settings import Environment, check_demo
from certs.identities import AssuranceLevel

_CODE_SECONDS: Final = 60.0
_TOKEN_SECONDS: Final = 300
_MOST_CODES: Final = 1000
_CODE_BYTES: Final = 24
_basic: Final = HTTPBasic()
_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>演示用统一身份认证</title>
<style>
body {{ font: 18px/1.6 system-ui, "Noto Sans SC", sans-serif; max-width: 40rem; margin: 2rem auto;
  padding: 0 1rem; color: #22262b; background: #faf8f3 }}
ul {{ list-style: none; padding: 0 }}
button {{ display: block; width: 100%; min-height: 60px; margin: .5rem 0; padding: .5rem 1rem;
  text-align: left; font: inherit; background: #fff; border: 1px solid #8d887c }}
small {{ display: block; color: #5b6068 }}
</style></head>
<body><main><h1>演示用统一身份认证</h1>
<p>选择以谁的身份登录，不核验任何人，仅供演示。
<small lang="en">Choose who you are. Nobody is checked: this is a demonstration.</small></p>
<form method="post" action="/authorize">{hidden}<ul>{people}</ul></form>
</main></body></html>
"""
_Text = Annotated[str, Query(max_length=500)]
_Field = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody whom a visitor may be.

    Attributes:
        subject: The account.
        zh: What the page says of the person, in Chinese.
        en: The same in English.
        level: How well the provider knows who it is.
        claims: What else it says of the person.
    """

    subject: str
    zh: str
    en: str
    level: AssuranceLevel = AssuranceLevel.SEEN
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An instance that people sign in to."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    client: Client
    persona: Persona
    level: AssuranceLevel
    nonce: str
    challenge: str
    given_at: float

    def is_for(
        self, known_by: HTTPBasicCredentials, redirect_uri: str, verifier: str, now: float
    ) -> bool:
        """Tell whether it is good for whoever brings it back."""
        digest = base64.urlsafe_b64encode(sha256(verifier.encode()).digest())
        own = (self.client.client_id, self.client.client_secret, self.client.redirect_uri)
        return (
            own == (unquote_plus(known_by.username), unquote_plus(known_by.password), redirect_uri)
            and self.challenge == digest.rstrip(b"=").decode("ascii")
            and now - self.given_at < _CODE_SECONDS
        )


def development_provider(
    issuer: str,
    *,
    personas: tuple[Persona, ...],
    clients: tuple[Client, ...],
    environment: Environment,
    now: Callable[[], float] = time.time,
) -> FastAPI:
    """Return the provider as an application.

    Args:
        issuer: Where it is reached.
        personas: Whom a visitor may be.
        clients: The instances that it knows.
        environment: Where it runs.
        now: Seconds since 1970.

    Raises:
        DemoOnlyError: Not in demo or dev.
    """
    check_demo(environment, "identity provider")
    office = _Office(issuer=issuer, personas=personas, clients=clients, now=now)
    app = FastAPI(title="演示用统一身份认证", docs_url=None, redoc_url=None, openapi_url=None)
    app.get("/.well-known/openid-configuration")(office.published)
    app.get("/keys")(office.keys)
    app.get("/authorize")(office.choose)
    app.post("/authorize")(office.vouch)
    app.post("/token")(office.token)
    app.get("/end-session")(office.leave)
    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    issuer: str
    personas: tuple[Persona, ...]
    clients: tuple[Client, ...]
    now: Callable[[], float]
    key: ECKey = field(
        default_factory=lambda: ECKey.generate_key("P-256", {"kid": "demo", "use": "sig"})
    )
    codes: dict[str, _Code] = field(default_factory=dict)

    def published(self) -> dict[str, object]:
        """Tell where everything is."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end-session",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "acr_values_supported": [str(level.value) for level in AssuranceLevel],
        }

    def keys(self) -> dict[str, object]:
        """Tell the key that it signs with."""
        return {"keys": [self.key.as_dict(private=False)]}

    def choose(  # noqa: PLR0913, PLR0917 - the parameters of the protocol
        self,
        client_id: _Text,
        redirect_uri: _Text,
        state: _Text,
        nonce: _Text,
        code_challenge: _Text,
        code_challenge_method: _Text = "",
        response_type: _Text = "",
        acr_values: _Text = "",
    ) -> HTMLResponse:
        """Show whom a visitor may be."""
        self._client(client_id, redirect_uri)
        if (response_type, code_challenge_method) != ("code", "S256"):
            raise HTTPException(400, "code flow with S256 alone")
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in (
                ("client_id", client_id),
                ("redirect_uri", redirect_uri),
                ("state", state),
                ("nonce", nonce),
                ("code_challenge", code_challenge),
                ("acr_values", acr_values),
            )
        )
        people = "".join(
            f'<li><button name="subject" value="{escape(item.subject)}">'
            f"<strong>{escape(item.zh)}</strong><small>{escape(item.en)}</small></button></li>"
            for item in self.personas
        )
        return HTMLResponse(_PAGE.format(hidden=hidden, people=people), headers=_HEADERS)

    def vouch(  # noqa: PLR0913, PLR0917 - the parameters of the protocol
        self,
        client_id: _Field,
        redirect_uri: _Field,
        state: _Field,
        nonce: _Field,
        code_challenge: _Field,
        subject: _Field,
        acr_values: _Field = "",
    ) -> RedirectResponse:
        """Send the visitor back with a code."""
        client = self._client(client_id, redirect_uri)
        persona = next((item for item in self.personas if item.subject == subject), None)
        if persona is None:
            raise HTTPException(400, "nobody of this name")
        code = secrets.token_urlsafe(_CODE_BYTES)
        for old in list(self.codes)[: max(0, len(self.codes) - _MOST_CODES + 1)]:
            self.codes.pop(old, None)
        self.codes[code] = _Code(
            client=client,
            persona=persona,
            level=_level(persona, acr_values),
            nonce=nonce,
            challenge=code_challenge,
            given_at=self.now(),
        )
        back = f"{redirect_uri}?{urlencode({'code': code, 'state': state})}"
        return RedirectResponse(back, 303, headers=_HEADERS)

    def token(
        self,
        code: _Field,
        redirect_uri: _Field,
        code_verifier: _Field,
        known_by: Annotated[HTTPBasicCredentials, Depends(_basic)],
    ) -> JSONResponse:
        """Give what was signed for a code, once, to the instance that asked for it."""
        found = self.codes.pop(code, None)
        if found is None or not found.is_for(known_by, redirect_uri, code_verifier, self.now()):
            return JSONResponse({"error": "invalid_grant"}, 400, headers=_HEADERS)
        answer = {
            "access_token": secrets.token_urlsafe(_CODE_BYTES),
            "token_type": "Bearer",
            "expires_in": _TOKEN_SECONDS,
            "id_token": self._signed(found),
        }
        return JSONResponse(answer, headers=_HEADERS)

    def leave(self, client_id: _Text, post_logout_redirect_uri: _Text) -> RedirectResponse:
        """Send a visitor back who signs out; nobody is remembered here anyway."""
        client = next((item for item in self.clients if item.client_id == client_id), None)
        if client is None or not _is_same_site(post_logout_redirect_uri, client.redirect_uri):
            raise HTTPException(400, "an unknown instance")
        return RedirectResponse(post_logout_redirect_uri, 303, headers=_HEADERS)

    def _signed(self, found: _Code) -> str:
        now = int(self.now())
        claims = {
            **found.persona.claims,
            "iss": self.issuer,
            "sub": found.persona.subject,
            "aud": found.client.client_id,
            "nonce": found.nonce,
            "iat": now,
            "auth_time": now,
            "exp": now + _TOKEN_SECONDS,
            "acr": str(found.level.value),
        }
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    def _client(self, client_id: str, redirect_uri: str) -> Client:
        known = next((item for item in self.clients if item.client_id == client_id), None)
        if known is None or known.redirect_uri != redirect_uri:
            # Nobody is sent to an address that is not known.
            raise HTTPException(400, "no such client, or another address to come back to")
        return known


def _level(persona: Persona, wanted: str) -> AssuranceLevel:
    """Return the level: who is asked to show the face does so, if the account is a real name's."""
    known = {str(level.value): level for level in AssuranceLevel}
    asked = known.get(wanted, persona.level)
    return max(persona.level, asked) if persona.level >= AssuranceLevel.NAMED else persona.level


def _is_same_site(one: str, other: str) -> bool:
    return urlsplit(one)[:2] == urlsplit(other)[:2]
