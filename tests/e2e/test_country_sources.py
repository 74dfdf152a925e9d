"""A window asks registers and departments of a region in another process, over HTTP."""

import time
from typing import Any

import pytest

from tests.country import BAOJI, WUHU, Country
from tests.instance_parts import PARTIES
from tests.region_processes import Region

pytestmark = pytest.mark.xdist_group("country")
_SECONDS = 60
SITUATION = {
    "stage": "registered",
    "premises": "owned",
    "venue": "other",
    "drainage": "building",
    "sign": "no",
}


def call(region: Region, method: str, path: str, token: str, body: Any = None) -> Any:  # noqa: ANN401 - JSON
    answer = region.http.request(
        method,
        f"{region.url}/api/v1{path}",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.is_success, answer.text
    return answer.json()


def opened(region: Region) -> tuple[str, dict[str, dict[str, Any]]]:
    applicant = {"code_type": "001", "code": "11340200MB9TXY014H", "name": "样本餐饮店"}
    body = {"matter": "open-restaurant", "applicant": applicant, "situation": SITUATION}
    body["parties"] = PARTIES
    case = call(region, "POST", "/cases", region.window, body)
    return case["case"], {item["code"]: item for item in case["materials"]}


def asked(region: Region, case: str) -> list[dict[str, Any]]:
    page = call(region, "GET", "/department-questions?open=true&limit=200", region.token)
    return [item for item in page["questions"] if item["case"] == case]


def test_the_department_of_another_region_is_asked_and_its_answer_comes_back(
    country: Country,
) -> None:
    wuhu, baoji = country[WUHU], country[BAOJI]
    case, materials = opened(wuhu)
    said = [item["result"] for item in materials["business-license"]["lookups"]]
    assert said == ["none", "denied", "asked"]
    assert materials["business-license"]["outcome"] == "check_running"

    deadline = time.monotonic() + _SECONDS
    while not (found := asked(baoji, case)):
        assert time.monotonic() < deadline, "the question was not delivered"
        time.sleep(0.2)
    (question,) = found
    assert (question["asker"], question["department"]) == (WUHU, "market")
    path = f"/department-questions/{question['receipt']}/answer"
    call(baoji, "POST", path, baoji.token, {"reply": "confirmed"})

    outcome = ""
    while outcome != "department_checked":
        assert time.monotonic() < deadline, f"the answer did not come back: {outcome}"
        time.sleep(0.5)
        shown = call(wuhu, "GET", f"/cases/{case}", wuhu.window)["materials"]
        (outcome,) = [it["outcome"] for it in shown if it["code"] == "business-license"]


def test_the_command_lists_and_answers_what_departments_here_are_asked(country: Country) -> None:
    wuhu = country[WUHU]
    case, materials = opened(wuhu)
    assert materials["identity-card"]["lookups"][0]["silent"] == ["register/population"]
    deadline = time.monotonic() + _SECONDS
    while not (found := asked(wuhu, case)):
        assert time.monotonic() < deadline, "the question was not delivered"
        time.sleep(0.2)

    listed = country.run(wuhu.home, "question", "list", "--department", "public-security")
    assert found[0]["receipt"] in {item["receipt"] for item in listed}
    shown = country.run(wuhu.home, "question", "show", found[0]["receipt"])
    assert shown["applicant"]["name"] == PARTIES["operator"]["name"], "a card is a person's"
    answered = country.run(
        wuhu.home, "question", "answer", found[0]["receipt"], "denied", "--operator", "I001"
    )

    assert answered["reply"] == "denied"
    assert asked(wuhu, case) == []


def test_a_region_says_which_registers_it_offers(country: Country) -> None:
    region = country[BAOJI]

    listed = region.http.get(f"{region.url}/api/v1/share/registers").json()["registers"]

    assert {item["code"] for item in listed} == {"enterprise", "real-estate"}
