"""Webhooks are registered and stopped on a page, by whoever gives systems their rights."""

import pytest
from fastapi.testclient import TestClient

from tests.instances import Country
from tests.unit.api.test_pages import csrf_of, sign_in


@pytest.fixture
def client(country: Country) -> TestClient:
    return sign_in(country.wuhu, country.wuhu.tokens["security_admin"])


def register(client: TestClient, **form: str) -> str:
    said = {"name": "portal", "address": "https://portal.example/hook", "license_types": ""}
    csrf = csrf_of(client.get("/admin/webhooks").text)
    return client.post("/admin/webhooks/register", data=said | form | {"csrf": csrf}).text


def test_one_is_registered_told_and_stopped(country: Country, client: TestClient) -> None:
    registered = register(client, license_types="food_business")
    country.wuhu.mint()
    listed = client.get("/admin/webhooks").text
    csrf = csrf_of(listed)
    stopped = client.post("/admin/webhooks/stop", data={"csrf": csrf, "name": "portal"}).text
    (standing,) = country.wuhu.services.webhooks.all()

    assert "已登记" in registered
    assert "食品经营许可证" in listed
    assert "<strong>1</strong>" in listed
    assert "已停用" in stopped
    assert standing.webhook.stopped_at is not None


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"address": "http://portal.example/hook"}, "https"),
        ({"address": "https://user@portal.example/"}, "https://主机/路径"),
        ({"license_types": "no_such_type"}, "没有证照类型"),
        ({"name": "X"}, "小写字母"),
    ],
)
def test_what_cannot_be_registered_is_said_and_stays_typed(
    country: Country, client: TestClient, form: dict[str, str], words: str
) -> None:
    answer = register(client, **form)

    assert words in answer
    assert 'value="' + form.get("address", "https://portal.example/hook") in answer
    assert country.wuhu.services.webhooks.all() == ()


def test_nobody_else_registers_any(country: Country) -> None:
    for person in ("system_admin", "issuer", "auditor"):
        other = sign_in(country.wuhu, country.wuhu.tokens[person])
        assert other.get("/admin/webhooks").status_code == 403
