"""Changes of status and new versions over HTTP."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from signing.algorithms import sm3
from tests.instance_parts import body_of
from tests.instances import Country

NONCE = "0" * 32


def _change(country: Country, license: object, **body: object) -> Any:  # noqa: ANN401 - a response
    base = {"decision_no": "样〔2026〕1号", "reason": "样例理由"}
    return country.wuhu.client.post(
        f"/api/v1/licenses/{license}/status",
        json=base | body,
        headers=country.wuhu.headers("issuer"),
    )


def _stands(country: Country, license: object, **query: str) -> str:
    answer = country.wuhu.client.get(
        f"/api/v1/licenses/{license}/status", params={"nonce": NONCE, **query}
    )
    assert answer.status_code == 200, answer.text
    status: str = json.loads(answer.content)["payload"]["status"]
    return status


def _shown(country: Country, license: object) -> dict[str, Any]:
    answer = country.wuhu.client.get(
        f"/api/v1/licenses/{license}", headers=country.wuhu.headers("issuer")
    )
    shown: dict[str, Any] = answer.json()
    return shown


def test_a_change_for_later_changes_nothing_until_its_time(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    later = country.clock.now() + timedelta(days=2)

    answer = _change(country, license, kind="revoked", effective_at=later.isoformat())

    assert answer.status_code == 201, answer.text
    assert _stands(country, license) == _shown(country, license)["status"] == "active"
    assert _stands(country, license, at=later.isoformat()) == "revoked"


def test_what_was_known_then_is_told_when_asked(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    before = country.clock.now().isoformat()
    country.clock.advance(timedelta(hours=1))
    _change(country, license, kind="revoked", effective_at=before)

    assert _stands(country, license, at=before) == "revoked"
    assert _stands(country, license, at=before, known=before) == "active"


def test_a_reversal_needs_another_person_and_restores(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    _change(country, license, kind="revoked")

    alone = _change(country, license, kind="reversed", event=2, approver="I001")
    assert (alone.status_code, alone.json()["code"]) == (409, "SECOND_PERSON_MISSING")
    done = _change(country, license, kind="reversed", event=2, approver="I002")

    assert (done.status_code, done.json()["kind"]) == (201, "active")
    assert _stands(country, license) == "active"
    history = country.wuhu.client.get(
        f"/api/v1/licenses/{license}/history", headers=country.wuhu.headers("issuer")
    ).json()["events"]
    assert [item["number"] for item in history] == [1, 2, 3]
    assert history[2]["overturns"] == 2


def test_a_plan_is_called_off(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    later = (country.clock.now() + timedelta(days=2)).isoformat()
    _change(country, license, kind="revoked", effective_at=later)

    assert _change(country, license, kind="called_off", event=2).status_code == 201
    assert _stands(country, license, at=later) == "active"


@pytest.mark.parametrize(
    "body", [{"kind": "reversed"}, {"kind": "revoked", "event": 2}, {"kind": "superseded"}], ids=str
)
def test_bodies_that_contradict_themselves_are_refused(
    country: Country, body: dict[str, object]
) -> None:
    license = country.wuhu.mint()["identifier"]

    assert _change(country, license, **body).status_code == 422


def test_one_call_leads_from_approval_to_the_sealed_next_version(country: Country) -> None:
    old = country.wuhu.mint()["identifier"]
    body = body_of(country.wuhu.rows[0]) | {"replaces": old}

    def post() -> Any:  # noqa: ANN401 - a response
        return country.wuhu.client.post(
            "/api/v1/licenses?include=pdf,ofd",
            json=body,
            headers=country.wuhu.headers("issuer") | {"Idempotency-Key": "renewal"},
        )

    answer = post()

    assert answer.status_code == 201, answer.text
    new = answer.json()
    assert new["version"] == 2
    assert new["inline"].keys() == {"pdf", "ofd"}
    for kind, media_type in (("pdf", "application/pdf"), ("ofd", "application/ofd")):
        file = new["inline"][kind]
        content = base64.b64decode(file["content"])
        assert content == country.wuhu.file(new["identifier"], kind)
        assert (file["sm3"], file["media_type"]) == (sm3(content).hex(), media_type)
    assert _shown(country, old)["status"] == "superseded"
    assert _shown(country, new["identifier"])["replaces"] == old
    assert post().json() == new
    assert country.wuhu.verify(country.wuhu.file(new["identifier"]))["conclusion"] == "passed"
    other = country.wuhu.client.post(
        "/api/v1/licenses",
        json=body_of(country.wuhu.rows[0]) | {"replaces": new["identifier"]},
        headers=country.wuhu.headers("issuer") | {"Idempotency-Key": "renewal"},
    )
    assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_without_include_no_file_comes_back(country: Country) -> None:
    assert "inline" not in country.wuhu.mint()


def test_another_holders_license_is_not_replaced(country: Country) -> None:
    old = country.wuhu.mint(0)["identifier"]
    answer = country.wuhu.client.post(
        "/api/v1/licenses",
        json=body_of(country.wuhu.rows[1]) | {"replaces": old},
        headers=country.wuhu.headers("issuer"),
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_REPLACEABLE")
