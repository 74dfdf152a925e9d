"""Systems whose connections have to show a certificate (双向 TLS)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.client_connections import CERTIFICATE_HEADER, SECRET_HEADER, ProxiedConnections
from api.clients.yinxin_client import ByCertificate, Refused, Yinxin
from certs.errors import ClientRefusedError
from signing.request_forms import RequestHead
from tests.client_calls import ADMIN, MATTER, TYPE, YEAR, System, code_of
from tests.instance_parts import body_of
from tests.instances import Country, Instance
from tests.region_servers import serving
from tests.tls_proxies import Shown, context_of, made, tls_before
from tests.unit.api.test_client_pages import administer, kept

SECRET = "only-the-proxy-and-the-instance-know"  # noqa: S105 - of a test
MINTING = "/api/v1/licenses"
NAME = "approval-system"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return made(tmp_path_factory.mktemp("own"), "own")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return made(tmp_path_factory.mktemp("foreign"), "foreign")


@pytest.fixture
def system(country: Country, own: Shown) -> Iterator[System]:
    """A system that has to show its certificate, where a proxy says who showed which."""
    services = replace(country.wuhu.services, connections=ProxiedConnections(SECRET))
    with TestClient(create_app(services)) as client:
        yield registered(replace(country.wuhu, services=services, client=client), own)


def registered(instance: Instance, own: Shown) -> System:
    system = System(instance=instance, name=NAME)
    system.register(types=(TYPE,))
    terms = replace(system.terms(types=(TYPE,), lasting=YEAR), connection=own.pem)
    instance.services.clients.change(NAME, terms=terms, by=ADMIN)
    return system


def by_proxy(shown: Shown | None, secret: str = SECRET) -> dict[str, str]:
    headers = {SECRET_HEADER: secret}
    return headers if shown is None else headers | {CERTIFICATE_HEADER: shown.header}


def token_for(system: System, headers: dict[str, str], name: str = NAME) -> Response:
    form = {"grant_type": "client_credentials", "client_id": name}
    return system.instance.client.post("/api/v1/token", data=form, headers=headers)


def test_a_system_calls_through_a_real_proxy_with_its_certificate_alone(
    country: Country, own: Shown, foreign: Shown, tmp_path: Path
) -> None:
    license = country.wuhu.mint()["identifier"]
    services = replace(country.wuhu.services, connections=ProxiedConnections(SECRET))
    registered(country.wuhu, own)
    server = made(tmp_path, "server")

    def read(shown: Shown | None) -> int:
        with Yinxin(url, ByCertificate(client=NAME), tls=context_of(server, shown)) as yinxin:
            return yinxin._http.get(f"/licenses/{license}").status_code

    with (
        serving(create_app(services)) as inside,
        tls_before(inside, server=server, trusted=(own, foreign), secret=SECRET) as url,
    ):
        assert read(own) == 200
        for other in (foreign, None):
            with pytest.raises(Refused, match="CLIENT_NOT_TRUSTED"):
                read(other)
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)  # no system takes the proxy's certificate for one of the public's


def test_a_token_counts_on_connections_of_its_client_alone(
    system: System, own: Shown, foreign: Shown
) -> None:
    token = token_for(system, by_proxy(own)).json()["access_token"]
    body = body_of(system.instance.rows[0])
    license = system.ask("POST", MINTING, json_body=body, headers=by_proxy(own)).json()[
        "identifier"
    ]

    def read(headers: dict[str, str]) -> int:
        bearer = {"Authorization": f"Bearer {token}"}
        path = f"/api/v1/licenses/{license}"
        return system.instance.client.get(path, headers=headers | bearer).status_code

    assert read(by_proxy(own)) == 200
    for headers in (by_proxy(foreign), by_proxy(None), by_proxy(own, "x" * 36), {}):
        assert read(headers) == 401


def test_signed_requests_need_the_connection_as_well(
    system: System, own: Shown, foreign: Shown
) -> None:
    made = system.ask(
        "POST", MINTING, json_body=body_of(system.instance.rows[0]), headers=by_proxy(own)
    )
    path = f"{MINTING}/{made.json()['identifier']}"
    assert system.ask("GET", path, headers=by_proxy(own)).status_code == 200
    for headers in (by_proxy(foreign), by_proxy(None), {CERTIFICATE_HEADER: own.header}, {}):
        assert code_of(system.ask("GET", path, headers=headers)) == (401, "CLIENT_NOT_TRUSTED")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(lambda own: {CERTIFICATE_HEADER: own.header}, id="no proxy says it"),
        pytest.param(lambda own: by_proxy(own, SECRET + "x"), id="another secret"),
        pytest.param(lambda own: by_proxy(own, ""), id="no secret"),
        pytest.param(lambda _: by_proxy(None), id="nothing was shown"),
        pytest.param(lambda _: by_proxy(None) | {CERTIFICATE_HEADER: "::"}, id="empty"),
        pytest.param(lambda _: by_proxy(None) | {CERTIFICATE_HEADER: ":"}, id="a colon"),
        pytest.param(lambda _: by_proxy(None) | {CERTIFICATE_HEADER: ":AAAA:"}, id="no DER"),
        pytest.param(
            lambda own: by_proxy(None) | {CERTIFICATE_HEADER: own.header[:-2]}, id="damaged"
        ),
        pytest.param(
            lambda own: by_proxy(None) | {CERTIFICATE_HEADER: quote(own.pem * 2)}, id="two at once"
        ),
    ],
)
def test_nobody_becomes_a_client_by_a_header(
    system: System, own: Shown, headers: Callable[[Shown], dict[str, str]]
) -> None:
    assert code_of(token_for(system, headers(own))) == (401, "CLIENT_NOT_TRUSTED")


def test_nginx_says_it_in_its_own_way(system: System, own: Shown) -> None:
    said = by_proxy(None) | {CERTIFICATE_HEADER: quote(own.pem, safe="/")}
    assert token_for(system, said).status_code == 200


def test_without_a_shared_secret_no_proxy_is_believed(country: Country, own: Shown) -> None:
    system = registered(country.wuhu, own)
    for secret in ("", SECRET):
        assert code_of(token_for(system, by_proxy(own, secret))) == (401, "CLIENT_NOT_TRUSTED")


def test_a_name_alone_is_no_client_where_any_connection_will_do(system: System, own: Shown) -> None:
    other = System(instance=system.instance, name="window-system")
    other.register(person="S901")
    for name in ("window-system", "nobody", ""):
        assert code_of(token_for(system, by_proxy(own), name)) == (401, "CLIENT_NOT_TRUSTED")


def test_nobody_signs_for_one_and_asks_for_another(system: System, own: Shown) -> None:
    body = "grant_type=client_credentials&client_id=window-system"
    kind = "application/x-www-form-urlencoded"
    head = RequestHead(method="POST", path="/api/v1/token", content_type=kind)
    headers = system.signed(head, body.encode()) | {"Content-Type": kind} | by_proxy(own)
    answer = system.instance.client.post("/api/v1/token", content=body, headers=headers)
    assert code_of(answer) == (401, "CLIENT_NOT_TRUSTED")


def test_a_certificate_that_has_ended_opens_nothing(country: Country, tmp_path: Path) -> None:
    now = country.clock.now()
    short = made(tmp_path, "short", start=now - YEAR, end=now + YEAR / 12)
    services = replace(country.wuhu.services, connections=ProxiedConnections(SECRET))
    with TestClient(create_app(services)) as client:
        system = registered(replace(country.wuhu, services=services, client=client), short)
        assert token_for(system, by_proxy(short)).status_code == 200
        country.clock.advance(YEAR / 6)
        assert code_of(token_for(system, by_proxy(short))) == (401, "CLIENT_NOT_TRUSTED")
    terms = replace(system.terms(lasting=YEAR), connection=short.pem)
    with pytest.raises(ClientRefusedError, match="证书不在有效期内"):
        services.clients.change(NAME, terms=terms, by=ADMIN)


def test_another_certificate_ends_the_tokens_of_the_one_before(
    system: System, own: Shown, foreign: Shown
) -> None:
    token = token_for(system, by_proxy(own)).json()["access_token"]
    terms = replace(system.terms(types=(TYPE,), lasting=YEAR), key="", connection=foreign.pem)
    system.instance.services.clients.change(NAME, terms=terms, by=ADMIN)

    bearer = {"Authorization": f"Bearer {token}"}
    for headers in (by_proxy(own), by_proxy(foreign)):
        answer = system.instance.client.get(MINTING, headers=headers | bearer)
        assert answer.status_code == (401 if headers == by_proxy(own) else 403)
    assert code_of(token_for(system, by_proxy(own))) == (401, "CLIENT_NOT_TRUSTED")
    assert token_for(system, by_proxy(foreign)).status_code == 200


def test_the_page_keeps_changes_and_drops_the_certificate(
    country: Country, own: Shown, foreign: Shown
) -> None:
    client, form = administer(country.wuhu)
    System(instance=country.wuhu, name=NAME).register(types=(TYPE,))
    change = form | {"name": NAME, "license_types": TYPE, "matters": MATTER, "days": "365"}

    def connection(**said: str) -> str:
        answer = client.post("/admin/clients/change", data=change | said, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return kept(country)[NAME].connection

    first = connection(connection=own.pem)
    assert len(first) == 64
    assert first[:16] in client.get("/admin/clients").text
    assert connection() == first
    assert connection(connection=foreign.pem) not in {first, ""}
    assert connection(any_connection="true") == ""
    refused = client.post("/admin/clients/change", data=change | {"connection": "none"})
    assert refused.status_code == 422
    assert "连接证书须为一份证书" in refused.text


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----", "证书", "x" * 30_000])
def test_what_is_no_certificate_is_refused(system: System, text: str) -> None:
    terms = replace(system.terms(lasting=YEAR), key="", connection=text or "-")
    with pytest.raises(ClientRefusedError, match="连接证书"):
        system.instance.services.clients.change(NAME, terms=terms, by=ADMIN)
