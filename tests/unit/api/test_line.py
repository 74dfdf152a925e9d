"""The whole line over HTTP: mint, verify in the other region, revoke, refuse the paper."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.instance_parts import BAOJI, WUHU, trust_list, url_of
from tests.instances import Country

REVOCATION = {
    "kind": "revoked",
    "effective_at": "2026-03-18T12:00:00+08:00",
    "decision_no": "芜市监罚〔2026〕1号",
    "reason": "《食品安全法》第一百二十四条",
}


def test_license_of_one_region_passes_in_the_other(country: Country) -> None:
    license = country.wuhu.mint()

    report = country.baoji.verify(country.wuhu.file(str(license["identifier"])))

    assert report["conclusion"] == "passed", report
    assert report["zh"] == "印章真实；证照有效"


def test_revoked_license_fails_and_says_so(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    pdf = country.wuhu.file(license)

    answer = country.wuhu.client.post(
        f"/api/v1/licenses/{license}/status",
        json=REVOCATION,
        headers=country.wuhu.headers("issuer"),
    )
    country.clock.advance(timedelta(seconds=1))
    report = country.baoji.verify(pdf)

    assert answer.status_code == 201
    assert answer.json()["term"] == "吊销"
    assert report["conclusion"] == "failed"
    assert report["conclusion_at_sealing"] == "passed"
    assert report["zh"] == "印章真实；证照已于 2026-03-18 吊销"


def test_revoking_twice_conflicts(country: Country) -> None:
    path = f"/api/v1/licenses/{country.wuhu.mint()['identifier']}/status"
    headers = country.wuhu.headers("issuer")

    country.wuhu.client.post(path, json=REVOCATION, headers=headers)
    again = country.wuhu.client.post(path, json=REVOCATION, headers=headers)

    assert again.status_code == 409
    assert again.json()["code"] == "ILLEGAL_TRANSITION"
    assert again.json()["detail"] == "吊销的证照不能改为吊销"


def test_changed_byte_fails(country: Country) -> None:
    pdf = bytearray(country.wuhu.file(str(country.wuhu.mint()["identifier"])))
    pdf[len(pdf) // 3] ^= 1

    assert country.baoji.verify(bytes(pdf))["conclusion"] == "failed"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda _: b"no pdf at all", "文件不是 PDF"),
        (lambda _: b"", "文件是空的"),
        (lambda pdf: pdf[: len(pdf) // 2], "末尾缺失"),
        (lambda pdf: pdf + b"more", "末尾被追加了 4 字节"),
    ],
)
def test_bad_file_is_a_verdict(
    country: Country, spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    pdf = country.wuhu.file(str(country.wuhu.mint()["identifier"]))

    report = country.baoji.verify(spoil(pdf))

    assert report["conclusion"] == "failed"
    assert sentence in str(report["zh"])


def test_region_outside_the_trust_list_is_indeterminate(country: Country) -> None:
    pdf = country.wuhu.file(str(country.wuhu.mint()["identifier"]))
    country.trust.data = trust_list(BAOJI)

    assert country.baoji.verify(pdf)["conclusion"] == "indeterminate"


def test_silent_region_is_indeterminate(country: Country) -> None:
    pdf = country.wuhu.file(str(country.wuhu.mint()["identifier"]))
    country.post.silent.add(url_of(WUHU))

    assert country.baoji.verify(pdf)["conclusion"] == "indeterminate"


def test_status_answer_is_the_same_for_anybody(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    nonce = "0123456789abcdef" * 2

    answer = country.wuhu.client.get(f"/api/v1/licenses/{license}/status?nonce={nonce}")
    row = country.wuhu.rows[0]

    assert answer.json()["payload"]["status"] == "active"
    assert answer.json()["payload"]["nonce"] == nonce
    assert row["operator"] not in answer.text
    assert row["credit_code"] not in answer.text


@pytest.mark.parametrize("nonce", ["", "0" * 31, "0" * 33, "Z" * 32])
def test_status_answer_needs_a_nonce_of_the_asker(country: Country, nonce: str) -> None:
    path = f"/api/v1/licenses/1.2.156.3005.2/status?nonce={nonce}"
    assert country.wuhu.client.get(path).status_code == 422


def test_unknown_license_is_answered_as_unknown(country: Country) -> None:
    answer = country.wuhu.client.get(f"/api/v1/licenses/1.2.3/status?nonce={'0' * 32}")
    assert answer.json()["payload"]["status"] == "unknown"


def test_reason_of_a_revocation_holds_no_citizen_number(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]

    answer = country.wuhu.client.post(
        f"/api/v1/licenses/{license}/status",
        json=REVOCATION | {"reason": "当事人 34020019000101001X"},
        headers=country.wuhu.headers("issuer"),
    )

    assert answer.status_code == 422
    assert "34020019000101001X" not in answer.text
