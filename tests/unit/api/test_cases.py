from typing import Any

import pytest

from tests.instance_parts import BAOJI, WUHU, case_of, url_of
from tests.instances import Country, Instance

LICENSE = "food-business-license"


def materials(case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["code"]: item for item in case["materials"]}


def decide(instance: Instance, case: dict[str, Any], code: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - a response
    return instance.client.post(
        f"/api/v1/cases/{case['case']}/materials/{code}/decision",
        json=body,
        headers=instance.headers("window"),
    )


def test_license_of_the_other_region_is_attached_verified(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]

    case = country.baoji.open_case(country.wuhu.rows[0])
    found = materials(case)[LICENSE]

    assert found["outcome"] == "e_license"
    assert found["conclusion"] == "passed"
    assert (found["license"], found["region"]) == (license, WUHU)
    assert found["fetch"] is None
    assert materials(case)["application-form"]["outcome"] == "self_provided"


def test_sharing_a_license_is_on_record_for_its_holder(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    country.baoji.open_case(country.wuhu.rows[0])

    with country.wuhu.services.unit_of_work() as work:
        uses = work.usages.of_license(license)

    assert [(use.user, use.basis) for use in uses] == [("宝鸡市（610300）", "case")]


@pytest.mark.parametrize("form", ["paper", "deferral", "commitment"])
def test_demand_for_paper_is_refused_while_an_e_license_serves(country: Country, form: str) -> None:
    license = country.baoji.mint()["identifier"]
    case = country.baoji.open_case(country.baoji.rows[0])

    answer = decide(country.baoji, case, LICENSE, {"form": form})
    problem = answer.json()

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == "ELICENSE_AVAILABLE"
    assert (problem["license"], problem["region"]) == (license, BAOJI)
    fetched = country.baoji.client.get(problem["fetch"], headers=country.baoji.headers("window"))
    assert fetched.content.startswith(b"%PDF-")


def test_paper_brought_voluntarily_is_recorded_as_that(country: Country) -> None:
    country.wuhu.mint()
    case = country.baoji.open_case(country.wuhu.rows[0])

    answer = decide(country.baoji, case, LICENSE, {"form": "paper", "voluntary": True})
    kept = country.baoji.client.get(
        f"/api/v1/cases/{case['case']}", headers=country.baoji.headers("window")
    ).json()

    assert answer.status_code == 201
    assert answer.json()["demand"] is False
    assert materials(kept)[LICENSE]["decision"]["voluntary"] is True


def test_legal_reason_needs_another_person(country: Country) -> None:
    country.wuhu.mint()
    case = country.baoji.open_case(country.wuhu.rows[0])
    demand = {"form": "paper", "reason": "P09"}

    alone = decide(country.baoji, case, LICENSE, demand)
    oneself = decide(country.baoji, case, LICENSE, demand | {"approver": "W001"})
    nobody = decide(country.baoji, case, LICENSE, demand | {"approver": "W009"})
    together = decide(country.baoji, case, LICENSE, demand | {"approver": "W002"})
    again = decide(country.baoji, case, LICENSE, {"form": "e_license"})

    assert alone.json()["code"] == "APPROVER_REQUIRED"
    assert oneself.json()["code"] == "APPROVER_IS_OPERATOR"
    assert nobody.json()["code"] == "ROLE_MISSING"
    assert together.status_code == 201
    assert together.json()["demand"] is True
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_DECIDED")


def test_silent_region_leaves_the_department_to_be_heard(country: Country) -> None:
    country.post.silent.add(url_of(WUHU))

    case = country.baoji.open_case(country.wuhu.rows[0])

    found = materials(case)[LICENSE]
    assert (found["outcome"], found["result"]) == ("check_running", "source_down")
    assert found["reasons_allowed"] == []


def test_look_up_again_finds_what_came_meanwhile(country: Country) -> None:
    case = country.baoji.open_case(country.wuhu.rows[0])
    country.wuhu.mint()

    again = country.baoji.client.post(
        f"/api/v1/cases/{case['case']}/materials/{LICENSE}/lookup",
        headers=country.baoji.headers("window"),
    )

    assert materials(case)[LICENSE]["outcome"] == "check_running"
    assert again.json()["outcome"] == "e_license"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"matter": "fly"}, 404, "MATTER_NOT_FOUND"),
        (
            {"applicant": {"code_type": "001", "code": "92340202YX00000091", "name": "甲"}},
            422,
            "WRONG_CHECK_CHARACTER",
        ),
        ({"applicant": {"code_type": "001", "code": "1", "name": "甲"}}, 422, "MALFORMED_CODE"),
        (
            {"applicant": {"code_type": "001", "code": "11340200MB9TXY014H", "name": "\n"}},
            422,
            "MALFORMED_APPLICANT",
        ),
    ],
)
def test_case_that_cannot_be_opened_says_why(
    country: Country, change: dict[str, Any], status: int, code: str
) -> None:
    answer = country.baoji.client.post(
        "/api/v1/cases",
        json=case_of(country.wuhu.rows[0]) | change,
        headers=country.baoji.headers("window"),
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_answer_does_not_repeat_the_applicants_code(country: Country) -> None:
    country.wuhu.mint()
    case = country.baoji.open_case(country.wuhu.rows[0])
    assert country.wuhu.rows[0]["credit_code"] not in str(case)


def test_unsigned_question_is_refused_without_a_word(country: Country) -> None:
    for question in (b"", b"{}", b"x" * 1000, b'{"payload": {}, "signature": ""}'):
        answer = country.wuhu.client.post("/api/v1/share/licenses", content=question)
        assert answer.status_code == 403
        assert answer.json()["detail_en"] == "This question is not answered."


def test_matters_are_public(country: Country) -> None:
    matters = country.wuhu.client.get("/api/v1/matters").json()
    (restaurant,) = (item for item in matters if item["code"] == "open-restaurant")
    codes = [item["code"] for item in restaurant["materials"]]
    assert {LICENSE, "application-form", "floor-plan"} <= set(codes)
