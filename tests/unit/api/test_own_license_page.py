"""The holder's page of one license: what it says, what became of it, what is wrong with it."""

from datetime import date, timedelta
from typing import Any

from fastapi.testclient import TestClient

from tests.instances import Country, Instance
from tests.unit.api.test_pages import csrf_of, sign_in


def holder(instance: Instance, number: int = 0) -> TestClient:
    token = instance.citizen(number)["Authorization"].removeprefix("Bearer ")
    return sign_in(instance, token)


def object_to(client: TestClient, license: str, **fields: str) -> Any:  # noqa: ANN401 - a response
    csrf = csrf_of(client.get("/me").text + client.get("/session").text)
    form = {"csrf": csrf, "key": "0" * 32, "field": "premises"} | fields
    return client.post(f"/me/licenses/{license}/objection", data=form)


def test_the_page_says_everything_and_gives_both_files(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    client = holder(country.wuhu)
    page = client.get(f"/me/licenses/{license}").text

    assert country.wuhu.rows[0]["premises"] in page
    assert "状态变更" in page
    for kind, start in (("pdf", b"%PDF-"), ("ofd", b"PK")):
        address = f"/api/v1/licenses/{license}/files/{kind}"
        assert address in page
        assert client.get(address).content.startswith(start)


def test_an_objection_reaches_the_issuer_once_and_its_answer_comes_back(country: Country) -> None:
    wuhu = country.wuhu
    license = str(wuhu.mint()["identifier"])
    client = holder(wuhu)

    for _ in range(2):
        assert object_to(client, license, value="样例东路3号", remark="门牌号").status_code == 200
    (correction,) = wuhu.client.get("/api/v1/corrections", headers=wuhu.headers("issuer")).json()[
        "corrections"
    ]
    path = f"/api/v1/corrections/{correction['receipt']}/events"
    wuhu.client.post(
        path, json={"step": "declined", "reason": "与登记一致"}, headers=wuhu.headers("issuer")
    )
    page = holder(wuhu).get(f"/me/licenses/{license}").text

    assert correction["receipt"] in page
    assert "不予受理" in page
    assert "与登记一致" in page


def test_objections_to_other_peoples_licenses_and_strange_fields_are_refused(
    country: Country,
) -> None:
    wuhu = country.wuhu
    own, other = (str(wuhu.mint(number)["identifier"]) for number in (0, 1))
    client = holder(wuhu)

    assert object_to(client, other).status_code == 404
    strange = object_to(client, own, field="nothing", value="x")
    assert strange.status_code == 422
    assert own in strange.text
    number = object_to(client, own, key="1" * 32, remark="号码 11010519491231002X")
    assert "11010519491231002X" not in number.text


def test_a_suspended_license_is_shown_red_with_its_reason_and_no_code(country: Country) -> None:
    wuhu = country.wuhu
    license = str(wuhu.mint()["identifier"])
    wuhu.suspend(license)

    page = holder(wuhu).get(f"/me/licenses/{license}").text

    assert 'id="ended"' in page
    assert "原因：检查" in page
    assert f"/me/licenses/{license}/code" not in page


def test_a_license_that_ends_soon_leads_to_its_renewal(country: Country) -> None:
    wuhu = country.wuhu
    license = str(wuhu.mint()["identifier"])
    assert 'id="renewal"' not in holder(wuhu).get(f"/me/licenses/{license}").text
    with wuhu.services.unit_of_work() as work:
        valid_to = work.licenses.get(license).valid_to
    assert valid_to is not None
    today = country.clock.now().date()
    country.clock.advance((valid_to - today) - timedelta(days=80))

    page = holder(wuhu).get(f"/me/licenses/{license}").text

    assert date.isoformat(valid_to) in page
    assert 'href="/bring/food-license-renewal"' in page
