"""一件事: several cases opened as one application; everything is fetched and asked once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from certs.regions import RegionCode
from certs.samples.business_license import business_license_rows
from tests.instance_parts import PARTIES, WUHU
from tests.instances import Country, Instance
from tests.unit.api.test_case_outcomes import mint_business_license

RESTAURANT = {
    "stage": "registered",
    "premises": "rented",
    "venue": "public",
    "drainage": "building",
    "sign": "no",
    "fire-safety-check.by": "declared",
    "fire-safety-check.decoration": "no",
}


@pytest.fixture
def company(country: Country) -> dict[str, str]:
    """A company of 芜湖 with its business license."""
    row = dict(business_license_rows(RegionCode(WUHU), 1, seed=3)[0])
    mint_business_license(country.wuhu, row)
    return row


def call(instance: Instance, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - a response
    return instance.client.request(
        method, f"/api/v1/one-things{path}", json=body, headers=instance.headers("window")
    )


def apply(instance: Instance, row: dict[str, str], situation: dict[str, str], **more: Any) -> Any:  # noqa: ANN401 - a response
    applicant = {"code_type": "001", "code": row["credit_code"], "name": row["company_name"]}
    body = {"one_thing": "open-restaurant", "applicant": applicant, "situation": situation}
    body["parties"] = PARTIES
    return call(instance, "POST", "", {**body, **more})


def test_cases_are_opened_together_and_the_license_is_fetched_once(
    country: Country, company: dict[str, str]
) -> None:
    opened = apply(country.baoji, company, RESTAURANT)

    assert opened.status_code == 201, opened.text
    application = opened.json()
    assert [case["matter"] for case in application["cases"]] == [
        "open-restaurant",
        "food-license",
        "fire-safety-check",
    ]
    # What follows from another answer is not asked again.
    assert application["cases"][1]["situation"] == {"kind": "catering"}
    found = [
        item
        for case in application["cases"]
        for item in case["materials"]
        if item["outcome"] == "e_license"
    ]
    assert len(found) == 3
    (license,) = {item["license"] for item in found}
    with country.wuhu.services.unit_of_work() as work:
        assert len(work.usages.of_license(license)) == 1
    # Each case has its own look-up and its own face.
    for case in application["cases"]:
        (attached,) = country.baoji.services.attached.of_case(case["case"])
        assert (attached.lookup.case_id, str(attached.record.identifier)) == (case["case"], license)


def test_question_that_is_open_is_named_as_it_is_called_here(
    country: Country, company: dict[str, str]
) -> None:
    short = {key: value for key, value in RESTAURANT.items() if not key.endswith(".by")}

    open_one = apply(country.baoji, company, short)
    beside = apply(country.baoji, company, {**RESTAURANT, "venue": "other"})
    unwanted = apply(country.baoji, company, RESTAURANT, wanted=["retirement"])
    unknown = apply(country.baoji, company, {}, one_thing="fly")

    assert (open_one.status_code, open_one.json()["question"]) == (422, "fire-safety-check.by")
    assert (beside.status_code, beside.json()["question"]) == (422, "fire-safety-check")
    assert (unwanted.json()["code"], unknown.json()["code"]) == (
        "SITUATION_WRONG",
        "ONE_THING_NOT_FOUND",
    )


def test_situation_that_needs_fewer_matters_opens_fewer_cases(
    country: Country, company: dict[str, str]
) -> None:
    situation = {
        key: value for key, value in RESTAURANT.items() if not key.startswith("fire-safety-check")
    }

    opened = apply(country.baoji, company, {**situation, "venue": "other", "stage": "licensed"})

    assert [case["matter"] for case in opened.json()["cases"]] == ["open-restaurant"]


def test_material_is_decided_once_for_all_cases(country: Country, company: dict[str, str]) -> None:
    application = apply(country.baoji, company, RESTAURANT).json()
    path = f"/{application['application']}/materials/business-license/decision"
    asking = [
        case["case"] for case in application["cases"] if "business-license" in case["waiting"]
    ]

    refused = call(country.baoji, "POST", path, {"form": "paper"})
    decided = call(country.baoji, "POST", path, {"form": "e_license"})
    again = call(country.baoji, "POST", path, {"form": "e_license"})
    now = call(country.baoji, "GET", f"/{application['application']}").json()

    assert len(asking) > 1
    assert refused.json()["code"] == "ELICENSE_AVAILABLE"
    assert [item["case"] for item in decided.json()["decisions"]] == asking
    assert again.json()["code"] == "MATERIAL_NOT_FOUND"
    assert all("business-license" not in case["waiting"] for case in now["cases"])


def test_material_that_the_gate_of_one_case_refuses_is_decided_in_none(
    country: Country, company: dict[str, str]
) -> None:
    application = apply(country.baoji, company, RESTAURANT).json()
    path = f"/{application['application']}/materials/business-license/decision"
    first, second, *_ = (
        case["case"] for case in application["cases"] if "business-license" in case["waiting"]
    )
    country.clock.advance(timedelta(minutes=11))
    country.baoji.services.acceptance.look_up(first, "business-license")

    refused = call(country.baoji, "POST", path, {"form": "e_license"})
    now = call(country.baoji, "GET", f"/{application['application']}").json()

    assert (refused.status_code, refused.json()["code"]) == (409, "LOOKUP_STALE")
    waiting = [case["case"] for case in now["cases"] if "business-license" in case["waiting"]]
    assert waiting[:2] == [first, second]
    with country.baoji.engine.connect() as connection:
        kept = connection.execute(text("SELECT case_id, code FROM refusals")).all()
    assert [tuple(row) for row in kept] == [(second, "LOOKUP_STALE")]


def test_field_is_asked_once_and_kept_in_every_form_that_shows_it(
    country: Country, company: dict[str, str]
) -> None:
    application = apply(country.baoji, company, RESTAURANT).json()
    path = f"/{application['application']}/form"

    shown = call(country.baoji, "GET", path).json()["fields"]
    kept = call(country.baoji, "PUT", path, {"answers": {"phone": "0917-0000000"}})
    unknown = call(country.baoji, "PUT", path, {"answers": {"moon": "full"}})

    codes = [item["code"] for item in shown]
    assert len(codes) == len(set(codes))
    assert {"phone", "premises"} <= set(codes)
    assert next(item for item in kept.json()["fields"] if item["code"] == "phone")["value"] == (
        "0917-0000000"
    )
    for case in application["cases"]:
        view = country.baoji.services.forms.view(case["case"])
        (phone,) = (item.value for item in view.fields if item.field.code == "phone")
        assert (view.version, phone) == (1, "0917-0000000")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "FIELD_UNKNOWN")


def test_results_of_the_cases_are_collected(country: Country, company: dict[str, str]) -> None:
    wuhu = country.wuhu
    application = apply(wuhu, company, RESTAURANT).json()
    food = wuhu.rows[0]
    for case in application["cases"]:
        for code in case["waiting"]:
            served = {item["code"]: item["outcome"] for item in case["materials"]}[code]
            body = (
                {"form": "e_license"}
                if served == "e_license"
                else {"form": "paper", "voluntary": True}
            )
            wuhu.client.post(
                f"/api/v1/cases/{case['case']}/materials/{code}/decision",
                json=body,
                headers=wuhu.headers("window"),
            )
    names = ("premises", "business_form", "business_items", "number", "supervising_agency")
    given = {name: food[name] for name in (*names, "hotline", "signatory")}

    def settle(case: dict[str, Any], **body: object) -> Any:  # noqa: ANN401 - a response
        return wuhu.client.post(
            f"/api/v1/cases/{case['case']}/outcome",
            json={"outcome": "approve", "approver": "W002", **body},
            headers=wuhu.headers("window"),
        )

    made = settle(application["cases"][1], given=given)
    half = call(wuhu, "GET", f"/{application['application']}").json()
    settle(application["cases"][2])
    settle(application["cases"][0], outcome="reject", note="样例理由")
    whole = call(wuhu, "GET", f"/{application['application']}").json()

    assert made.status_code == 201, made.text
    assert (half["settled"], half["results"]) == (False, [made.json()["license"]])
    assert (whole["settled"], whole["results"]) == (True, [made.json()["license"]])
    assert [case["outcome"] for case in whole["cases"]] == ["reject", "approve", "approve"]


def test_nobody_else_reads_an_application(country: Country, company: dict[str, str]) -> None:
    application = apply(country.baoji, company, RESTAURANT).json()["application"]

    answer = country.baoji.client.get(f"/api/v1/one-things/{application}")

    assert answer.status_code == 401
    missing = call(country.baoji, "GET", "/TAAAAAAAAAAAAAAAAAAAA")
    assert missing.json()["code"] == "APPLICATION_NOT_FOUND"


def test_list_is_public_and_has_the_first_thirteen(country: Country) -> None:
    listed = country.baoji.client.get("/api/v1/one-things").json()

    assert len(listed) == 13
    named = {matter.one_thing for matter in country.baoji.services.matters.matters} - {""}
    assert {item["name"] for item in listed} == named
