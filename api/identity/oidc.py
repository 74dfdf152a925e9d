"""An identity provider that speaks OpenID Connect: code flow with PKCE, a signed ID token.

The provider is configured by its issuer alone, and everything else is read from what it publishes
there. Its word counts only as far as it is signed: nothing is read from a browser but the code.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.http_errors import ProviderRefusedError, ProviderSilentError
from api.identity.ports import Attempt
from certs.errors import LicenseError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identities import AssuranceLevel, Identity, Organization
from certs.ports import Clock

ALGORITHMS: Final = ("ES256", "PS256", "RS256")
"""How ID tokens may be signed; whatever else a token names, "none" among it, is refused."""

SCOPE: Final = "openid profile"
_SECONDS: Final = 5.0
_MOST_BYTES: Final = 256 * 1024
_LEEWAY: Final = 60
_REFUSALS: Final = frozenset({400, 401})
"""With these a token endpoint refuses (RFC 6749 5.2)."""
_PUBLISHED: Final = "/.well-known/openid-configuration"
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)

_Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider:
    """One provider, and this instance as its client.

    Attributes:
        issuer: Its identifier, an HTTPS address; on this machine HTTP as well.
        client_id: This instance's name with it.
        client_secret: What it knows this instance by.
        redirect_uri: Where browsers come back.
        clock: Tells the time.
        transport: Carries requests; None for the usual one.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    clock: Clock
    transport: httpx.BaseTransport | None = None
    _published: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        """The provider's identifier."""
        return self.issuer

    def begin(self, attempt: Attempt, *, level: AssuranceLevel) -> str:
        """Return the address that a browser is sent to; see ``IdentityProvider.begin``."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            "acr_values": str(level.value),
        }
        if attempt.is_fresh:
            asked |= {"prompt": "login", "max_age": "0"}
        endpoint = httpx.URL(self._endpoint("authorization_endpoint"))
        return str(endpoint.copy_merge_params(asked))

    def end(self, attempt: Attempt, code: str) -> Identity:
        """Return who came back with a code; see ``IdentityProvider.end``."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        answer = self._ask(
            "POST", self._endpoint("token_endpoint"), data=asked, auth=self._known_by
        )
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderRefusedError("no ID token")
        return self._identity(self._claims(token, attempt))

    def leave(self, back: str) -> str | None:
        """Return where somebody signs out there, too; see ``IdentityProvider.leave``.

        No ID token is sent along: none is kept, so the provider asks the person.

        Source: OpenID Connect RP-Initiated Logout 1.0, section 2.
        """
        try:
            endpoint = httpx.URL(self._endpoint("end_session_endpoint"))
        except ProviderSilentError:
            return None
        known = {"client_id": self.client_id, "post_logout_redirect_uri": back}
        return str(endpoint.copy_merge_params(known))

    def _claims(self, token: str, attempt: Attempt) -> _Claims:
        """Return what the provider signed for this attempt.

        Raises:
            ProviderRefusedError: It signed nothing, or something else.
        """
        try:
            claims = self._signed(token)
            jwt.JWTClaimsRegistry(
                now=int(self.clock.now().timestamp()),
                leeway=_LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client_id},
                nonce={"essential": True, "value": attempt.nonce},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
            ).validate(claims)
        except JoseError as error:
            raise ProviderRefusedError("the ID token is not good") from error
        others = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        # A token for several clients says for whom it was made (OIDC Core 3.1.3.7).
        if claims.get("azp", self.client_id) != self.client_id or len(others) != 1:
            raise ProviderRefusedError("the ID token is for somebody else")
        return claims

    def _signed(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._keys(), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            # It may have changed its keys since.
            with self._lock:
                self._published.pop("jwks_uri", None)
            try:
                return jwt.decode(token, self._keys(), algorithms=ALGORITHMS).claims
            except ValueError as error:
                raise ProviderRefusedError("the ID token is not good") from error

    def _identity(self, claims: _Claims) -> Identity:
        try:
            return identity_of(claims, provider=self.issuer, now=self.clock.now())
        except (LicenseError, ValueError, TypeError, OverflowError) as error:
            raise ProviderRefusedError("claims that are not what they must be") from error

    def _keys(self) -> KeySet:
        try:
            # The library's type for what a key set is made of is not exported.
            return KeySet.import_key_set(
                dict(self._known("jwks_uri", self._endpoint("jwks_uri")))  # type: ignore[arg-type]
            )
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderSilentError("no keys") from error

    def _endpoint(self, name: str) -> str:
        published = self._known(_PUBLISHED, self.issuer.rstrip("/") + _PUBLISHED)
        if published.get("issuer") != self.issuer:
            raise ProviderSilentError("it publishes another issuer")
        address = published.get(name)
        if not isinstance(address, str) or not _is_safe(address, self.issuer):
            raise ProviderSilentError(f"no {name}")
        return address

    def _known(self, key: str, address: str) -> Mapping[str, Any]:
        """Return what the provider publishes; it is read once and kept."""
        with self._lock:
            found = self._published.get(key)
        if found is None:
            found = self._ask("GET", address)
            with self._lock:
                self._published[key] = found
        return found

    @property
    def _known_by(self) -> httpx.BasicAuth:
        """What the provider knows this instance by (RFC 6749 2.3.1)."""
        return httpx.BasicAuth(quote_plus(self.client_id), quote_plus(self.client_secret))

    def _ask(self, method: str, address: str, **asked: Any) -> Mapping[str, Any]:  # noqa: ANN401 - the client's own
        """Return the object that an answer holds.

        Raises:
            ProviderSilentError: There is no answer, or none that is an object.
            ProviderRefusedError: The provider says what is wrong with the question.
        """
        try:
            with (
                httpx.Client(transport=self.transport, timeout=_SECONDS, trust_env=False) as client,
                client.stream(method, address, **asked) as answer,
            ):
                body = _bounded(answer)
        except httpx.HTTPError as error:
            raise ProviderSilentError(type(error).__name__) from error
        if answer.status_code in _REFUSALS:
            raise ProviderRefusedError("the code is not good")
        try:
            found = json.loads(body) if answer.is_success else None
        except ValueError as error:
            raise ProviderSilentError("no JSON") from error
        if not isinstance(found, dict):
            raise ProviderSilentError("no object")
        return MappingProxyType(found)


def _bounded(answer: httpx.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > _MOST_BYTES:
            raise ProviderSilentError("too much")
    return bytes(body)


def identity_of(claims: _Claims, *, provider: str, now: datetime) -> Identity:
    """Return who an ID token is about.

    ``acr`` is the level, 1 to 4; where it is missing or something else the level is the lowest.
    ``holder_code_type`` and ``holder_code`` are the person's own number (GB/T 36903 types);
    ``organization_code`` and ``organization_name`` count only with ``legal_representative``.

    Raises:
        MalformedIdentifierError: A number that is none.
        ValueError: A type of number that is not known, or not a person's.
        TypeError: A claim of the wrong kind.
    """
    return Identity(
        provider=provider,
        subject=_text(claims, "sub"),
        level=_level(claims.get("acr")),
        authenticated_at=_moment(claims.get("auth_time"), now),
        name=_text(claims, "name", ""),
        holder=_holder(claims),
        organization=_organization(claims),
    )


def _holder(claims: _Claims) -> HolderCode | None:
    if "holder_code" not in claims:
        return None
    found = HolderCode(
        code_type=HolderCodeType(_text(claims, "holder_code_type")),
        code=_text(claims, "holder_code"),
    )
    if found.code_type.is_organization:
        raise ValueError("a person's own number is not an organization's")
    return found


def _organization(claims: _Claims) -> Organization | None:
    if claims.get("legal_representative") is not True:
        return None
    return Organization(
        code=HolderCode(
            code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code=_text(claims, "organization_code")
        ),
        name=_text(claims, "organization_name"),
    )


def _level(acr: object) -> AssuranceLevel:
    known = {str(level.value): level for level in AssuranceLevel}
    return known.get(str(acr), AssuranceLevel.REGISTERED)


def _moment(auth_time: object, now: datetime) -> datetime:
    """Return when the person showed who that is: long ago where the provider does not tell."""
    if auth_time is None:
        return _LONG_AGO
    if not isinstance(auth_time, int) or isinstance(auth_time, bool):
        raise TypeError("auth_time")
    return min(now, datetime.fromtimestamp(auth_time, UTC))


def _text(claims: _Claims, name: str, missing: str | None = None) -> str:
    found = claims.get(name, missing)
    if not isinstance(found, str):
        raise TypeError(name)
    return found


def _is_safe(address: str, issuer: str) -> bool:
    """Tell whether secrets may be sent to an address: HTTPS, or this machine as the issuer is."""
    parts, own = urlsplit(address), urlsplit(issuer)
    is_local = parts.hostname in _LOOPBACK and own.hostname in _LOOPBACK
    return parts.scheme == "https" or (parts.scheme == "http" and is_local)
