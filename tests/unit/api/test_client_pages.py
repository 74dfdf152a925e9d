"""The security administrator's page of systems that call."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from certs.clients import Client
from tests.client_calls import TYPE, YEAR, System, public_pem
from tests.instances import Country, Instance
from tests.unit.api.test_pages import csrf_of, sign_in
from tests.world import MemorySigner

SIGNER = MemorySigner("system")
NEW = {
    "name": "window-system",
    "person": "S901",
    "role": "window",
    "key": public_pem(SIGNER),
    "license_types": f"{TYPE}，business_license",
    "matters": "*",
    "days": "90",
}
ACTS = ("register", "change", "stop")


def administer(instance: Instance) -> tuple[TestClient, dict[str, str]]:
    client = sign_in(instance, instance.tokens["security_admin"])
    return client, {"csrf": csrf_of(client.get("/admin/clients").text)}


def kept(country: Country) -> dict[str, Client]:
    return {client.name: client for client in country.wuhu.services.clients.all()}


def test_a_system_is_registered_changed_and_stopped(country: Country) -> None:
    client, form = administer(country.wuhu)

    answer = client.post("/admin/clients/register", data=form | NEW, follow_redirects=False)

    assert answer.status_code == 303, answer.text
    registered = kept(country)["window-system"]
    assert (registered.person, registered.role.value, registered.changed_by) == (
        "S901",
        "window",
        "X001",
    )
    assert len(registered.rights.license_types) == 2
    assert registered.rights.matters == {"*"}
    assert registered.key == SIGNER.public_key
    assert registered.ends_at == country.clock.now() + timedelta(days=90)
    page = client.get("/admin/clients").text
    assert "S901" in page
    assert "全部" in page
    assert "食品经营许可证" in page

    change = form | {"name": "window-system", "license_types": TYPE, "matters": "", "days": "365"}
    assert client.post("/admin/clients/change", data=change, follow_redirects=False).is_redirect
    changed = kept(country)["window-system"]
    assert (changed.rights.matters, changed.key) == (frozenset(), SIGNER.public_key)
    assert changed.ends_at == country.clock.now() + YEAR

    stop = form | {"name": "window-system"}
    assert client.post("/admin/clients/stop", data=stop).status_code == 422
    assert kept(country)["window-system"].stopped_at is None
    client.post("/admin/clients/stop", data=stop | {"agreed": "true"})
    assert kept(country)["window-system"].stopped_at == country.clock.now()
    assert "已停用" in client.get("/admin/clients").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Window System"}, "名称为 3 至 40 个"),
        ({"person": "11010519491231002X"}, "工号由字母"),
        ({"role": "auditor"}, "请从列表中选择"),
        ({"days": "100000"}, "请从列表中选择"),
        ({"key": "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"}, "不含私钥"),
        ({"license_types": "no_such_type"}, "没有证照类型 no_such_type"),
        ({"matters": "no-such-matter"}, "没有事项 no-such-matter"),
        ({"matters": "* open-restaurant"}, "单独一个 *"),
    ],
)
def test_what_makes_no_sense_is_told_and_kept_nowhere(
    country: Country, wrong: dict[str, str], said: str
) -> None:
    client, form = administer(country.wuhu)
    answer = client.post("/admin/clients/register", data=form | NEW | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "11010519491231002X" not in answer.text
    assert "BEGIN PRIVATE" not in answer.text
    assert kept(country) == {}


def test_nobody_registers_what_acts_as_oneself_or_as_who_administers(country: Country) -> None:
    client, form = administer(country.wuhu)
    own = client.post("/admin/clients/register", data=form | NEW | {"person": "X001"})
    other = client.post("/admin/clients/register", data=form | NEW | {"person": "U001"})
    assert own.status_code == 403
    assert "另一位安全管理员" in own.text
    assert other.status_code == 409
    assert "三员分立" in other.text
    assert kept(country) == {}


def test_acts_ask_to_show_anew_who_one_is(country: Country) -> None:
    client, form = administer(country.wuhu)
    country.clock.advance(timedelta(minutes=6))
    for act in ACTS:
        answer = client.post(f"/admin/clients/{act}", data=form | NEW | {"agreed": "true"})
        assert answer.status_code == 403
        assert "请重新验证身份" in answer.text


@pytest.mark.parametrize("act", ACTS)
def test_a_form_without_the_secret_of_its_session_does_nothing(country: Country, act: str) -> None:
    client, _ = administer(country.wuhu)
    answer = client.post(f"/admin/clients/{act}", data=NEW | {"csrf": "0" * 64})
    assert answer.status_code == 403
    assert kept(country) == {}


@pytest.mark.parametrize(
    "role", ["issuer", "window", "archivist", "supervisor", "auditor", "system_admin"]
)
def test_nobody_else_registers_systems(country: Country, role: str) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens[role])
    form = NEW | {"csrf": csrf_of(client.get("/session").text), "agreed": "true"}
    assert client.get("/admin/clients").status_code == 403
    for act in ACTS:
        assert client.post(f"/admin/clients/{act}", data=form).status_code == 403
    assert kept(country) == {}


def test_no_system_registers_systems(country: Country) -> None:
    system = System(instance=country.wuhu, name="everything")
    system.register(types=("*",), matters=("*",))
    token = system.ask_token().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert country.wuhu.client.get("/admin/clients", headers=headers).status_code == 403
