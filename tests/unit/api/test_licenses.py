from typing import Any

import pytest

from certs.access import AccessGrant, CallerRole
from tests.instance_parts import body_of
from tests.instances import Country


def post(country: Country, body: dict[str, Any], key: str = "") -> Any:  # noqa: ANN401 - a response
    headers = country.wuhu.headers("issuer") | ({"Idempotency-Key": key} if key else {})
    return country.wuhu.client.post("/api/v1/licenses", json=body, headers=headers)


def test_issued_license_can_be_read_in_all_its_files(country: Country) -> None:
    issued = country.wuhu.mint()
    headers = country.wuhu.headers("issuer")
    files = issued["files"]
    assert isinstance(files, dict)

    kinds = {
        name: country.wuhu.client.get(address, headers=headers) for name, address in files.items()
    }

    assert issued["version"] == 1
    assert kinds["pdf"].content.startswith(b"%PDF-")
    assert kinds["json"].json()["certificateIdentifier"] == issued["identifier"]
    assert kinds["p7s"].content[0] == 0x30
    assert kinds["pdf"].headers["content-type"] == "application/pdf"
    assert kinds["pdf"].headers["cache-control"] == "no-store"


def test_same_key_leads_to_the_same_license(country: Country) -> None:
    first = country.wuhu.mint(key="k1")
    again = country.wuhu.mint(key="k1")
    assert again == first


def test_without_a_key_the_number_counts_once(country: Country) -> None:
    country.wuhu.mint()
    again = post(country, body_of(country.wuhu.rows[0]))

    assert again.status_code == 409
    assert again.json()["code"] == "DUPLICATE_LICENSE"


def test_key_of_another_license_is_refused(country: Country) -> None:
    country.wuhu.mint(0, key="k1")
    other = post(country, body_of(country.wuhu.rows[1]), key="k1")

    assert other.status_code == 422
    assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_keys_of_two_people_do_not_meet(country: Country) -> None:
    first = country.wuhu.mint(0, key="k1")["identifier"]
    other = country.wuhu.bearer(AccessGrant(person="I002", role=CallerRole.ISSUER))

    second = country.wuhu.client.post(
        "/api/v1/licenses",
        json=body_of(country.wuhu.rows[1]),
        headers=other | {"Idempotency-Key": "k1"},
    )

    assert second.status_code == 201
    assert second.json()["identifier"] != first


def test_every_wrong_field_is_named(country: Country) -> None:
    body = body_of(country.wuhu.rows[0])
    fields = body["fields"]
    assert isinstance(fields, dict)
    fields |= {"hotline": "", "legal_representative": "张𫍯三\ue000"}
    body["valid_to"] = "2026-02-30"
    body["holder"] = {"code_type": "001", "code": "92340202YX00000091", "name": "甲"}

    answer = post(country, body)
    problems = {item["field"]: item for item in answer.json()["problems"]}

    assert answer.status_code == 422
    assert answer.json()["code"] == "INVALID_APPLICATION"
    assert problems.keys() == {"hotline", "legal_representative", "valid_to", "credit_code"}
    assert problems["valid_to"]["code"] == "impossible-date"
    assert problems["credit_code"]["code"] == "wrong-check-character"
    assert problems["hotline"].keys() == {"field", "label", "value", "code", "zh", "en"}
    assert problems["legal_representative"]["value"][1] == "*"


def test_holder_of_a_kind_that_the_type_lacks_is_refused(country: Country) -> None:
    body = body_of(country.wuhu.rows[0])
    body["holder"] = {"code_type": "111", "code": "34020019900101001X", "name": "甲"}

    answer = post(country, body)

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "holder.code_type"


def test_field_with_two_values_is_refused(country: Country) -> None:
    body = body_of(country.wuhu.rows[0]) | {"number": "JY23402020000018"}
    answer = post(country, body)

    assert answer.json()["code"] == "CONTRADICTING_FIELDS"
    assert answer.json()["field"] == "number"


def test_number_may_stand_outside_the_fields(country: Country) -> None:
    body = body_of(country.wuhu.rows[0])
    fields = body["fields"]
    assert isinstance(fields, dict)
    body["number"] = fields.pop("number")
    body["issued_on"] = fields.pop("issued_on")

    assert post(country, body).status_code == 201


def test_unknown_type_is_refused(country: Country) -> None:
    answer = post(country, body_of(country.wuhu.rows[0]) | {"type": "passport"})
    assert answer.json()["code"] == "UNKNOWN_LICENSE_TYPE"


def test_list_is_read_page_by_page(country: Country) -> None:
    minted = [country.wuhu.mint(number)["identifier"] for number in range(3)]
    headers = country.wuhu.headers("issuer")

    first = country.wuhu.client.get("/api/v1/licenses?limit=2", headers=headers).json()
    second = country.wuhu.client.get(
        f"/api/v1/licenses?limit=2&after={first['next']}", headers=headers
    ).json()

    shown = [item["identifier"] for item in first["licenses"] + second["licenses"]]
    assert shown == minted[::-1]
    assert second["next"] is None


def test_history_has_both_times(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    history = country.wuhu.client.get(
        f"/api/v1/licenses/{license}/history", headers=country.wuhu.headers("issuer")
    ).json()

    assert [item["kind"] for item in history["events"]] == ["active"]
    assert history["events"][0]["effective_at"] < history["events"][0]["recorded_at"]


@pytest.mark.parametrize("kind", ["pdf", "json", "p7s"])
def test_window_reads_a_license_for_a_case_alone(country: Country, kind: str) -> None:
    license = country.wuhu.mint()["identifier"]
    other = country.wuhu.mint(1)["identifier"]
    case = country.wuhu.open_case(country.wuhu.rows[0])["case"]
    headers = country.wuhu.headers("window")

    def read(identifier: object, query: str) -> Any:  # noqa: ANN401 - a response
        return country.wuhu.client.get(
            f"/api/v1/licenses/{identifier}/files/{kind}{query}", headers=headers
        )

    assert read(license, f"?case={case}").status_code == 200
    for refused in (read(license, ""), read(other, f"?case={case}")):
        assert refused.status_code == 403
        assert refused.json()["code"] == "BASIS_MISSING"
    with country.wuhu.services.unit_of_work() as work:
        uses = work.usages.of_license(str(license))
    assert (uses[0].user, uses[0].basis, uses[0].fields) == ("W001", "case", (f"license.{kind}",))
    assert str(case) in uses[0].purpose


def test_license_types_name_their_fields(country: Country) -> None:
    types = country.wuhu.client.get("/api/v1/license-types").json()

    by_name = {item["type"]: item for item in types}
    food = by_name["food_business"]
    fields = {item["name"]: item for item in food["fields"]}
    assert fields["credit_code"]["element"] == "certificateHolderCode"
    assert fields["business_form"]["code_list"][1] == {"code": "2", "label": "餐饮服务经营者"}
    assert (food["version"], food["management"]["lookup_by_number"]) == (1, True)
    assert "rescinded" in food["management"]["moves"]
    assert not by_name["birth_certificate"]["management"]["lookup_by_number"]


def test_issuer_sees_the_seals_in_use(country: Country) -> None:
    answer = country.wuhu.client.get("/api/v1/seals", headers=country.wuhu.headers("issuer"))

    (seal,) = answer.json()
    assert seal["code"] == "34020000000001"
    assert seal["valid_from"] < seal["valid_to"]
    assert country.wuhu.client.get("/api/v1/seals").status_code == 401
    window = country.wuhu.headers("window")
    assert country.wuhu.client.get("/api/v1/seals", headers=window).status_code == 403
