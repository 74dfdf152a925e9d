"""Acts for which who somebody is has to be shown anew: a session may be stolen, or forgotten."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.identity.ports import Attempt
from certs.access import CallerRole
from certs.granting.grants import Preset
from certs.identities import AssuranceLevel, Binding, Identity, account_key
from tests.instances import Country
from tests.unit.api.test_approvals import asked, number_of
from tests.unit.api.test_pages import csrf_of, sign_in

PROVIDER = "https://idp.example"
SIX_MINUTES = timedelta(minutes=6)


@dataclass
class FakeProvider:
    """Says that somebody showed at a moment who that is; signs nobody in anew."""

    shown_at: datetime
    name: str = PROVIDER

    def begin(self, attempt: Attempt, *, level: AssuranceLevel) -> str:
        return f"{PROVIDER}/?state={attempt.state}&fresh={attempt.is_fresh}&level={level.value}"

    def leave(self, back: str) -> str | None:
        return f"{PROVIDER}/end?back={back}"

    def end(self, _attempt: Attempt, _code: str) -> Identity:
        return Identity(
            provider=PROVIDER,
            subject="u1",
            level=AssuranceLevel.SEEN,
            authenticated_at=self.shown_at,
            name="周样松",
        )


def test_an_exception_is_approved_by_somebody_who_showed_just_now_who_that_is(
    country: Country,
) -> None:
    wuhu = country.wuhu
    asked(wuhu)
    path = f"/window/approvals/{number_of(wuhu)}"
    client = sign_in(wuhu, wuhu.tokens["approver"])
    form = {"csrf": csrf_of(client.get("/window/approvals").text), "does_agree": "true"}
    country.clock.advance(SIX_MINUTES)

    refused = client.post(path, data=form)
    again = client.post(
        "/session",
        data={"token": wuhu.tokens["approver"], "back": "/window/approvals"},
        follow_redirects=False,
    )
    form["csrf"] = csrf_of(client.get("/window/approvals").text)
    done = client.post(path, data=form, follow_redirects=False)

    assert refused.status_code == 403
    assert "请重新验证身份" in refused.text
    assert 'href="/session?back=%2Fwindow%2Fapprovals"' in refused.text
    assert again.headers["location"] == "/window/approvals"
    assert done.status_code == 303


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/me?x=1", "javascript:"]
)
def test_signing_in_again_leads_to_our_own_pages_alone(country: Country, back: str) -> None:
    answer = country.wuhu.client.post(
        "/session",
        data={"token": country.wuhu.tokens["window"], "back": back},
        follow_redirects=False,
    )

    assert answer.headers["location"] == "/window"


def test_a_grant_for_a_year_asks_again_and_one_for_a_case_does_not(country: Country) -> None:
    wuhu = country.wuhu
    license = str(wuhu.mint()["identifier"])
    token = wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    client = sign_in(wuhu, token)
    form = {
        "csrf": csrf_of(client.get("/me/grants").text),
        "license": license,
        "matter": "open-restaurant",
    }
    country.clock.advance(SIX_MINUTES)

    year = client.post("/me/grants", data=form | {"preset": Preset.YEAR.value})
    case = client.post("/me/grants", data=form | {"preset": Preset.CASE.value})

    assert (year.status_code, case.status_code) == (403, 200)
    assert "请重新验证身份" in year.text


@pytest.mark.parametrize(("age", "status"), [(timedelta(minutes=4), 200), (SIX_MINUTES, 403)])
def test_the_provider_has_to_ask_anew(country: Country, age: timedelta, status: int) -> None:
    wuhu, now = country.wuhu, country.clock.now()
    binding = Binding(
        account=account_key(PROVIDER, "u1"),
        person="W002",
        role=CallerRole.WINDOW,
        bound_at=now,
        bound_by="X001",
    )
    with wuhu.services.unit_of_work() as work:
        work.bindings.add(binding)
        work.commit()
    provider = FakeProvider(shown_at=now - age)
    own = str(wuhu.client.base_url).rstrip("/")
    with TestClient(create_app(replace(wuhu.services, identity=provider)), base_url=own) as browser:
        begun = browser.get(
            "/session/start?as=window&again=true&back=/window/approvals", follow_redirects=False
        )
        query = parse_qs(urlsplit(begun.headers["location"]).query)
        answer = browser.get(f"/session/callback?state={query['state'][0]}&code=x")

    assert query["fresh"] == ["True"]
    assert answer.status_code == status
    assert ("/window/approvals" in answer.headers.get("refresh", "")) is (status == 200)


def test_signing_in_at_a_provider_that_asked_long_ago_is_no_proof_for_such_acts(
    country: Country,
) -> None:
    wuhu, now = country.wuhu, country.clock.now()
    case = asked(wuhu)
    with wuhu.services.unit_of_work() as work:
        work.bindings.add(
            Binding(
                account=account_key(PROVIDER, "u1"),
                person="W002",
                role=CallerRole.WINDOW,
                bound_at=now,
                bound_by="X001",
            )
        )
        work.commit()
    provider = FakeProvider(shown_at=now - timedelta(hours=2))
    own = str(wuhu.client.base_url).rstrip("/")
    with TestClient(create_app(replace(wuhu.services, identity=provider)), base_url=own) as browser:
        begun = browser.get("/session/start?as=window", follow_redirects=False)
        state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
        browser.get(f"/session/callback?state={state}&code=x")
        page = browser.get("/window/approvals")
        answer = browser.post(
            f"/window/approvals/{number_of(wuhu)}",
            data={"csrf": csrf_of(page.text), "does_agree": "true"},
        )

    assert page.status_code == 200
    assert answer.status_code == 403
    assert "/session/start?as=window&amp;again=true&amp;back=%2Fwindow%2Fapprovals" in answer.text
    assert wuhu.services.exceptions.of_case(case)
