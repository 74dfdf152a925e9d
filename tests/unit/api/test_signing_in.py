"""Signing in over the demo's identity provider, which runs behind a real server."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.errors import DemoOnlyError
from api.identity.development import Client, Persona, development_provider
from api.identity.oidc import OidcProvider
from api.identity.opening import CALLBACK
from api.settings import Environment
from certs.access import CallerRole
from certs.identities import AssuranceLevel, Binding, Capacity, account_key
from tests.instance_parts import holder_of
from tests.instances import Country
from tests.region_servers import serving
from tests.unit.api.test_pages import csrf_of
from tests.unit.api.test_sessions import is_signed_in
from tests.unit.api.test_staff import BOSS
from tests.unit.api.test_staff import CLERK as CLERK_CODE

SECRET = "of the demo"  # noqa: S105 - of the test
CITIZEN = Persona(subject="citizen", zh="张样例", en="A citizen")
CLERK = Persona(
    subject="clerk",
    zh="经办人",
    en="Whom an enterprise appointed",
    claims={"name": "严样林", "holder_code_type": "111", "holder_code": CLERK_CODE.code},
)
STAFF = Persona(subject="staff", zh="窗口人员", en="At a window")
STRANGER = Persona(
    subject="stranger", zh="未实名", en="Nobody knows", level=AssuranceLevel.REGISTERED
)


@dataclass
class Later:
    """An application that is known once its address is."""

    app: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is not None:
            await self.app(scope, receive, send)


@dataclass(frozen=True, kw_only=True)
class World:
    """An instance, and the provider that it trusts."""

    country: Country
    issuer: str
    browser: TestClient
    away: httpx.Client

    def begin(self, capacity: str) -> str:
        """Begin to sign in; return where the provider is asked."""
        answer = self.browser.get(f"/session/start?as={capacity}", follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def choose(self, address: str, subject: str) -> str:
        """Choose somebody at the provider; return the path that it sends the browser to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert self.away.get(address).status_code == 200
        answer = self.away.post(f"{self.issuer}/authorize", data=asked | {"subject": subject})
        assert answer.status_code == 303, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"

    def sign_in(self, capacity: str, subject: str) -> Response:
        """Go there and back."""
        return self.browser.get(self.choose(self.begin(capacity), subject))

    def bind(self, person: str, role: CallerRole, subject: str = "staff") -> None:
        """Bind an account to somebody who works here."""
        with self.country.wuhu.services.unit_of_work() as work:
            work.bindings.add(
                Binding(
                    account=account_key(self.issuer, subject),
                    person=person,
                    role=role,
                    bound_at=self.country.clock.now(),
                    bound_by="A001",
                )
            )
            work.commit()


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[Later, str]]:
    """A server for whichever application a test puts behind it, and its address."""
    later = Later()
    with serving(later) as issuer:
        yield later, issuer


@pytest.fixture
def world(country: Country, provider: tuple[Later, str]) -> Iterator[World]:
    wuhu, (later, issuer) = country.wuhu, provider
    own = str(wuhu.client.base_url).rstrip("/")
    holder = holder_of(wuhu.rows[0])
    citizen = replace(
        CITIZEN,
        claims={
            "name": wuhu.rows[0]["operator"],
            "holder_code_type": BOSS.code_type.value,
            "holder_code": BOSS.code,
            "legal_representative": True,
            "organization_code": holder.code,
            "organization_name": wuhu.rows[0]["operator"],
        },
    )
    client = Client(client_id="wuhu", client_secret=SECRET, redirect_uri=own + CALLBACK)
    later.app = development_provider(
        issuer,
        personas=(citizen, CLERK, STAFF, STRANGER),
        clients=(client,),
        environment=Environment.DEMO,
        now=lambda: country.clock.now().timestamp(),
    )
    client_of = OidcProvider(
        issuer=issuer,
        client_id="wuhu",
        client_secret=SECRET,
        redirect_uri=own + CALLBACK,
        clock=country.clock,
    )
    app = create_app(replace(wuhu.services, identity=client_of))
    with TestClient(app, base_url=own) as browser, httpx.Client(trust_env=False) as away:
        yield World(country=country, issuer=issuer, browser=browser, away=away)


def test_an_enterprise_sees_its_licenses_and_nobody_elses(world: World) -> None:
    wuhu = world.country.wuhu
    own, other = (wuhu.mint(number)["identifier"] for number in (0, 1))

    entered = world.sign_in("enterprise", "citizen")
    wallet = world.browser.get("/me").text

    assert entered.status_code == 200
    assert 'href="/me"' in entered.text, "whose browser goes nowhere by itself finds a link"
    assert "url=/me" in entered.headers["refresh"]
    assert str(own) in wallet
    assert str(other) not in wallet


def test_whom_an_enterprise_appointed_gets_in_by_an_own_account(world: World) -> None:
    license = str(world.country.wuhu.mint()["identifier"])
    food = world.country.wuhu.services.license_type("food_business")
    assert food is not None
    world.sign_in("enterprise", "citizen")
    form = {
        "csrf": csrf_of(world.browser.get("/me/staff").text),
        "name": "严样林",
        "code": CLERK_CODE.code,
        "license_types": str(food.code),
        "until": world.country.clock.now().date().isoformat(),
    }
    appointed = world.browser.post("/me/staff", data=form)
    world.sign_in("enterprise_staff", "clerk")
    wallet = world.browser.get("/me").text

    assert "已任命" in appointed.text
    assert "企业经办人身份" in wallet
    assert license in wallet


def test_who_works_here_gets_in_by_the_role_that_an_account_is_bound_to(world: World) -> None:
    world.bind("W007", CallerRole.WINDOW)

    world.sign_in("window", "staff")

    assert is_signed_in(world.browser, "/window")
    refused = world.sign_in("issuer", "staff")
    assert refused.status_code == 403
    assert "没有该身份" in refused.text


def test_a_role_that_was_taken_away_lets_nobody_in(world: World) -> None:
    world.bind("W007", CallerRole.WINDOW)
    with world.country.wuhu.services.unit_of_work() as work:
        assert work.bindings.end("W007", CallerRole.WINDOW, at=world.country.clock.now(), by="A001")
        work.commit()

    assert world.sign_in("window", "staff").status_code == 403
    assert not is_signed_in(world.browser, "/window")


@pytest.mark.parametrize(
    ("capacity", "subject", "words"),
    [
        ("personal", "stranger", "实名等级不够"),
        ("personal", "staff", "没有提供证件号码"),
        ("enterprise", "staff", "不是企业法定代表人"),
        ("enterprise_staff", "staff", "没有提供证件号码"),
        ("enterprise_staff", "clerk", "没有企业任命您"),
        ("enterprise_staff", "stranger", "实名等级不够"),
        ("window", "citizen", "没有该身份"),
    ],
)
def test_who_is_not_what_was_asked_for_is_told_why(
    world: World, capacity: str, subject: str, words: str
) -> None:
    answer = world.sign_in(capacity, subject)

    assert answer.status_code == 403
    assert words in answer.text
    assert not is_signed_in(world.browser, "/me")


def test_an_answer_is_good_in_the_browser_that_asked_and_once(world: World) -> None:
    world.bind("W007", CallerRole.WINDOW)
    back = world.choose(world.begin("window"), "staff")
    own = dict(world.browser.cookies)
    world.browser.cookies.clear()

    elsewhere = world.browser.get(back)
    world.browser.cookies.update(own)
    first = world.browser.get(back)
    again = world.browser.get(back)

    assert elsewhere.status_code == 400
    assert "请重新登录" in elsewhere.text
    assert first.status_code == 200
    assert again.status_code == 403, "a code is good once"


def test_answers_of_two_attempts_are_not_mixed_up(world: World) -> None:
    world.bind("W007", CallerRole.WINDOW)
    first = world.choose(world.begin("window"), "staff")
    second = world.choose(world.begin("window"), "staff")
    code = dict(parse_qsl(urlsplit(first).query))["code"]
    state = dict(parse_qsl(urlsplit(second).query))["state"]

    assert world.browser.get(first).status_code == 400
    mixed = world.browser.get(f"{CALLBACK}?code={code}&state={state}")

    assert mixed.status_code == 403, "that code was given for another challenge"


@pytest.mark.parametrize(
    "query",
    ["", "?state=x", "?state=x&code=y", "?error=access_denied&state=x", "?state=" + "x" * 3000],
)
def test_answers_that_nobody_asked_for_lead_nowhere(world: World, query: str) -> None:
    answer = world.browser.get(CALLBACK + query)

    assert answer.status_code in {400, 422}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "cookie", ["x", "é", "e30", "bnVsbA==", "W10=", "eyJzdGF0ZSI6MX0=", "A" * 2000]
)
def test_a_cookie_that_somebody_made_up_is_no_attempt(world: World, cookie: str) -> None:
    answer = world.browser.get(
        f"{CALLBACK}?state=x&code=y", headers=[(b"Cookie", f"yinxin_attempt={cookie}".encode())]
    )

    assert answer.status_code == 400


def test_who_gives_up_there_comes_back_to_a_kind_word(world: World) -> None:
    state = dict(parse_qsl(urlsplit(world.begin("personal")).query))["state"]

    answer = world.browser.get(f"{CALLBACK}?error=access_denied&state={state}")

    assert answer.status_code == 403
    assert "重新登录" in answer.text


def test_a_code_is_good_for_a_minute(world: World) -> None:
    world.bind("W007", CallerRole.WINDOW)
    back = world.choose(world.begin("window"), "staff")
    world.country.clock.advance(timedelta(minutes=1))

    assert world.browser.get(back).status_code == 403


def test_the_session_ends_after_a_day_and_leaves_no_token_behind(world: World) -> None:
    world.bind("W007", CallerRole.WINDOW)
    world.sign_in("window", "staff")
    for _ in range(72):
        assert is_signed_in(world.browser, "/window")
        world.country.clock.advance(timedelta(minutes=10))

    assert not is_signed_in(world.browser, "/window")


def test_pages_offer_every_capacity_where_there_is_a_provider_and_none_elsewhere(
    world: World,
) -> None:
    with_provider = world.browser.get("/session").text
    without = world.country.wuhu.client.get("/session").text

    assert "统一身份认证登录" in with_provider
    assert with_provider.count("/session/start?as=") == len(Capacity)
    assert "/session/start" not in without
    assert world.country.wuhu.client.get("/session/start?as=personal").status_code == 503


def test_a_provider_that_is_down_is_said_so_and_public_pages_go_on(country: Country) -> None:
    provider = OidcProvider(
        issuer="http://127.0.0.1:9",
        client_id="wuhu",
        client_secret=SECRET,
        redirect_uri="http://wuhu.test" + CALLBACK,
        clock=country.clock,
    )
    app = create_app(replace(country.wuhu.services, identity=provider))
    with TestClient(app, base_url=str(country.wuhu.client.base_url)) as browser:
        answer = browser.get("/session/start?as=personal")

        assert answer.status_code == 503
        assert "暂时没有应答" in answer.text
        assert browser.get("/verify").status_code == 200


def test_the_demos_provider_starts_in_demo_and_dev_alone() -> None:
    with pytest.raises(DemoOnlyError):
        development_provider(
            "http://127.0.0.1:1", personas=(), clients=(), environment=Environment.PRODUCTION
        )


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"redirect_uri": "https://evil.example/"},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
    ],
)
def test_the_demos_provider_sends_nobody_to_an_address_that_it_does_not_know(
    world: World, changed: dict[str, str]
) -> None:
    asked = dict(parse_qsl(urlsplit(world.begin("personal")).query)) | changed

    assert world.away.get(f"{world.issuer}/authorize", params=asked).status_code == 400


def test_the_demos_provider_escapes_what_it_is_given(world: World) -> None:
    asked = dict(parse_qsl(urlsplit(world.begin("personal")).query))
    page = world.away.get(
        f"{world.issuer}/authorize", params=asked | {"state": '"><script>alert(1)</script>'}
    ).text

    assert "<script>" not in page


def test_who_signs_out_is_led_out_of_the_provider_as_well(world: World) -> None:
    world.sign_in("enterprise", "citizen")
    page = world.browser.get("/session").text
    ended = world.browser.post("/session/end", data={"csrf": csrf_of(page)})
    link = next(
        unescape(part.split('"')[0])
        for part in ended.text.split('href="')
        if part.startswith(world.issuer)
    )
    back = world.away.get(link)

    assert ended.url.path == "/session/ended"
    assert not is_signed_in(world.browser, "/me")
    assert back.status_code == 303
    assert back.headers["location"] == str(world.browser.base_url.join("/session"))


def test_the_provider_sends_nobody_elsewhere_who_signs_out(world: World) -> None:
    sent = {"client_id": "wuhu", "post_logout_redirect_uri": "https://evil.example/"}
    assert world.away.get(f"{world.issuer}/end-session", params=sent).status_code == 400


def test_an_app_s_door_leads_by_the_provider_to_the_wallet_without_a_head(world: World) -> None:
    asked = world.browser.get("/h5?as=enterprise", follow_redirects=False)
    begun = world.browser.get(asked.headers["location"], follow_redirects=False)
    arrived = world.browser.get(world.choose(begun.headers["location"], "citizen"))
    wallet = world.browser.get("/me")
    again = world.browser.get("/h5", params={"to": "/me/uses"}, follow_redirects=False)

    assert asked.headers["location"] == "/session/start?as=enterprise&back=%2Fme"
    assert arrived.headers["refresh"] == "0; url=/me"
    assert wallet.status_code == 200
    assert '<header class="top">' not in wallet.text
    assert again.headers["location"] == "/me/uses"
