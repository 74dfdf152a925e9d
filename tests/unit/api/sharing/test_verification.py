"""信息验证 and 文件验证: what is told, and what nobody can guess."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from api.sharing_checks import MOST_MISMATCHES
from tests.instance_parts import body_of
from tests.instances import Country
from tests.sharing import (
    TYPE,
    Asker,
    citizen,
    known,
    revoke,
    uses,
    window,
)


def result(asker: Asker, data: dict[str, Any], name: str = "zzxxyz") -> int:
    return int(asker.data(name, data)["result"])


def test_what_is_right_is_right_by_the_status_of_the_license(
    country: Country, license: str
) -> None:
    asker = window(country)
    row = country.wuhu.rows[0]
    full = known(country, license) | {
        "certificateExpiringDate": row["valid_to"].replace("-", ""),
        "KZ_FDDBR": row["legal_representative"],
        "legal_representative": row["legal_representative"],
    }

    assert result(asker, full, "verifyCertInfo") == 0
    revoke(country, license, "suspended")
    assert result(asker, full, "verifyCertInfo") == 2
    revoke(country, license, "revoked")
    assert result(asker, full, "verifyCertInfo") == 3
    use = uses(country, license)[0]
    assert (use.user, use.basis) == ("W001", "info-check")
    assert {"certificateHolderCode", "legal_representative"} <= set(use.fields)


def test_metadata_may_stand_apart_and_be_found_by_number(
    issuer: Asker, country: Country, license: str
) -> None:
    row = country.wuhu.rows[0]
    inner = {
        "ZZBH": row["number"],
        "ZZLXDM": TYPE,
        "CZZT": row["operator"],
        "CZZTDM": row["credit_code"],
        "ZZYXQJZRQ": "",
        "BZ": "vendors add what they like",
    }

    found = issuer.data("zzxxyz", {"metadata": inner, "useCause": "复核"})

    assert (found["result"], found["message"]) == (0, "正确且有效")
    assert set(found["compared"]) == {"ZZBH", "ZZLXDM", "CZZT", "CZZTDM"}
    assert found["notCompared"] == ["BZ"]
    assert uses(country, license)[0].purpose == "复核"


def test_what_is_wrong_is_wrong_and_nobody_is_told_where(
    issuer: Asker, country: Country, license: str
) -> None:
    row = country.wuhu.rows[0]
    right = known(country, license)
    answers = [
        issuer.data("zzxxyz", right | changes)
        for changes in (
            {"certificateHolderName": "别的店"},
            {"certificateHolderCode": country.wuhu.rows[1]["credit_code"]},
            {"certificateExpiringDate": "2030-01-01"},
            {"legal_representative": row["legal_representative"] + "某"},
        )
    ]

    assert [item["result"] for item in answers] == [6, 6, 6, 6]
    for item in answers:
        assert row["operator"] not in json.dumps(item, ensure_ascii=False)
        assert row["valid_to"] not in json.dumps(item)
    assert {use.basis for use in uses(country, license)} == {"info-mismatch"}
    revoke(country, license)
    assert result(issuer, right | {"certificateHolderName": "别的店"}) == 6


def test_what_a_license_leaves_empty_is_not_whatever_somebody_says(
    issuer: Asker, country: Country
) -> None:
    row = {name: item for name, item in country.wuhu.rows[0].items() if name != "supervisors"}
    answer = country.wuhu.client.post("/api/v1/licenses", json=body_of(row), headers=issuer.headers)
    right = known(country, answer.json()["identifier"])

    assert result(issuer, right) == 0
    assert result(issuer, right | {"KZ_RCJDGLRY": "赵样安"}) == 6


def test_without_the_holder_nothing_of_a_license_is_confirmed(
    issuer: Asker, country: Country, license: str
) -> None:
    right = known(country, license) | {"legal_representative": "赵样安"}
    for lacks in known(country, license):
        rest = {key: item for key, item in right.items() if key != lacks}
        assert result(issuer, rest) == 4
        assert result(issuer, rest | {lacks: "  "}) == 4
    assert uses(country, license) == ()


def test_a_license_that_is_not_here_is_not_found(issuer: Asker, country: Country) -> None:
    elsewhere = str(country.baoji.mint()["identifier"])

    for identifier in (elsewhere, "1.2.3"):
        assert result(issuer, known(country, identifier)) == 5
    assert issuer.status("zzxxyz", {"metadata": {f"k{n}": "v" for n in range(200)}}) == 4
    twice = known(country, elsewhere) | {"CZZT": "别的店"}
    assert issuer.status("zzxxyz", twice) == 4


def test_whoever_guesses_is_soon_told_nothing_more(
    issuer: Asker, country: Country, license: str
) -> None:
    right = known(country, license)
    wrong = right | {"legal_representative": "某某"}
    for _ in range(MOST_MISMATCHES):
        assert result(issuer, wrong) == 6

    for data in (wrong, right):
        found = issuer.answer("zzxxyz", data)
        assert (found["head"]["status"], found["data"]) == (1, {})
    assert result(window(country), right) == 0
    other = str(country.wuhu.mint(1)["identifier"])
    assert result(issuer, known(country, other, 1)) == 0
    country.clock.advance(timedelta(days=1, seconds=1))
    assert result(issuer, right) == 0


def encoded(data: bytes) -> dict[str, str]:
    return {"content": base64.encodebytes(data).decode("ascii"), "contentType": "base64"}


@pytest.mark.parametrize(("name", "kind"), [("zzwjyz", "pdf"), ("verifyFile", "ofd")])
def test_a_genuine_file_passes_until_its_license_ends(
    name: str, kind: str, country: Country, license: str
) -> None:
    data = country.wuhu.file(license, kind)
    for asker in (Asker(country), window(country), citizen(country)):
        found = asker.data(name, encoded(data))
        assert (found["result"], found["resultName"], found["conclusion"]) == (0, "通过", "passed")

    middle = len(data) // 2
    altered = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    assert Asker(country).data(name, encoded(altered))["result"] in {1, 2}
    assert Asker(country).data(name, encoded(b"no license"))["result"] == 2
    revoke(country, license)
    ended = Asker(country).data(name, encoded(data))
    assert (ended["result"], "吊销" in ended["message"]) == (2, True)


def test_what_nobody_could_decide_is_no_result(country: Country) -> None:
    pdf = country.baoji.file(str(country.baoji.mint()["identifier"]))
    assert Asker(country).data("verifyFile", encoded(pdf))["result"] == 0
    country.post.silent.add("http://610300.test")

    found = Asker(country).answer("verifyFile", encoded(pdf))

    assert found["head"]["status"] == 2
    assert found["head"]["message"].startswith("未得出结论")
    assert found["data"]["conclusion"] == "indeterminate"
    assert "result" not in found["data"]


def test_content_that_is_no_base64_is_refused(issuer: Asker) -> None:
    refused: tuple[dict[str, object], ...] = (
        {},
        {"content": ""},
        {"content": "不是"},
        {"content": "JVBERi0", "contentType": "base64"},
        {"content": "JVBERg==", "contentType": "hex"},
        {"content": ["JVBERg=="]},
    )

    assert [issuer.status("verifyFile", data) for data in refused] == [4] * len(refused)
