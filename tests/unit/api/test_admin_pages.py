"""What the security administrator sees and does, and nobody else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from certs.access import AccessGrant, CallerRole, token_digest
from certs.identities import account_key
from tests.instances import Country, Instance
from tests.unit.api.test_pages import csrf_of, sign_in
from tests.unit.api.test_step_up import PROVIDER, FakeProvider
from verify.acceptance.records import PersonRole

OTHERS = ("issuer", "window", "archivist", "supervisor", "auditor")
NEW = {"person": "W009", "role": "window", "days": "90"}


def administer(instance: Instance) -> tuple[TestClient, dict[str, str]]:
    client = sign_in(instance, instance.tokens["security_admin"])
    return client, {"csrf": csrf_of(client.get("/admin/people").text)}


def with_provider(country: Country) -> tuple[TestClient, dict[str, str]]:
    services = country.wuhu.services
    provider = FakeProvider(shown_at=country.clock.now())
    app = create_app(replace(services, identity=provider))
    client = TestClient(app, base_url="http://testserver")
    client.__enter__()
    client.post("/session", data={"token": country.wuhu.tokens["security_admin"]})
    return client, {"csrf": csrf_of(client.get("/admin/people").text)}


def grant_of(instance: Instance, token: str, country: Country) -> AccessGrant | None:
    with instance.services.unit_of_work() as work:
        return work.access.find(token_digest(token), at=country.clock.now())


def given_token(page: str) -> str:
    found = re.search(r'<output id="token"[^>]*>([A-Z2-7]{39})</output>', page)
    assert found is not None
    return found.group(1)


def approves(instance: Instance, person: str) -> bool:
    with instance.services.unit_of_work() as work:
        return work.cases.holds_role(person, PersonRole.ACCEPTANCE_APPROVER)


def test_a_token_is_shown_once_and_lets_the_person_in_until_it_ends(country: Country) -> None:
    client, form = administer(country.wuhu)

    answer = client.post("/admin/people/token", data=form | NEW)
    token = given_token(answer.text)
    listed = client.get("/admin/people").text

    assert answer.headers["cache-control"] == "no-store"
    assert "W009" in listed
    assert token not in listed
    grant = grant_of(country.wuhu, token, country)
    assert grant is not None
    assert (grant.person, grant.role) == ("W009", CallerRole.WINDOW)
    country.clock.advance(timedelta(days=91))
    assert grant_of(country.wuhu, token, country) is None


def test_a_role_that_is_taken_away_signs_the_person_out_and_leaves_nothing(
    country: Country,
) -> None:
    wuhu = country.wuhu
    client, form = administer(wuhu)
    taken = form | {"person": "W002", "role": "window", "what": "role", "agreed": "true"}

    with TestClient(create_app(wuhu.services)) as window:
        window.post("/session", data={"token": wuhu.tokens["approver"]})
        before = "退出" in window.get("/session").text
        done = client.post("/admin/people/take", data=taken, follow_redirects=False)
        after = "退出" in window.get("/session").text
    again = client.post("/admin/people/take", data=taken, follow_redirects=False)

    assert (before, after) == (True, False)
    assert (done.status_code, again.status_code) == (303, 303)
    assert grant_of(wuhu, wuhu.tokens["approver"], country) is None
    assert not approves(wuhu, "W002")
    # Nothing of daily work stands in the way of another post any more.
    other = client.post(
        "/admin/people/token", data=form | {"person": "W002", "role": "auditor", "days": "30"}
    )
    assert given_token(other.text)


def test_taking_asks_once(country: Country) -> None:
    client, form = administer(country.wuhu)
    answer = client.post(
        "/admin/people/take", data=form | {"person": "W002", "role": "window", "what": "role"}
    )
    assert answer.status_code == 422
    assert grant_of(country.wuhu, country.wuhu.tokens["approver"], country) is not None


def test_tokens_are_taken_away_by_themselves_and_the_account_stays_bound(country: Country) -> None:
    client, form = with_provider(country)
    bound = {"subject": "u9", "person": "W009", "role": "window"}
    client.post("/admin/people/bind", data=form | bound)
    token = given_token(client.post("/admin/people/token", data=form | NEW).text)

    client.post(
        "/admin/people/take",
        data=form | {"person": "W009", "role": "window", "what": "tokens", "agreed": "true"},
    )

    assert grant_of(country.wuhu, token, country) is None
    with country.wuhu.services.unit_of_work() as work:
        assert work.bindings.find(account_key(PROVIDER, "u9"), CallerRole.WINDOW) is not None
        assert work.cases.holds_role("W009", PersonRole.ACCEPTANCE)


def test_an_account_is_bound_by_whoever_is_signed_in_and_twice_is_once(country: Country) -> None:
    client, form = with_provider(country)
    bound = form | {"subject": "u9", "person": "W009", "role": "window", "is_approver": "true"}

    answers = [
        client.post("/admin/people/bind", data=bound, follow_redirects=False) for _ in range(2)
    ]
    other = client.post("/admin/people/bind", data=bound | {"person": "W010"})

    assert [answer.status_code for answer in answers] == [303, 303]
    with country.wuhu.services.unit_of_work() as work:
        found = [item for item in work.bindings.all() if item.person == "W009"]
    assert [(item.role, item.bound_by) for item in found] == [(CallerRole.WINDOW, "X001")]
    assert approves(country.wuhu, "W009")
    assert other.status_code == 409
    assert "账号已绑定他人" in other.text
    assert 'value="W010"' in other.text


def test_without_a_provider_accounts_cannot_be_bound(country: Country) -> None:
    client, form = administer(country.wuhu)
    answer = client.post(
        "/admin/people/bind", data=form | {"subject": "u9", "person": "W009", "role": "window"}
    )
    assert answer.status_code == 409
    assert "未设置统一身份认证" in answer.text


@pytest.mark.parametrize("role", ["auditor", "system_admin"])
def test_whoever_does_daily_work_becomes_no_administrator(country: Country, role: str) -> None:
    client, form = administer(country.wuhu)
    answer = client.post("/admin/people/token", data=form | NEW | {"person": "W001", "role": role})
    assert answer.status_code == 409
    assert "三员分立" in answer.text
    assert "请换一人" in answer.text


def test_nobody_acts_upon_oneself(country: Country) -> None:
    client, form = with_provider(country)
    own = form | {"person": "X001", "role": "security_admin"}
    answers = [
        client.post("/admin/people/bind", data=own | {"subject": "u9"}),
        client.post("/admin/people/token", data=own | {"days": "30"}),
        client.post("/admin/people/take", data=own | {"what": "role", "agreed": "true"}),
        client.post("/admin/people/take", data=own | {"what": "tokens", "agreed": "true"}),
        client.post("/admin/people/approver", data=own | {"may_approve": "true"}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert all("另一位安全管理员" in answer.text for answer in answers)
    assert grant_of(country.wuhu, country.wuhu.tokens["security_admin"], country) is not None


def test_approving_is_allowed_and_taken_back_at_windows_alone(country: Country) -> None:
    client, form = administer(country.wuhu)

    def say(person: str, may_approve: str) -> bool:
        sent = form | {"person": person, "may_approve": may_approve}
        client.post("/admin/people/approver", data=sent)
        return approves(country.wuhu, person)

    assert say("W001", "true")
    assert not say("W001", "false")
    assert not say("I001", "true")


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": ""},
        {"person": "周样松"},
        {"person": "11010519491231002X"},
        {"role": "citizen"},
        {"role": "emperor"},
        {"days": "100000"},
    ],
)
def test_what_makes_no_sense_is_told_kindly_and_gives_nothing(
    country: Country, wrong: dict[str, str]
) -> None:
    client, form = administer(country.wuhu)
    answer = client.post("/admin/people/token", data=form | NEW | wrong)
    assert answer.status_code == 422
    assert "工号由字母" in answer.text or "请从列表中选择" in answer.text
    assert "11010519491231002X" not in answer.text
    assert "W009" not in client.get("/admin/people").text


def test_acts_ask_to_show_anew_who_one_is(country: Country) -> None:
    client, form = administer(country.wuhu)
    country.clock.advance(timedelta(minutes=6))
    answer = client.post("/admin/people/token", data=form | NEW)
    assert answer.status_code == 403
    assert "请重新验证身份" in answer.text


@pytest.mark.parametrize("path", ["bind", "token", "take", "approver"])
def test_a_form_without_the_secret_of_its_session_does_nothing(country: Country, path: str) -> None:
    client, _ = administer(country.wuhu)
    answer = client.post(f"/admin/people/{path}", data=NEW | {"csrf": "0" * 64})
    assert answer.status_code == 403
    assert "W009" not in client.get("/admin/people").text


@pytest.mark.parametrize("role", [*OTHERS, "system_admin"])
def test_nobody_else_manages_people(country: Country, role: str) -> None:
    wuhu = country.wuhu
    client = sign_in(wuhu, wuhu.tokens[role])
    form = NEW | {"csrf": csrf_of(client.get("/session").text)}
    assert client.get("/admin/people").status_code == 403
    for path in ("bind", "token", "take", "approver"):
        assert client.post(f"/admin/people/{path}", data=form).status_code == 403
    with wuhu.services.unit_of_work() as work:
        found = work.access.of_staff(at=country.clock.now())
    assert "W009" not in {item.person for item in found}


def test_nobody_in_particular_is_asked_to_sign_in(country: Country) -> None:
    page = country.wuhu.client.get("/admin/people").text
    assert "X001" not in page
    assert 'name="token"' in page


def test_the_list_is_narrowed_to_a_role_and_names_no_citizen(country: Country) -> None:
    country.wuhu.citizen()
    client, _ = administer(country.wuhu)
    everybody = client.get("/admin/people").text
    auditors = client.get("/admin/people", params={"role": "auditor"}).text
    assert "holder-0" not in everybody
    assert "W001" in everybody
    assert "U001" in auditors
    assert "W001" not in auditors
