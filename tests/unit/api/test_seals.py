"""Electronic seals over HTTP."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from certs.envelopes import parse_envelope
from certs.seals.status_answers import SealQuestion, Standing, read_answer
from tests import world
from tests.instance_parts import body_of
from tests.instances import Country

CODE = "34020000000001"
PATH = f"/api/v1/seals/{CODE}"
NONCE = "0123456789abcdef" * 2
REVOKE = {
    "kind": "revoked",
    "reason": "机构更名",
    "decision_no": "芜印〔2026〕3号",
    "approver": "科长",
}


def post(country: Country, body: Mapping[str, object], *, code: int = 201) -> dict[str, object]:
    answer = country.wuhu.client.post(
        f"{PATH}/status", json=body, headers=country.wuhu.headers("issuer")
    )
    assert answer.status_code == code, answer.text
    value: dict[str, object] = answer.json()
    return value


def get(country: Country, path: str) -> Any:  # noqa: ANN401 - any JSON value
    answer = country.wuhu.client.get(path, headers=country.wuhu.headers("issuer"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_seal_shows_who_made_it_and_who_agreed(country: Country) -> None:
    shown = get(country, PATH)

    assert shown["seal"]["state"] == "enabled"
    assert shown["seal"]["issuing"] is True
    made, enabled = shown["life"]
    assert (made["operator"], made["approver"]) == ("S001", "S002")
    assert (enabled["kind"], enabled["approver"]) == ("enabled", None)


def test_every_license_is_in_the_uses_with_the_caller_who_issued_it(country: Country) -> None:
    identifiers = [country.wuhu.mint(number)["identifier"] for number in range(3)]

    first = get(country, f"{PATH}/uses?limit=4")
    second = get(country, f"{PATH}/uses?limit=4&before={first['next']}")

    uses = [*first["uses"], *second["uses"]]
    # Each license has a PDF face and an OFD face.
    assert [use["license"] for use in uses] == [name for name in identifiers[::-1] for _ in "12"]
    assert {use["operator"] for use in uses} == {"I001"}
    assert second["next"] is None


def test_a_suspended_seal_stops_issuing_everywhere_at_once(country: Country) -> None:
    post(country, {"kind": "suspended", "reason": "印章遗失", "decision_no": "停1号"})
    headers = country.wuhu.headers("issuer")
    body = body_of(country.wuhu.rows[0])
    refused = country.wuhu.client.post("/api/v1/licenses", json=body, headers=headers)

    assert refused.status_code == 409
    assert refused.json()["code"] == "SEAL_NOT_USABLE"
    assert "印章遗失" in refused.json()["detail"]
    post(country, {"kind": "resumed", "reason": "寻回", "decision_no": "复1号"})
    country.wuhu.mint(0)


def test_revoking_needs_another_person(country: Country) -> None:
    nobody = {key: value for key, value in REVOKE.items() if key != "approver"}
    for body in (nobody, REVOKE | {"approver": "I001"}, REVOKE | {"approver": "i 001"}):
        assert post(country, body, code=422)["code"] == "SECOND_PERSON_REQUIRED"
    event = post(country, REVOKE)

    assert (event["operator"], event["approver"], event["state"]) == ("I001", "科长", "revoked")
    again = post(country, REVOKE, code=409)
    assert (again["code"], "已注销" in str(again["detail"])) == ("ILLEGAL_TRANSITION", True)


def test_what_is_published_holds_no_citizen_number_and_nothing_is_dated_ahead(
    country: Country,
) -> None:
    number = {"reason": "持有人 11010519491231002X"}
    ahead = {"effective_at": "2027-01-01T00:00:00+08:00"}
    assert post(country, REVOKE | number, code=422)["code"] == "INVALID_REQUEST"
    assert post(country, REVOKE | ahead, code=422)["code"] == "SEAL_RECORD_REFUSED"
    suspended = {"kind": "suspended", "reason": "停", "decision_no": "1号"}
    post(country, suspended)
    back = {"kind": "resumed", "effective_at": "2026-03-18T12:00:00+08:00"}
    assert post(country, suspended | back, code=422)["code"] == "SEAL_RECORD_REFUSED"


def test_only_issuers_see_and_move_seals_and_strangers_are_not_found(country: Country) -> None:
    window = country.wuhu.headers("window")
    client = country.wuhu.client
    for path in (PATH, f"{PATH}/uses"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers=window).status_code == 403
    assert client.post(f"{PATH}/status", json=REVOKE).status_code == 401
    assert client.post(f"{PATH}/status", json=REVOKE, headers=window).status_code == 403
    for path in ("/api/v1/seals/99999999", "/api/v1/seals/99999999/uses"):
        absent = client.get(path, headers=country.wuhu.headers("issuer"))
        assert (absent.status_code, absent.json()["code"]) == (404, "SEAL_NOT_FOUND")


def question(country: Country, **changes: object) -> SealQuestion:
    digest = str(get(country, PATH)["seal"]["digest"])
    values = {"code": CODE, "seal_digest": digest, "at": world.NOON, "nonce": NONCE}
    return SealQuestion(**(values | changes))  # type: ignore[arg-type]


def standing(country: Country, asked: SealQuestion) -> tuple[Standing, str]:
    answer = country.wuhu.client.get(
        f"/api/v1/seals/{asked.code}/status",
        params={"at": asked.at.isoformat(), "nonce": asked.nonce},
    )
    assert answer.status_code == 200, answer.text
    found = read_answer(
        answer.content,
        asked,
        check_speaker=lambda envelope: envelope.verify(),
        now=country.clock.now(),
    )
    return found.standing, found.problem


def test_anybody_is_told_signed_how_a_seal_stood_when_it_signed(country: Country) -> None:
    before = question(country)
    country.clock.advance(timedelta(minutes=5))
    after = question(country, at=country.clock.now())
    post(country, REVOKE)

    assert standing(country, before) == (Standing.GOOD, "")
    assert standing(country, after) == (Standing.BAD, "not-enabled")
    assert standing(country, question(country, code="99999999")) == (
        Standing.BAD,
        "not-registered",
    )


def test_an_answer_names_who_signs_but_nobody_who_acted(country: Country) -> None:
    post(country, REVOKE)
    answer = country.wuhu.client.get(f"{PATH}/status")
    envelope = parse_envelope(answer.content)

    assert envelope.message.signer == world.region("340200").status_signer.certificate
    assert envelope.payload["status"] == "revoked"
    assert (envelope.payload["reason"], envelope.payload["nonce"]) == ("机构更名", "")
    assert "I001" not in answer.text
    assert "科长" not in answer.text


@pytest.mark.parametrize(
    "query", ["nonce=1", "at=yesterday", "at=2026-03-18T12:00:00", "at=2027-01-01T00:00:00Z"]
)
def test_a_question_that_cannot_be_answered_is_refused(country: Country, query: str) -> None:
    assert country.wuhu.client.get(f"{PATH}/status?{query}").status_code == 422


@pytest.mark.parametrize("code", ["1", "a" * 33, "3402-0000", "%2e%2e%2fx0"])
def test_codes_that_can_be_none_are_refused(country: Country, code: str) -> None:
    assert country.wuhu.client.get(f"/api/v1/seals/{code}/status").status_code in {404, 422}
