"""What an identity provider says counts as far as it is signed, for us, now and this attempt."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from api.http_errors import ProviderRefusedError, ProviderSilentError
from api.identity.oidc import OidcProvider
from api.identity.ports import Attempt
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identities import AssuranceLevel, Capacity
from tests.doubles.acceptance import SetClock
from tests.world import NOON

ISSUER = "https://idp.example"
CLIENT = "wuhu"
NUMBER = "11010519491231002X"
ENTERPRISE = "91340209YXPRR0C1XL"
ATTEMPT = Attempt(state="s", nonce="n", verifier="v" * 43, capacity=Capacity.PERSONAL)
SIGNED = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "u1",
    "nonce": "n",
    "iat": int(NOON.timestamp()),
    "exp": int(NOON.timestamp()) + 300,
}
KEY = ECKey.generate_key("P-256", {"kid": "one"})
OTHER = ECKey.generate_key("P-256", {"kid": "two"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})


@dataclass
class Provider:
    """An identity provider behind a transport; each part of it can be bent."""

    claims: Mapping[str, Any] = field(default_factory=lambda: SIGNED)
    header: Mapping[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "one"})
    signer: Any = field(default_factory=lambda: KEY)
    published: list[Any] = field(default_factory=lambda: [KEY])
    metadata: dict[str, Any] = field(default_factory=dict)
    broken: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None
    token: str | None = None
    asked: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        bent = self.broken(request)
        if bent is not None:
            return bent
        match request.url.path:
            case "/.well-known/openid-configuration":
                known = {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "jwks_uri": f"{ISSUER}/keys",
                }
                return httpx.Response(200, json=known | self.metadata)
            case "/keys":
                keys = [key.as_dict(private=False) for key in self.published]
                return httpx.Response(200, json={"keys": keys})
            case "/token":
                return httpx.Response(
                    200, json={"access_token": "a", "token_type": "Bearer", "id_token": self.signed}
                )
            case _:
                return httpx.Response(404)

    @property
    def signed(self) -> str:
        if self.token is not None:
            return self.token
        algorithms = [str(self.header["alg"])]
        return jwt.encode(dict(self.header), dict(self.claims), self.signer, algorithms=algorithms)


def oidc(provider: Provider, clock: SetClock | None = None) -> OidcProvider:
    return OidcProvider(
        issuer=ISSUER,
        client_id=CLIENT,
        client_secret="secret of wuhu",  # noqa: S106 - of a provider that there is not
        redirect_uri="https://wuhu.example/session/callback",
        clock=clock or SetClock(),
        transport=httpx.MockTransport(provider.answer),
    )


def test_browser_is_sent_with_a_challenge_and_never_with_what_solves_it() -> None:
    address = urlsplit(oidc(Provider()).begin(ATTEMPT, level=AssuranceLevel.SEEN))
    sent = parse_qs(address.query)

    assert (address.netloc, address.path) == ("idp.example", "/authorize")
    assert sent["response_type"] == ["code"]
    assert (sent["state"], sent["nonce"], sent["acr_values"]) == (["s"], ["n"], ["3"])
    assert sent["code_challenge_method"] == ["S256"]
    assert ATTEMPT.verifier not in address.query
    assert "secret" not in address.query


def test_code_is_exchanged_with_what_this_instance_alone_knows() -> None:
    provider = Provider()

    identity = oidc(provider).end(ATTEMPT, "code 1")

    asked = next(item for item in provider.asked if item.url.path == "/token")
    form = parse_qs(asked.content.decode())
    assert (form["code"], form["code_verifier"]) == (["code 1"], [ATTEMPT.verifier])
    assert asked.headers["authorization"].startswith("Basic ")
    assert (identity.provider, identity.subject) == (ISSUER, "u1")
    assert identity.level is AssuranceLevel.REGISTERED, "who says nothing knows little"
    assert identity.holder is None


def test_claims_say_who_it_is() -> None:
    claims = SIGNED | {
        "acr": "3",
        "auth_time": int(NOON.timestamp()) - 60,
        "name": "样例人员",
        "holder_code_type": "111",
        "holder_code": NUMBER,
        "legal_representative": True,
        "organization_code": ENTERPRISE,
        "organization_name": "样例餐饮店",
    }
    identity = oidc(Provider(claims=claims)).end(ATTEMPT, "code")

    assert identity.level is AssuranceLevel.SEEN
    assert identity.authenticated_at == NOON - timedelta(minutes=1)
    assert identity.holder == HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=NUMBER)
    assert identity.organization is not None
    assert identity.organization.code.code == ENTERPRISE
    assert identity.organization.name == "样例餐饮店"
    assert NUMBER not in repr(identity)


@pytest.mark.parametrize(
    "claims",
    [
        SIGNED | {"iss": "https://other.example"},
        SIGNED | {"aud": "baoji"},
        SIGNED | {"aud": [CLIENT, "baoji"]},
        SIGNED | {"aud": []},
        SIGNED | {"azp": "baoji"},
        SIGNED | {"nonce": "another"},
        SIGNED | {"exp": int(NOON.timestamp()) - 61},
        SIGNED | {"iat": int(NOON.timestamp()) + 61},
        *({name: value for name, value in SIGNED.items() if name != left} for left in SIGNED),
        SIGNED | {"sub": 7},
        SIGNED | {"name": ["x"]},
        SIGNED | {"auth_time": "yesterday"},
        SIGNED | {"auth_time": 10**30},
        SIGNED | {"holder_code": NUMBER},
        SIGNED | {"holder_code": "11010519491231002Y", "holder_code_type": "111"},
        SIGNED | {"holder_code": "11340200MB9TXY014H", "holder_code_type": "001"},
        SIGNED | {"holder_code": NUMBER, "holder_code_type": "no such"},
        SIGNED | {"legal_representative": True, "organization_code": "x"},
    ],
)
def test_what_is_not_signed_for_this_attempt_counts_for_nothing(claims: Mapping[str, Any]) -> None:
    with pytest.raises(ProviderRefusedError):
        oidc(Provider(claims=claims)).end(ATTEMPT, "code")


@pytest.mark.parametrize(
    "provider",
    [
        Provider(signer=OTHER, header={"alg": "ES256", "kid": "two"}),
        Provider(signer=OTHER, header={"alg": "ES256", "kid": "one"}),
        Provider(
            signer=OctKey.import_key(json.dumps(KEY.as_dict(private=False))),
            header={"alg": "HS256", "kid": "one"},
        ),
        *(Provider(token=token) for token in ("eyJhbGciOiJub25lIn0.e30.", "no token", "")),
    ],
    ids=["foreign key", "foreign key under a known name", "shared key", "none", "no JWT", "empty"],
)
def test_what_another_key_signed_counts_for_nothing(provider: Provider) -> None:
    with pytest.raises((ProviderRefusedError, ProviderSilentError)):
        oidc(provider).end(ATTEMPT, "code")


def test_rsa_signatures_are_read_as_well() -> None:
    provider = Provider(signer=RSA, header={"alg": "RS256", "kid": "rsa"}, published=[RSA])

    assert oidc(provider).end(ATTEMPT, "code").subject == "u1"


def test_keys_that_changed_are_read_anew_and_else_read_once() -> None:
    provider = Provider()
    client = oidc(provider)
    for _ in range(2):
        client.end(ATTEMPT, "code")
    before = sum(item.url.path == "/keys" for item in provider.asked)
    provider.signer, provider.header = OTHER, {"alg": "ES256", "kid": "two"}
    provider.published = [OTHER]

    assert client.end(ATTEMPT, "code").subject == "u1"
    assert before == 1
    assert sum(item.url.path == "/keys" for item in provider.asked) == 2


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": None},
        {"token_endpoint": "http://idp.example/token"},
        {"token_endpoint": "http://127.0.0.1/token"},
        {"jwks_uri": 7},
    ],
)
def test_a_provider_that_publishes_something_else_is_not_asked(metadata: dict[str, Any]) -> None:
    with pytest.raises(ProviderSilentError):
        oidc(Provider(metadata=metadata)).end(ATTEMPT, "code")


def _down(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize(
    "broken",
    [
        _down,
        lambda _request: httpx.Response(500),
        lambda _request: httpx.Response(200, content=b"<html>"),
        lambda _request: httpx.Response(200, json=[]),
        lambda _request: httpx.Response(200, content=b" " * 300_000 + b"{}"),
        lambda _request: httpx.Response(302, headers={"Location": "https://evil.example/"}),
    ],
    ids=["down", "500", "a page", "a list", "endless", "elsewhere"],
)
def test_a_provider_that_does_not_answer_lets_nobody_in(
    broken: Callable[[httpx.Request], httpx.Response],
) -> None:
    with pytest.raises(ProviderSilentError):
        oidc(Provider(broken=broken)).begin(ATTEMPT, level=AssuranceLevel.NAMED)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), ProviderRefusedError),
        (httpx.Response(200, json={"access_token": "a"}), ProviderRefusedError),
        (httpx.Response(200, json={"access_token": "a", "id_token": 7}), ProviderRefusedError),
        (httpx.Response(503), ProviderSilentError),
        (httpx.Response(200, content=b"?"), ProviderSilentError),
    ],
)
def test_a_code_that_comes_to_nothing_lets_nobody_in(
    answer: httpx.Response, error: type[Exception]
) -> None:
    def broken(request: httpx.Request) -> httpx.Response | None:
        return answer if request.url.path == "/token" else None

    with pytest.raises(error):
        oidc(Provider(broken=broken)).end(ATTEMPT, "code")


def test_time_that_a_provider_claims_is_never_ahead_of_ours() -> None:
    claims = SIGNED | {"auth_time": int(datetime(2030, 1, 1, tzinfo=UTC).timestamp())}

    assert oidc(Provider(claims=claims)).end(ATTEMPT, "code").authenticated_at == NOON


def test_who_is_to_show_anew_who_that_is_is_asked_by_the_provider() -> None:
    fresh = Attempt.new(Capacity.WINDOW, is_fresh=True)
    asked = oidc(Provider()).begin(fresh, level=AssuranceLevel.SEEN)
    usual = oidc(Provider()).begin(ATTEMPT, level=AssuranceLevel.SEEN)

    assert "prompt=login" in asked
    assert "max_age=0" in asked
    assert "prompt" not in usual


def test_a_provider_that_does_not_say_when_it_asked_asked_long_ago() -> None:
    claims = {name: value for name, value in SIGNED.items() if name != "auth_time"}

    identity = oidc(Provider(claims=claims)).end(ATTEMPT, "code")

    assert NOON - identity.authenticated_at > timedelta(days=365)


def test_signing_out_there_names_this_instance_and_where_to_come_back() -> None:
    provider = Provider(metadata={"end_session_endpoint": f"{ISSUER}/out?x=1"})

    address = urlsplit(oidc(provider).leave("https://wuhu.example/session") or "")

    assert (address.netloc, address.path) == ("idp.example", "/out")
    assert parse_qs(address.query) == {
        "x": ["1"],
        "client_id": [CLIENT],
        "post_logout_redirect_uri": ["https://wuhu.example/session"],
    }


@pytest.mark.parametrize(
    "metadata",
    [{}, {"end_session_endpoint": "http://idp.example/out"}, {"issuer": "https://other.example"}],
)
def test_a_provider_that_tells_no_safe_way_out_is_not_gone_to(metadata: dict[str, Any]) -> None:
    assert oidc(Provider(metadata=metadata)).leave("https://wuhu.example/session") is None


def test_a_silent_provider_keeps_nobody_from_signing_out() -> None:
    provider = Provider(broken=lambda _request: httpx.Response(503))

    assert oidc(provider).leave("https://wuhu.example/session") is None
