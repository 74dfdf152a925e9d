"""A decided case comes to its outcome, and an approved one to its license, once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from certs.regions import RegionCode
from certs.samples.business_license import business_license_rows
from signing.errors import KeyUnavailableError
from signing.signer import Signer
from tests.instance_parts import PARTIES, SITUATION
from tests.instances import Country, Instance

RENEWAL = "food-license-renewal"
GIVEN = {"signatory": "吕样溪"}


def holder(row: Mapping[str, str]) -> dict[str, str]:
    return {"code_type": "001", "code": row["credit_code"], "name": row["operator"]}


def post(instance: Instance, path: str, body: object) -> Any:  # noqa: ANN401 - a response
    return instance.client.post(f"/api/v1{path}", json=body, headers=instance.headers("window"))


def opened(instance: Instance, matter: str, situation: dict[str, str]) -> dict[str, Any]:
    """A case of the holder of the first row."""
    body = {"matter": matter, "applicant": holder(instance.rows[0]), "situation": situation}
    if matter == "open-restaurant":
        body["parties"] = PARTIES
    answer = post(instance, "/cases", body)
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


def decide_all(instance: Instance, case: dict[str, Any]) -> None:
    """Record how each material is had: what serves, else paper that was brought."""
    forms = {"e_license": "e_license", "exempt": "exempt"}
    for item in case["materials"]:
        form = forms.get(item["outcome"])
        body = {"form": form} if form else {"form": "paper", "voluntary": True}
        answer = post(instance, f"/cases/{case['case']}/materials/{item['code']}/decision", body)
        assert answer.status_code == 201, answer.text


def renewal(instance: Instance) -> tuple[str, dict[str, Any]]:
    """A license, and a decided case that asks for its next version."""
    license = str(instance.mint()["identifier"])
    case = opened(instance, RENEWAL, {"conditions": "same"})
    decide_all(instance, case)
    return license, case


def settle(instance: Instance, case: dict[str, Any], **body: object) -> Any:  # noqa: ANN401 - a response
    return post(
        instance,
        f"/cases/{case['case']}/outcome",
        {"outcome": "approve", "approver": "W002", **body},
    )


def test_approved_renewal_mints_the_next_version_in_the_same_flow(country: Country) -> None:
    wuhu = country.wuhu
    license, case = renewal(wuhu)

    answer = settle(wuhu, case, given=GIVEN)

    made = answer.json()["license"]
    assert (answer.status_code, answer.json()["approver"]) == (201, "W002")
    with wuhu.services.unit_of_work() as work:
        kept, old = work.licenses.get(made), work.licenses.get(license)
    assert (kept.replaces, old.status.value) == (license, "superseded")
    assert kept.number == old.number
    assert wuhu.verify(wuhu.file(made))["conclusion"] == "passed"


def test_asking_again_gives_the_same_license(country: Country) -> None:
    _, case = renewal(country.wuhu)
    first = settle(country.wuhu, case, given=GIVEN)

    again = settle(country.wuhu, case, given=GIVEN)
    read = country.wuhu.client.get(
        f"/api/v1/cases/{case['case']}/outcome", headers=country.wuhu.headers("window")
    )

    assert first.json() == again.json() == read.json()


class BrokenSigner:
    """A key store that does not answer."""

    def __init__(self, whole: Signer) -> None:
        self.key, self.public_key = whole.key, whole.public_key

    def sign(self, _message: bytes) -> bytes:
        raise KeyUnavailableError("nobody is there")


def test_license_of_a_case_is_finished_after_a_crash_and_made_once(country: Country) -> None:
    wuhu = country.wuhu
    _, case = renewal(wuhu)
    office = wuhu.services.outcomes
    whole = office.mint.desks
    type_code = str(wuhu.services.catalogue.find("food_business").code)  # type: ignore[union-attr]  # it ships
    signer = whole[type_code].record_signer
    dead = replace(signer, signer=BrokenSigner(signer.signer))
    broken = replace(whole[type_code], record_signer=dead)
    down = replace(office, mint=replace(office.mint, desks={**whole, type_code: broken}))
    object.__setattr__(wuhu.services, "outcomes", down)

    failed = settle(wuhu, case, given=GIVEN)
    with wuhu.services.unit_of_work() as work:
        waiting = work.outcomes.waiting(10)
    object.__setattr__(wuhu.services, "outcomes", office)
    # Another word of the approver comes too late: what was recorded first is minted.
    finished = settle(wuhu, case, given={"signatory": "另一人（样例）"})

    assert failed.status_code == 503
    assert waiting == (case["case"],)
    made = finished.json()["license"]
    record = wuhu.file(made, "json").decode()
    assert "吕样溪" in record
    with wuhu.services.unit_of_work() as work:
        assert work.outcomes.waiting(10) == ()
        assert [item.identifier for item in work.licenses.newest(10)].count(made) == 1


def test_new_license_takes_its_fields_from_the_case_and_from_the_approver(
    country: Country,
) -> None:
    wuhu = country.wuhu
    row = wuhu.rows[0]
    business = dict(business_license_rows(RegionCode("340200"), 1, seed=3)[0])
    business |= {"company_name": row["operator"], "credit_code": row["credit_code"]}
    mint_business_license(wuhu, business)
    case = opened(wuhu, "open-restaurant", {**SITUATION, "stage": "registered"})
    decide_all(wuhu, case)

    short = settle(wuhu, case, given={"number": row["number"]})
    given = {
        name: row[name]
        for name in (
            "premises",
            "business_form",
            "business_items",
            "number",
            "supervising_agency",
            "hotline",
            "signatory",
        )
    }
    whole = settle(wuhu, case, given=given)

    assert short.json()["code"] == "INVALID_APPLICATION"
    named = {item["field"] for item in short.json()["problems"]}
    assert named >= {"premises", "signatory"}
    assert "legal_representative" not in named
    assert whole.status_code == 201, whole.text
    fields = wuhu.client.get(
        f"/api/v1/licenses/{whole.json()['license']}/files/json", headers=wuhu.headers("issuer")
    ).json()
    assert fields["fields"]["legal_representative"] == business["legal_representative"]
    assert fields["fields"]["domicile"] == business["domicile"]
    assert fields["certificateHolderName"] == row["operator"]


def mint_business_license(instance: Instance, row: Mapping[str, str]) -> None:
    apart = {"company_name", "credit_code", "valid_from", "valid_to"}
    answer = instance.client.post(
        "/api/v1/licenses",
        json={
            "type": "business_license",
            "holder": {
                "code_type": "001",
                "code": row["credit_code"],
                "name": row["company_name"],
            },
            "fields": {
                name: value
                for name, value in {**row, "number": row["credit_code"]}.items()
                if name not in apart
            },
            "valid_from": row["valid_from"] or row["established_on"],
            "valid_to": row["valid_to"],
        },
        headers=instance.headers("issuer"),
    )
    assert answer.status_code == 201, answer.text


def test_number_that_is_in_force_is_refused_before_anything_is_on_record(
    country: Country,
) -> None:
    wuhu = country.wuhu
    row = wuhu.rows[0]
    wuhu.mint(1)
    case = opened(wuhu, "open-restaurant", {**SITUATION, "stage": "new"})
    decide_all(wuhu, case)
    rule = wuhu.services.outcomes.desk.result_of(wuhu.services.acceptance.view_case(case["case"]))
    assert rule is not None
    names = rule.given

    given = {name: row[name] for name in names} | {"number": wuhu.rows[1]["number"]}
    answer = settle(wuhu, case, given=given)

    assert answer.status_code == 409
    assert wuhu.rows[1]["number"] not in answer.text
    assert settle(wuhu, case, given={**given, "number": row["number"]}).status_code == 201


def test_case_whose_matter_leads_to_no_license_is_approved_without_one(country: Country) -> None:
    country.wuhu.mint()
    case = country.wuhu.open_case(country.wuhu.rows[0])
    decide_all(country.wuhu, case)

    answer = settle(country.wuhu, case)

    assert (answer.status_code, answer.json()["license"]) == (201, None)
    assert answer.json()["license_type"] is None


def test_rejected_case_leads_to_no_license_and_says_why(country: Country) -> None:
    _, case = renewal(country.wuhu)

    silent = settle(country.wuhu, case, outcome="reject")
    said = settle(country.wuhu, case, outcome="reject", note="现场核查不符合要求")
    later = settle(country.wuhu, case, given=GIVEN)

    assert silent.json()["code"] == "NOTE_REQUIRED"
    assert (said.status_code, said.json()["license"]) == (201, None)
    assert (later.status_code, later.json()["code"]) == (409, "OUTCOME_SETTLED")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"approver": "W001"}, "APPROVER_IS_OPERATOR"),
        ({"approver": None}, "APPROVER_IS_OPERATOR"),
        ({"approver": "W009"}, "ROLE_MISSING"),
        ({"given": {"operator": "另一名称（样例）"}}, "RESULT_FIELD"),
    ],
)
def test_outcome_that_may_not_be_is_refused(
    country: Country, body: dict[str, Any], code: str
) -> None:
    _, case = renewal(country.wuhu)

    assert settle(country.wuhu, case, **{"given": GIVEN, **body}).json()["code"] == code


def test_case_waits_for_its_required_materials(country: Country) -> None:
    country.wuhu.mint()
    case = opened(country.wuhu, RENEWAL, {"conditions": "same"})

    answer = settle(country.wuhu, case, given=GIVEN)
    read = country.wuhu.client.get(
        f"/api/v1/cases/{case['case']}/outcome", headers=country.wuhu.headers("window")
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "MATERIALS_OPEN")
    assert "food-business-license" in answer.json()["materials"]
    assert (read.status_code, read.json()["code"]) == (404, "OUTCOME_NOT_FOUND")


def test_nothing_is_decided_on_a_material_once_the_case_is_settled(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    case = opened(wuhu, "open-restaurant", {**SITUATION, "sign": "yes"})
    optional = "sign-consent"
    decide_all(
        wuhu,
        {**case, "materials": [item for item in case["materials"] if item["code"] != optional]},
    )

    settled = settle(wuhu, case)
    late = post(
        wuhu,
        f"/cases/{case['case']}/materials/{optional}/decision",
        {"form": "paper", "voluntary": True},
    )

    assert settled.status_code == 201, settled.text
    assert (late.status_code, late.json()["rule"]) == (409, "material_decisions_case_open")
