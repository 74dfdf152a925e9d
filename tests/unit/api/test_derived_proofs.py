"""派生证明: whoever scans learns one sentence, and of the license nothing else."""

from typing import Any

import pytest

from tests.instances import Country
from tests.nurses import BORN, Nurse, licensed_nurse
from tests.sharing import uses
from tests.unit.api.test_display_codes import redeem
from tests.unit.api.test_pages import csrf_of, sign_in

CODES = "/api/v1/display-codes"


@pytest.fixture
def nurse(country: Country) -> Nurse:
    return licensed_nurse(country.wuhu)


def make(country: Country, nurse: Nurse, *fields: str) -> Any:  # noqa: ANN401 - a response
    body = {"license": nurse.license, "purpose": "购买烟酒", "fields": list(fields)}
    return country.wuhu.client.post(CODES, json=body, headers=nurse.headers)


def test_anybody_learns_the_age_and_neither_birthday_nor_number(
    country: Country, nurse: Nurse
) -> None:
    shown = redeem(country, make(country, nurse, "age-over-18").json()["code"])

    assert [(item["label"], item["value"]) for item in shown.json()["fields"]] == [
        ("已满18周岁", "是")
    ]
    assert shown.json()["is_in_force"] is True
    told = {nurse.row["holder_code"], BORN, nurse.row["name"]}
    assert not any(value in shown.text for value in told)


def test_beside_a_proof_only_windows_see_fields(country: Country, nurse: Nurse) -> None:
    fields = ("age-over-18", "born_on")
    anybody = redeem(country, make(country, nurse, *fields).json()["code"])
    window = redeem(
        country, make(country, nurse, *fields).json()["code"], country.wuhu.headers("window")
    )

    assert [item["name"] for item in anybody.json()["fields"]] == ["age-over-18"]
    assert {item["name"]: item["value"] for item in window.json()["fields"]} == {
        "age-over-18": "是",
        "born_on": BORN,
    }


def test_an_age_that_the_holder_is_not_cannot_be_made_a_code(
    country: Country, nurse: Nurse
) -> None:
    assert make(country, nurse, "age-over-60").status_code == 422


def test_an_enterprise_has_no_age(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    body = {"license": license, "purpose": "x", "fields": ["age-over-18"]}
    answer = country.wuhu.client.post(CODES, json=body, headers=country.wuhu.citizen())

    assert answer.status_code == 422


def test_an_enterprise_proves_how_long_its_license_is_good_and_not_until_when(
    country: Country,
) -> None:
    license = country.wuhu.mint()["identifier"]
    body = {"license": license, "purpose": "投标", "fields": ["valid-for-365"]}
    made = country.wuhu.client.post(CODES, json=body, headers=country.wuhu.citizen())
    shown = redeem(country, made.json()["code"])

    assert [(item["label"], item["value"]) for item in shown.json()["fields"]] == [
        ("有效期不少于365天", "是")
    ]
    assert country.wuhu.rows[0]["valid_to"] not in shown.text


def test_a_license_that_was_suspended_meanwhile_proves_nothing(
    country: Country, nurse: Nurse
) -> None:
    code = make(country, nurse, "age-over-18").json()["code"]
    country.wuhu.suspend(nurse.license)
    shown = redeem(country, code).json()

    assert (shown["fields"], shown["is_in_force"]) == ([], False)


def test_the_holder_reads_what_was_proved(country: Country, nurse: Nurse) -> None:
    redeem(country, make(country, nurse, "age-over-18").json()["code"])

    assert [(use.user, use.fields) for use in uses(country, nurse.license)] == [
        ("anonymous", ("age-over-18",))
    ]


def test_two_presses_show_an_age(country: Country, nurse: Nurse) -> None:
    client = country.wuhu.client
    sign_in(country.wuhu, nurse.token)
    page = client.get(f"/me/licenses/{nurse.license}").text
    made = client.post(
        f"/me/licenses/{nurse.license}/code",
        data={"csrf": csrf_of(page), "purpose": "证明年龄", "fields": "age-over-18"},
    ).text
    code = made.split('class="code wide">')[1].split("<")[0]
    client.cookies.clear()
    shown = client.post(f"/Q/{code}").text

    assert 'value="age-over-18"' in page
    assert 'value="age-over-60"' not in page
    assert "出示：已满18周岁" in made
    assert "<h1>已满18周岁</h1>" in shown
    assert "护士执业证书：有效" in shown
    assert BORN not in shown
