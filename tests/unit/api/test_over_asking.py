"""Over-asking is refused with its name, and counted by department, matter and day."""

from datetime import timedelta
from typing import Any

import pytest

from certs.civil_dates import day_of
from certs.overasks import OverAskCount
from tests.instances import Country
from tests.sharing import uses, window

MATTER = "open-restaurant"


@pytest.fixture
def license(country: Country) -> str:
    return str(country.wuhu.mint()["identifier"])


@pytest.fixture
def case(country: Country, license: str) -> str:
    assert license
    return str(country.wuhu.open_case(country.wuhu.rows[0])["case"])


def ask(country: Country, license: str, body: dict[str, Any], person: str = "window") -> Any:  # noqa: ANN401 - a response
    return country.wuhu.client.post(
        f"/api/v1/licenses/{license}/releases", json=body, headers=country.wuhu.headers(person)
    )


def counts(country: Country) -> tuple[OverAskCount, ...]:
    today = day_of(country.clock.now())
    with country.wuhu.services.unit_of_work() as work:
        found = tuple(work.overasks.counts(today, today))
        assert not work.overasks.counts(today + timedelta(days=1), today + timedelta(days=1))
        assert not work.overasks.counts(today - timedelta(days=9), today - timedelta(days=1))
    return found


def test_a_window_sees_what_is_registered_for_its_matter(
    country: Country, license: str, case: str
) -> None:
    answer = ask(country, license, {"case": case})
    shown = {item["name"]: item["value"] for item in answer.json()["fields"]}
    registered = country.wuhu.client.get(f"/api/v1/matters/{MATTER}/registered-uses").json()
    listed = next(item for item in registered["uses"] if item["type_name"] == "食品经营许可证")

    assert answer.status_code == 201
    assert shown["premises"] == country.wuhu.rows[0]["premises"]
    assert "signatory" not in shown
    assert shown.keys() == {name for name in listed["fields"] if not name.startswith("license.")}
    newest, opening = uses(country, license)
    assert (newest.basis, newest.case_id, newest.matter) == ("case", case, MATTER)
    assert (opening.basis, opening.fields) == ("case", ("license.pdf",))
    assert set(uses(country, license)[0].fields) == shown.keys()


def test_a_field_beyond_the_register_is_refused_named_and_counted(
    country: Country, license: str, case: str
) -> None:
    answer = ask(country, license, {"case": case, "fields": ["premises", "signatory", "hotline"]})
    problem = answer.json()

    assert answer.status_code == 403
    assert problem["code"] == "OVERASK"
    assert problem["fields"] == ["signatory", "hotline"]
    assert "premises" in problem["registered"]
    assert "signatory" not in problem["registered"]
    assert [use.fields for use in uses(country, license)] == [("license.pdf",)]
    (count,) = counts(country)
    assert (count.matter, count.refusals) == (MATTER, 1)
    assert count.department.startswith("市场监督管理部门")


def test_refusals_of_a_day_add_up(country: Country, license: str, case: str) -> None:
    for _ in range(3):
        ask(country, license, {"case": case, "fields": ["signatory"]})

    assert [count.refusals for count in counts(country)] == [3]


def test_the_sharing_family_refuses_the_same(country: Country, license: str, case: str) -> None:
    asked = {
        "certificateIdentifier": license,
        "metadataRange": "certificateName,signatory",
        "useCause": "办理开办餐饮店",
    }

    answer = window(country).answer("zzysj", asked, projectInfo={"projectNo": case})

    assert answer["head"]["code"] == "OVERASK"
    assert answer["data"] == {}
    assert [count.refusals for count in counts(country)] == [1]


def test_who_names_no_range_gets_what_is_registered(
    country: Country, license: str, case: str
) -> None:
    asked = {"certificateIdentifier": license, "useCause": "办理开办餐饮店"}

    told = window(country).data("zzysj", asked, projectInfo={"projectNo": case})

    assert told["premises"]
    assert "signatory" not in told
    assert "signatory" not in uses(country, license)[0].fields


def test_without_a_case_there_is_no_basis(country: Country, license: str) -> None:
    answer = ask(country, license, {})

    assert answer.status_code == 403
    assert answer.json()["code"] != "OVERASK"
    assert not uses(country, license)


def test_a_field_that_no_such_license_has_is_not_counted(
    country: Country, license: str, case: str
) -> None:
    answer = ask(country, license, {"case": case, "fields": ["mother_name"]})

    assert answer.json()["code"] == "UNKNOWN_FIELD"
    assert not counts(country)


def test_a_citizen_reads_the_own_license_whole_and_another_s_not_at_all(
    country: Country, license: str
) -> None:
    address = f"/api/v1/licenses/{license}/releases"
    own = country.wuhu.client.post(address, json={}, headers=country.wuhu.citizen(0))
    other = country.wuhu.client.post(address, json={}, headers=country.wuhu.citizen(1))

    assert {item["name"] for item in own.json()["fields"]} >= {"signatory", "premises"}
    assert other.json()["code"] == "LICENSE_NOT_FOUND"
