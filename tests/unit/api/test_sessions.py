"""Sessions of pages: the browser holds a secret of its own, which ends by itself."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.nightly import SESSIONS, nightly_of
from certs.access import token_digest
from tests.instances import Country, Instance
from tests.unit.api.test_pages import csrf_of, sign_in

COOKIE = "yinxin_session"
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(seconds=1)


def is_signed_in(client: TestClient, path: str) -> bool:
    status: int = client.get(path, follow_redirects=False).status_code
    assert status in {200, 303}
    return status == 200


@contextmanager
def elsewhere(instance: Instance, secret: str) -> Iterator[TestClient]:
    """A browser at another network address that has the same cookie."""
    base = str(instance.client.base_url)
    app = instance.client.app
    with TestClient(app, base_url=base, client=("203.0.113.9", 4711)) as client:
        client.cookies.set(COOKIE, secret)
        yield client


def test_a_browser_never_holds_the_token(country: Country) -> None:
    token = country.wuhu.tokens["window"]
    client = sign_in(country.wuhu, token)
    first = client.cookies[COOKIE]
    sign_in(country.wuhu, token)

    assert token not in {first, client.cookies[COOKIE]}
    assert first != client.cookies[COOKIE], "each time a new one, whoever may have planted it"
    client.cookies.clear()
    client.cookies.set(COOKIE, token)
    assert not is_signed_in(client, "/window")


def test_signing_in_again_ends_the_session_before(country: Country) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    first = client.cookies[COOKIE]
    sign_in(country.wuhu, country.wuhu.tokens["window"])
    client.cookies.clear()
    client.cookies.set(COOKIE, first)

    assert not is_signed_in(client, "/window")


@pytest.mark.parametrize(
    ("person", "path", "minutes"), [("window", "/window", 15), ("citizen", "/me", 30)]
)
def test_a_pause_ends_it_sooner_at_a_window(
    country: Country, person: str, path: str, minutes: int
) -> None:
    wuhu = country.wuhu
    citizen = wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    client = sign_in(wuhu, citizen if person == "citizen" else wuhu.tokens[person])

    country.clock.advance(minutes * MINUTE - MOMENT)
    used = is_signed_in(client, path)
    country.clock.advance(minutes * MINUTE - MOMENT)
    used_again = is_signed_in(client, path)
    country.clock.advance(minutes * MINUTE)

    assert (used, used_again) == (True, True), "each use begins the pause anew"
    assert not is_signed_in(client, path)
    page = client.get("/session").text
    assert "登录已结束" in page
    assert client.get("/").status_code == 200, "public pages stay public"


def test_a_working_day_ends_it_however_often_it_is_used(country: Country) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])

    for _ in range(72):
        assert is_signed_in(client, "/window")
        country.clock.advance(10 * MINUTE)

    assert not is_signed_in(client, "/window")


def test_a_cookie_that_was_stolen_opens_nothing_at_another_address(country: Country) -> None:
    wuhu = country.wuhu
    client = sign_in(wuhu, wuhu.tokens["window"])
    csrf = csrf_of(client.get("/window").text)

    with elsewhere(wuhu, client.cookies[COOKIE]) as thief:
        seen = is_signed_in(thief, "/window")
        acted = thief.post("/session/end", data={"csrf": csrf}, follow_redirects=False)
        by_api = thief.get("/api/v1/licenses")

    assert not seen
    assert by_api.status_code == 401
    assert acted.status_code == 303
    assert is_signed_in(client, "/window"), "nor can a thief end it"


def test_signing_out_ends_it_here_and_not_only_in_the_browser(country: Country) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    secret = client.cookies[COOKIE]
    client.post("/session/end", data={"csrf": csrf_of(client.get("/window").text)})
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, secret)

    assert not is_signed_in(client, "/window")


def test_somebody_signs_out_on_every_machine_at_once(country: Country) -> None:
    wuhu = country.wuhu
    client = sign_in(wuhu, wuhu.tokens["window"])
    with TestClient(client.app, base_url=str(client.base_url)) as other:
        other.post("/session", data={"token": wuhu.tokens["window"]})
        assert is_signed_in(other, "/window")
        client.post("/session/end-all", data={"csrf": csrf_of(client.get("/window").text)})

        assert not is_signed_in(other, "/window")


def test_taking_a_token_away_ends_the_sessions_that_it_opened(country: Country) -> None:
    wuhu = country.wuhu
    client = sign_in(wuhu, wuhu.tokens["window"])
    with wuhu.services.unit_of_work() as work:
        work.access.remove(token_digest(wuhu.tokens["window"]))
        work.commit()

    assert not is_signed_in(client, "/window")


def test_a_form_of_a_session_that_is_over_is_refused(country: Country) -> None:
    wuhu = country.wuhu
    client = sign_in(wuhu, wuhu.tokens["window"])
    stale = csrf_of(client.get("/window").text)
    sign_in(wuhu, wuhu.tokens["window"])

    answer = client.post("/session/end", data={"csrf": stale}, follow_redirects=False)

    assert answer.status_code == 403
    assert is_signed_in(client, "/window")


def test_over_tls_the_cookie_is_bound_to_this_host(country: Country) -> None:
    wuhu = country.wuhu
    services = replace(wuhu.services, public_url="https://340200.test")
    with TestClient(create_app(services), base_url="https://340200.test") as client:
        answer = client.post(
            "/session", data={"token": wuhu.tokens["window"]}, follow_redirects=False
        )
        cookie = answer.headers["set-cookie"]
        seen = is_signed_in(client, "/window")

    assert seen
    assert cookie.startswith("__Host-yinxin_session=")
    attributes = set(re.split("; ?", cookie)[1:])
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= attributes
    assert not any(item.lower().startswith("domain") for item in attributes)


def test_a_use_writes_at_most_once_a_minute(country: Country) -> None:
    wuhu = country.wuhu
    client = sign_in(wuhu, wuhu.tokens["window"])
    digest = token_digest(client.cookies[COOKIE])

    def seen_at() -> object:
        with wuhu.services.unit_of_work() as work:
            session = work.sessions.find(digest)
        assert session is not None
        return session.seen_at

    opened = seen_at()
    country.clock.advance(MINUTE - MOMENT)
    client.get("/window")
    within = seen_at()
    country.clock.advance(MOMENT)
    client.get("/window")

    assert within == opened
    assert seen_at() == country.clock.now()


def test_at_night_sessions_that_are_long_over_are_forgotten(country: Country) -> None:
    wuhu = country.wuhu
    client = sign_in(wuhu, wuhu.tokens["window"])
    digest = token_digest(client.cookies[COOKIE])
    country.clock.advance(timedelta(days=1))

    assert SESSIONS in nightly_of(wuhu.services).step()
    with wuhu.services.unit_of_work() as work:
        assert work.sessions.find(digest) is None
