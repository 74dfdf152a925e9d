"""Licenses of a holder through the sharing family: for whom, and what stays on record."""

import json
import logging
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from certs.catalogue import Catalogue
from certs.identifiers import LicenseTypeCode
from certs.type_folders import shipped_type
from storage.showings import SqlUsages
from tests.instances import Country
from tests.sharing import CAUSE, CITIZEN, TYPE, Asker, holder, known, uses, window


def test_an_issuer_finds_the_licenses_of_a_holder_by_both_codes(
    issuer: Asker, country: Country, license: str
) -> None:
    country.wuhu.mint(1)
    asked = {
        "certificateHolderCode": country.wuhu.rows[0]["credit_code"],
        "certificateTypeCode": TYPE,
        "useCause": CAUSE,
    }

    (found,) = issuer.data("getDataByHolder", asked)["certificates"]

    assert found["certificateIdentifier"] == license
    assert found["certificateHolderName"] == country.wuhu.rows[0]["operator"]
    assert found["standing"] == {"result": 0, "message": "正确且有效"}
    (use,) = uses(country, license)
    assert (use.user, use.basis, use.purpose) == ("I001", "register", CAUSE)
    assert "certificateHolderName" in use.fields


def test_an_answer_is_spelled_as_its_question(
    issuer: Asker, country: Country, license: str
) -> None:
    asked = {"CZZTDM": country.wuhu.rows[0]["credit_code"], "ZZLXDM": TYPE, "useCause": CAUSE}

    (found,) = issuer.data("zzjs", asked)["certificates"]

    assert (found["ZZBS"], found["CZZT"]) == (license, country.wuhu.rows[0]["operator"])
    assert "certificateIdentifier" not in found


def test_what_is_missing_is_named(issuer: Asker, country: Country, license: str) -> None:
    asked = {**holder(country), "certificateTypeCode": TYPE, "useCause": CAUSE}
    for lacks in ("certificateHolderCode", "certificateTypeCode", "useCause"):
        found = issuer.answer("zzjs", {key: asked[key] for key in asked if key != lacks})

        assert found["head"]["status"] == 4
        assert lacks in found["head"]["message"]
        assert found["data"] == {}
    assert uses(country, license) == ()


WRONG: tuple[dict[str, str], ...] = (
    {"certificateHolderCode": "92340202YX0000009K"},
    {"certificateHolderCode": CITIZEN},
    {"certificateHolderCode": "x"},
    {"certificateHolderTypeCode": "111"},
    {"certificateHolderTypeCode": "777"},
    {"certificateTypeCode": "11100000MB9TXY0149999"},
    {"certificateTypeCode": "food_business"},
    {"useCause": "事由" * 200},
    {"useCause": f"为 {CITIZEN} 办理"},
)


def test_a_wrong_parameter_is_said_to_be_one_and_not_repeated(
    issuer: Asker, country: Country, license: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    right = {**holder(country), "certificateTypeCode": TYPE, "useCause": CAUSE}
    for changes in WRONG:
        found = issuer.answer("zzjs", right | changes)

        assert found["head"]["status"] == 4, changes
        (given,) = changes.values()
        assert given not in json.dumps(found, ensure_ascii=False) or len(given) < 4
    assert CITIZEN not in caplog.text
    assert uses(country, license) == ()


def test_nobody_found_is_no_record(issuer: Asker, country: Country, license: str) -> None:
    asked = {"certificateTypeCode": TYPE, "useCause": CAUSE}

    assert license
    assert issuer.status("zzjs", {**holder(country, 1), **asked}) == 3
    another = {**holder(country), "certificateHolderName": "别的店"}
    assert issuer.status("zzjs", {**another, **asked}) == 3


def test_a_window_finds_what_its_case_found_and_nothing_else(
    country: Country, license: str
) -> None:
    country.wuhu.mint(1)
    asker = window(country)
    case = str(country.wuhu.open_case(country.wuhu.rows[0])["case"])
    asked = {**holder(country), "certificateTypeCode": TYPE}

    (found,) = asker.data("zzjs", {**asked, "case": case})["certificates"]
    assert found["certificateIdentifier"] == license
    by_head = asker.data("zzjs", asked, projectInfo={"projectNo": case})["certificates"]
    assert [item["certificateIdentifier"] for item in by_head] == [license]

    for refused in (asked, {**asked, "case": "C" + "A" * 20}):
        assert asker.status("zzjs", refused) == 1
    other = {**asked, **holder(country, 1), "case": case}
    assert asker.status("zzjs", other) == 1
    use = uses(country, license)[0]
    assert (use.user, use.basis, case in use.purpose) == ("W001", "case", True)


def test_a_case_shows_a_window_licenses_of_the_type_alone(country: Country, license: str) -> None:
    assert license
    food = shipped_type("food_business")
    folder = food.folder.parents[1] / "other" / "1"
    other = replace(food, folder=folder, code=LicenseTypeCode("11100000MB9TXY0149002"))
    services = replace(country.wuhu.services, catalogue=Catalogue.of((food, other)))
    case = str(country.wuhu.open_case(country.wuhu.rows[0])["case"])
    asked = {**holder(country), "case": case}
    with TestClient(create_app(services)) as client:
        statuses = [
            client.post(
                "/api/v1/share/zzjs",
                json={"data": {**asked, "certificateTypeCode": str(item.code)}},
                headers=country.wuhu.headers("window"),
            ).json()["head"]["status"]
            for item in (food, other)
        ]

    assert statuses == [0, 3]


def test_no_data_leave_when_the_use_cannot_be_written(
    country: Country, license: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(SqlUsages, "add", fail)
    asked = {**known(country, license), "certificateTypeCode": TYPE, "useCause": CAUSE}
    with TestClient(create_app(country.wuhu.services), raise_server_exceptions=False) as client:
        for name in ("zzjs", "zzysj", "zzxxyz", "zzdzxz", "zzxxxz"):
            answer = client.post(
                f"/api/v1/share/{name}",
                json={"data": asked},
                headers=country.wuhu.headers("issuer"),
            )

            assert answer.status_code == 500, name
            assert country.wuhu.rows[0]["operator"] not in answer.text
