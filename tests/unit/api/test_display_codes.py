from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.instances import Country


@pytest.fixture
def code(country: Country) -> str:
    license = country.wuhu.mint()["identifier"]
    answer = country.wuhu.client.post(
        "/api/v1/display-codes",
        json={
            "license": license,
            "purpose": "开办餐饮店",
            "fields": ["certificateHolderCode", "premises"],
        },
        headers=country.wuhu.citizen(),
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["url"] == f"http://340200.test/Q/{answer.json()['code']}"
    assert answer.json()["expires_at"] == "2026-03-18T04:06:00Z"
    return str(answer.json()["code"])


def redeem(country: Country, code: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - a response
    return country.wuhu.client.post(
        "/api/v1/display-codes/redeem", json={"code": code}, headers=headers
    )


def test_window_sees_what_the_holder_chose_and_no_more(country: Country, code: str) -> None:
    shown = redeem(country, code, country.wuhu.headers("window")).json()

    row = country.wuhu.rows[0]
    assert {item["name"]: item["value"] for item in shown["fields"]} == {
        "certificateHolderCode": row["credit_code"],
        "premises": row["premises"],
    }
    assert [item["label"] for item in shown["fields"]] == ["统一社会信用代码", "经营场所"]
    assert shown["is_in_force"] is True
    assert row["legal_representative"] not in str(shown)


@pytest.mark.parametrize("who", ["nobody", "issuer"])
def test_others_see_no_field(country: Country, code: str, who: str) -> None:
    headers = None if who == "nobody" else country.wuhu.headers(who)
    shown = redeem(country, code, headers)

    row = country.wuhu.rows[0]
    assert shown.json()["fields"] == []
    assert shown.json()["seen_by"] == "anonymous"
    assert shown.json()["status"] == "active"
    assert not any(value in shown.text for value in (row["credit_code"], row["premises"]))


def test_code_works_once(country: Country, code: str) -> None:
    first, second = redeem(country, code), redeem(country, code)

    assert first.status_code == 200
    assert (second.status_code, second.json()["code"]) == (410, "DISPLAY_CODE_REFUSED")


def test_of_a_hundred_at_once_one_wins(country: Country, code: str) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: redeem(country, code).status_code, range(100)))

    assert sorted(answers) == [200] + [410] * 99


def test_code_dies_after_a_minute(country: Country, code: str) -> None:
    country.clock.advance(timedelta(seconds=60))
    assert redeem(country, code).status_code == 410


@pytest.mark.parametrize("code", ["A" * 26, "short", "ä" * 26, "a" * 60])
def test_wrong_code_is_told_nothing(country: Country, code: str) -> None:
    assert redeem(country, code).json()["code"] == "DISPLAY_CODE_REFUSED"


@pytest.mark.parametrize("before", ["HTTPS://ZZ.GOV.CN/Q/", "http://340200.test/Q/", " "])
def test_whole_address_from_a_scanner_is_understood(
    country: Country, code: str, before: str
) -> None:
    assert redeem(country, before + code.lower()).status_code == 200


def test_citizen_cannot_show_the_license_of_another(country: Country) -> None:
    license = country.wuhu.mint(0)["identifier"]
    answer = country.wuhu.client.post(
        "/api/v1/display-codes",
        json={"license": license, "purpose": "x"},
        headers=country.wuhu.citizen(1),
    )
    assert answer.status_code == 404


def test_link_preview_uses_nothing_up(country: Country, code: str) -> None:
    for _ in range(3):
        assert country.wuhu.client.get(f"/Q/{code}").status_code == 200
    country.wuhu.client.head(f"/Q/{code}")

    page = country.wuhu.client.post(f"/Q/{code}")
    again = country.wuhu.client.post(f"/Q/{code}")

    assert "食品经营许可证：有效" in page.text
    assert country.wuhu.rows[0]["premises"] not in page.text
    assert again.status_code == 410
    assert "已使用或已过期" in again.text


def test_use_is_on_record(country: Country, code: str) -> None:
    redeem(country, code, country.wuhu.headers("window"))
    with country.wuhu.services.unit_of_work() as work:
        licenses = work.licenses.newest(1)
        uses = work.usages.of_license(licenses[0].identifier)
    assert [(use.user, use.basis, use.purpose) for use in uses] == [
        ("W001", "display-code", "开办餐饮店")
    ]
