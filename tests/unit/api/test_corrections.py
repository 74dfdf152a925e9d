"""Corrections over HTTP, from the window's complaint to the new version."""

import json
from typing import Any

from certs.access import AccessGrant, CallerRole
from certs.envelopes import parse_envelope
from certs.status_answers import StatusAnswer
from tests.instance_parts import body_of
from tests.instances import Country

URL = "/api/v1/corrections"


def _post(country: Country, path: str, body: dict[str, Any], person: str, key: str = "") -> Any:  # noqa: ANN401 - a response
    headers = country.wuhu.headers(person) | ({"Idempotency-Key": key} if key else {})
    return country.wuhu.client.post(path, json=body, headers=headers)


def _wrong(license: object) -> dict[str, Any]:
    return {
        "kind": "wrong",
        "license": license,
        "type": "food_business",
        "fields": {"premises": "芜湖市镜湖区样例东路3号"},
        "remark": "门牌号有误",
    }


def _told(country: Country, license: object, **query: str) -> dict[str, str]:
    """The payload of the signed status answer."""
    answer = country.wuhu.client.get(
        f"/api/v1/licenses/{license}/status", params={"nonce": "0" * 32, **query}
    )
    payload: dict[str, str] = json.loads(answer.content)["payload"]
    StatusAnswer.of(parse_envelope(answer.content))
    return payload


def test_a_wrong_license_ends_in_a_new_version(country: Country) -> None:
    old = country.wuhu.mint()["identifier"]
    raised = _post(country, URL, _wrong(old), "window", key="k")
    assert raised.status_code == 201, raised.text
    assert _post(country, URL, _wrong(old), "window", key="k").json() == raised.json()
    receipt = raised.json()["receipt"]
    steps = f"{URL}/{receipt}/events"
    for step in ("accepted", "flagged"):
        assert _post(country, steps, {"step": step}, "issuer").status_code == 201
    shown = country.wuhu.client.get(
        f"/api/v1/licenses/{old}", headers=country.wuhu.headers("issuer")
    ).json()
    assert shown["flags"] == [receipt]
    assert _told(country, old, flags="1").get("flagged") == "1"
    assert "flagged" not in _told(country, old)
    assert _post(country, steps, {"step": "upheld", "reason": "属实"}, "issuer").status_code == 201

    body = body_of(country.wuhu.rows[0]) | {"replaces": old}
    body["fields"] = {**body["fields"], "premises": "芜湖市镜湖区样例东路3号"}  # type: ignore[dict-item]
    new = _post(country, "/api/v1/licenses?include=pdf,json,ofd", body, "issuer").json()
    assert new["version"] == 2
    assert new["inline"]["pdf"]["sm3"]
    done = _post(country, steps, {"step": "unflagged", "license": new["identifier"]}, "issuer")
    assert done.json()["outcome"] == new["identifier"]
    assert _post(country, steps, {"step": "archived"}, "issuer").json()["fields"] == {}
    shown = country.wuhu.client.get(
        f"/api/v1/licenses/{old}", headers=country.wuhu.headers("issuer")
    ).json()
    assert shown["status"] == "superseded"
    assert "flags" not in shown
    assert "flagged" not in _told(country, old, flags="1")


def test_a_key_that_led_to_another_correction_is_refused(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    first = _post(country, URL, _wrong(license), "window", key="k")
    other = _wrong(license) | {"fields": {"premises": "芜湖市镜湖区样例东路9号"}}

    answer = _post(country, URL, other, "window", key="k")

    assert first.status_code == 201
    assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_steps_are_the_issuers_and_in_order(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    receipt = _post(country, URL, _wrong(license), "window").json()["receipt"]
    steps = f"{URL}/{receipt}/events"

    assert _post(country, steps, {"step": "accepted"}, "window").status_code == 403
    early = _post(country, steps, {"step": "upheld", "reason": "x"}, "issuer")
    assert (early.status_code, early.json()["code"]) == (409, "CORRECTION_STEP")


def test_lists_hold_no_proposed_values(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    _post(country, URL, _wrong(license), "window")

    listed = country.wuhu.client.get(f"{URL}?open=true", headers=country.wuhu.headers("issuer"))

    assert len(listed.json()["corrections"]) == 1
    assert "样例东路" not in listed.text


def test_only_the_issuer_and_the_one_who_raised_it_see_a_correction(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    receipt = _post(country, URL, _wrong(license), "window").json()["receipt"]
    other = country.wuhu.bearer(AccessGrant(person="W009", role=CallerRole.WINDOW))
    client = country.wuhu.client

    for path in (f"{URL}/{receipt}", f"{URL}/{receipt}/events"):
        assert client.get(path, headers=other).status_code == 404
        assert client.get(path, headers=country.wuhu.headers("issuer")).status_code == 200
        assert client.get(path, headers=country.wuhu.headers("window")).status_code == 200


def test_a_citizen_speaks_of_own_licenses_alone(country: Country) -> None:
    mine, other = (country.wuhu.mint(number)["identifier"] for number in (0, 1))
    client, citizen = country.wuhu.client, country.wuhu.citizen(0)

    assert client.post(URL, json=_wrong(mine), headers=citizen).status_code == 201
    assert client.post(URL, json=_wrong(other), headers=citizen).status_code == 404


def test_out_of_place_parts_are_refused(country: Country) -> None:
    body = _wrong("1.2.3") | {"kind": "missing"}
    answer = _post(country, URL, body, "issuer")

    assert answer.status_code in {404, 422}
    unknown = {"kind": "missing", "type": "nonsense"}
    assert _post(country, URL, unknown, "issuer").status_code == 422
