"""Holders find their own cases, and complain about the window from there."""

from typing import Any

from tests.instances import Country, Instance
from tests.unit.api.test_case_receipts import decided, issued
from tests.unit.api.test_complaints import listed, served
from tests.unit.api.test_pages import csrf_of, sign_in

PATH = "/api/v1/holder-cases"
BUTTON = "窗口仍要求我交纸质件"


def cases_of(instance: Instance, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = instance.client.get(PATH, headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["cases"]
    return found


def token_of(headers: dict[str, str]) -> str:
    return headers["Authorization"].removeprefix("Bearer ")


def test_holder_sees_own_cases_and_nobody_elses(country: Country) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    receipt = issued(wuhu, case)
    wuhu.open_case(wuhu.rows[1])

    (found,) = cases_of(wuhu, wuhu.citizen(0))
    (other,) = cases_of(wuhu, wuhu.citizen(1))

    assert (found["case"], found["receipt"]) == (case["case"], receipt["number"])
    assert (other["case"] != case["case"], other["receipt"]) == (True, None)
    assert wuhu.client.get(PATH, headers=wuhu.headers("window")).status_code == 403


def test_holder_complains_with_the_record_of_that_minute_attached(country: Country) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    issued(wuhu, case)

    said = wuhu.client.post(
        f"{PATH}/{case['case']}/complaints",
        json={"material": served(case)},
        headers=wuhu.citizen(0),
    )

    assert said.status_code == 201, said.text
    assert (said.json()["shown"], said.json()["is_breach"]) == ("obtained", True)
    assert said.json()["looked_up_at"] == said.json()["raised_at"]
    assert [item["case"] for item in listed(wuhu)] == [case["case"]]


def test_nobody_complains_about_the_case_of_another(country: Country) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    issued(wuhu, case)

    answer = wuhu.client.post(f"{PATH}/{case['case']}/complaints", json={}, headers=wuhu.citizen(1))

    assert (answer.status_code, answer.json()["code"]) == (404, "CASE_NOT_FOUND")
    assert listed(wuhu) == []


def test_page_leads_from_own_licenses_to_the_button(country: Country) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    citizen = wuhu.citizen(0)
    client = sign_in(wuhu, token_of(citizen))

    before = client.get("/me/cases").text
    receipt = issued(wuhu, case)
    page = client.get("/me/cases").text
    behind = client.get(f"/me/cases/{case['case']}")
    pressed = client.post(
        f"/case/{receipt['number']}/complaints",
        data={"material": served(case), "csrf": csrf_of(behind.text)},
    )

    assert '/me/cases"' in client.get("/me").text
    assert "受理通知书尚未出具" in before
    assert BUTTON not in before
    assert f"/me/cases/{case['case']}" in page
    assert "窗口无权要求" in pressed.text


def test_page_of_a_strangers_case_is_not_found(country: Country) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    issued(wuhu, case)
    stranger = sign_in(wuhu, token_of(wuhu.citizen(1)))

    assert stranger.get(f"/me/cases/{case['case']}").status_code == 404
