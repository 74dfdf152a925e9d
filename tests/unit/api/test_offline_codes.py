"""A holder takes a code along; anybody judges it, and gets what it takes to judge without us."""

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from certs.offline_codes import MARK, OfflineCode, to_address
from certs.status_lists.tokens import StatusListToken
from signing import cose
from signing.holder_proofs import prove
from tests.instances import Country, Instance
from tests.nurses import Nurse, licensed_nurse
from tests.offline_codes import phone, point_of
from tests.published_lists import publish_lists
from tests.unit.api.test_pages import csrf_of, sign_in

DEVICE = base64.b64encode(point_of(phone())).decode()
URL = "/api/v1/display-codes/offline"


@pytest.fixture
def nurse(country: Country) -> Nurse:
    return licensed_nurse(country.wuhu)


def _take(wuhu: Instance, nurse: Nurse, **wanted: object) -> dict[str, object]:
    body = {"license": nurse.license, "device": DEVICE, **wanted}
    answer = wuhu.client.post(URL, json=body, headers=nurse.headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _shown(told: dict[str, object], *, at: datetime, by: int = 0) -> str:
    code = OfflineCode.of_address(str(told["url"]))
    proof = prove(code.encoded, key=phone(by), at=at)
    return to_address(proof, public_url="http://x.test")


def _page(wuhu: Instance, text: str) -> str:
    answer = wuhu.client.post("/verify/code", data={"text": text})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_what_a_phone_shows_passes_in_the_region_and_in_another(
    country: Country, nurse: Nurse
) -> None:
    told = _take(country.wuhu, nurse, fields=["certificateHolderName", "age-over-18"])

    for instance in (country.wuhu, country.baoji):
        page = _page(instance, _shown(told, at=country.clock.now()))
        assert "核验通过" in page
        assert nurse.row["name"] in page
        assert "已满18周岁" in page


def test_it_says_what_was_chosen_and_masks_the_name_otherwise(
    country: Country, nurse: Nurse
) -> None:
    told = _take(country.wuhu, nurse, fields=["age-over-18"])
    claims = OfflineCode.of_address(str(told["url"])).claims

    assert told["fields"] == [["已满18周岁", "是"]]
    assert claims.fields == (("已满18周岁", "是"),)
    assert nurse.row["name"] not in str(told)
    assert nurse.row["born_on"] not in repr(claims)
    assert told["is_bound"] is True


def test_a_screenshot_fails_and_shows_nothing(country: Country, nurse: Nurse) -> None:
    told = _take(country.wuhu, nurse, fields=["certificateHolderName"])
    for text in (
        str(told["url"]),
        _shown(told, by=1, at=country.clock.now()),
        _shown(told, at=country.clock.now() - timedelta(minutes=5)),
    ):
        page = _page(country.wuhu, text)

        assert "核验不通过" in page
        assert nurse.row["name"] not in page


def test_a_code_of_no_device_lasts_ten_minutes_and_says_so(country: Country, nurse: Nurse) -> None:
    told = _take(country.wuhu, nurse, device="")
    claims = OfflineCode.of_address(str(told["url"])).claims

    assert claims.expires_at - claims.issued_at == timedelta(minutes=10)
    assert "没有与设备绑定" in _page(country.wuhu, str(told["url"]))


def test_a_suspended_license_fails_and_gives_no_code(country: Country) -> None:
    nurse = licensed_nurse(country.wuhu)
    told = _take(country.wuhu, nurse)
    country.wuhu.suspend(nurse.license)

    assert "核验不通过" in _page(country.wuhu, _shown(told, at=country.clock.now()))
    answer = country.wuhu.client.post(URL, json={"license": nurse.license}, headers=nurse.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "OFFLINE_CODE_REFUSED")
    assert "无效" in answer.json()["detail"]


def test_nobody_takes_along_what_is_another_s(country: Country, nurse: Nurse) -> None:
    wuhu = country.wuhu
    answers = {
        name: wuhu.client.post(URL, json={"license": nurse.license}, headers=headers).status_code
        for name, headers in {
            "citizen": wuhu.citizen(1),
            "window": wuhu.headers("window"),
            "issuer": wuhu.headers("issuer"),
            "nobody": {},
        }.items()
    }

    assert answers == {"citizen": 404, "window": 403, "issuer": 403, "nobody": 401}


@pytest.mark.parametrize("device", ["x", "AAAA", base64.b64encode(b"\4" + bytes(64)).decode()])
def test_what_is_no_key_is_refused(country: Country, nurse: Nurse, device: str) -> None:
    body = {"license": nurse.license, "device": device}

    assert country.wuhu.client.post(URL, json=body, headers=nurse.headers).status_code == 422


def test_fields_beyond_a_code_are_refused_in_words(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    record = json.loads(country.wuhu.file(license, "json"))
    everything = [*(name for name in record if name.startswith("certificate")), *record["fields"]]
    answer = country.wuhu.client.post(
        URL, json={"license": license, "fields": everything}, headers=country.wuhu.citizen()
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "OFFLINE_CODE_REFUSED")


def test_without_scripts_the_page_shows_a_code_of_no_device(country: Country, nurse: Nurse) -> None:
    wuhu = country.wuhu
    sign_in(wuhu, nurse.token)
    page = wuhu.client.get(f"/me/licenses/{nurse.license}").text
    answer = wuhu.client.post(
        f"/me/licenses/{nurse.license}/offline",
        data={"csrf": csrf_of(page), "fields": "age-over-18"},
    )
    wuhu.client.cookies.clear()

    assert answer.status_code == 200
    assert "<svg" in answer.text
    assert "没有与设备绑定" in answer.text


def test_the_holder_sees_that_it_was_taken_along(country: Country, nurse: Nurse) -> None:
    _take(country.wuhu, nurse, fields=["age-over-16"])
    answer = country.wuhu.client.get("/api/v1/usages", headers=nurse.headers).json()

    assert answer["uses"][0]["basis"] == "offline-code"
    assert answer["uses"][0]["fields"] == ["age-over-16"]


def test_the_code_itself_is_in_no_report(country: Country, nurse: Nurse) -> None:
    told = _take(country.wuhu, nurse, fields=["certificateHolderName"])
    answer = country.wuhu.client.post(
        "/api/v1/verifications", json={"code": _shown(told, at=country.clock.now())}
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["conclusion"] == "passed"
    assert nurse.row["name"] not in answer.text


# Grounds -------------------------------------------------------------------------------------

GROUNDS = "/api/v1/offline-verification"


def test_grounds_name_the_keys_that_sign_codes_and_lists_of_every_region(country: Country) -> None:
    told = country.baoji.client.get(GROUNDS).json()
    by_code = {item["code"]: item for item in told["regions"]}

    assert by_code.keys() >= {"340200", "610300"}
    for region in by_code.values():
        assert {key["role"] for key in region["keys"]} == {"record", "status"}
        assert all(len(key["key"]) == 130 and len(key["kid"]) == 16 for key in region["keys"])
        assert datetime.fromisoformat(region["until"]) > country.clock.now()


def test_a_status_list_comes_as_its_region_published_it(
    country: Country, nurse: Nurse, tmp_path: Path
) -> None:
    assert nurse.license
    publish_lists(country.wuhu, tmp_path)
    told = country.baoji.client.get(GROUNDS).json()
    wuhu = next(item for item in told["regions"] if item["code"] == "340200")
    ((name, address),) = wuhu["status_lists"].items()
    token = StatusListToken.parse(country.baoji.client.get(address).content)

    assert token.uri == name
    assert {key["kid"] for key in wuhu["keys"]} >= {token.key_id.hex()}


@pytest.mark.parametrize("path", ["340200/status-lists/15", "110000/status-lists/0"])
def test_a_list_that_nobody_has_is_not_found(country: Country, path: str) -> None:
    answer = country.wuhu.client.get(f"{GROUNDS}/{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "STATUS_LIST_NOT_FOUND")


def test_grounds_hold_the_issuer_s_key_of_a_code(country: Country, nurse: Nurse) -> None:
    told = _take(country.wuhu, nurse)
    signed = OfflineCode.of_address(str(told["url"])).signed
    grounds = country.baoji.client.get(GROUNDS).json()
    keys = {key["kid"]: key for region in grounds["regions"] for key in region["keys"]}

    assert keys[signed.key_id.hex()]["role"] == "record"
    assert MARK in str(told["url"])
    assert cose.to_text(OfflineCode.of_address(str(told["url"])).encoded) in str(told["url"])
