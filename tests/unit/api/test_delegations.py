"""Somebody acts for a holder (代办): named by number, seen at a window, on record, and ended."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.verifier_callers import HEADER
from certs.access import AccessGrant, CallerRole
from certs.decision_records import DecisionQuery
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import check_citizen
from tests.instances import Country, Instance
from tests.nurses import Nurse, licensed_nurse
from tests.unit.api.test_pages import csrf_of, sign_in
from tests.unit.api.test_verifiers import registered

MATTER = "open-restaurant"
_BODY = "34999919850607004"
FRIEND = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=_BODY + check_citizen(_BODY))


@dataclass
class Two:
    """A nurse, and a friend who acts for her."""

    wuhu: Instance
    nurse: Nurse
    friend_token: str

    @property
    def friend(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.friend_token}"}

    def page_of(self, token: str) -> tuple[TestClient, dict[str, str]]:
        client = sign_in(self.wuhu, token)
        return client, {"csrf": csrf_of(client.get("/me/grants").text)}

    def delegate(self, **more: str) -> Response:
        client, form = self.page_of(self.nurse.token)
        said = {
            "license": self.nurse.license,
            "matter": MATTER,
            "code": FRIEND.code,
            "name": "楚样友",
            "preset": "30d",
            "uses": "3",
        }
        return client.post("/me/delegations", data=form | said | more, follow_redirects=False)

    def delegated(self, **more: str) -> str:
        answer = self.delegate(**more)
        assert answer.status_code == 303, answer.text
        return str(self.grants(self.friend)[0]["id"])

    def grants(self, headers: dict[str, str]) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.wuhu.client.get(
            "/api/v1/grants", headers=headers
        ).json()["grants"]
        return found

    def code(
        self, grant: str, headers: dict[str, str] | None = None, license: str = ""
    ) -> Response:
        body = {"license": license or self.nurse.license, "purpose": "代办", "grant": grant}
        return self.wuhu.client.post(
            "/api/v1/display-codes", json=body, headers=headers or self.friend
        )

    def redeem(self, code: str, headers: dict[str, str]) -> Response:
        return self.wuhu.client.post(
            "/api/v1/display-codes/redeem", json={"code": code}, headers=headers
        )

    def log(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.wuhu.client.get(
            "/api/v1/usages", headers=self.nurse.headers
        ).json()["uses"]
        return found


@pytest.fixture
def two(country: Country) -> Two:
    friend = AccessGrant(
        person="P-friend",
        role=CallerRole.CITIZEN,
        holder_key=country.wuhu.services.holder_keys.of(FRIEND),
        holder_shown="楚**",
    )
    headers = country.wuhu.bearer(friend)
    return Two(
        wuhu=country.wuhu,
        nurse=licensed_nurse(country.wuhu),
        friend_token=headers["Authorization"].removeprefix("Bearer "),
    )


def test_who_is_named_by_number_finds_the_delegation_and_nobody_finds_the_number(two: Two) -> None:
    grant = two.delegated()

    told = two.grants(two.nurse.headers)[0]
    assert (told["id"], told["grantee_shown"], told["fields"]) == (
        grant,
        "楚**",
        ["license.standing"],
    )
    key = two.wuhu.services.holder_keys.of(FRIEND)
    assert key not in str(two.grants(two.friend) + two.grants(two.nurse.headers))
    pages = [
        two.page_of(token)[0].get(path).text
        for token in (two.nurse.token, two.friend_token)
        for path in ("/me", "/me/grants", f"/me/delegations/{grant}")
    ]
    assert FRIEND.code not in " ".join((*pages, str(told)))
    assert f"/me/delegations/{grant}" in pages[3]
    assert "楚样友" not in " ".join(pages)
    assert "楚**" in pages[1]


def test_a_window_learns_whose_matter_it_is_and_who_came(two: Two) -> None:
    grant = two.delegated()
    code = two.code(grant).json()["code"]

    shown = two.redeem(code, two.wuhu.headers("window")).json()

    values = {item["name"]: item["value"] for item in shown["fields"]}
    assert values["certificateHolderCode"] == two.nurse.row["holder_code"]
    assert shown["purpose"].endswith("（代办人楚**出示）")
    use = two.log()[0]
    assert (use["basis"], use["purpose"]) == ("grant", shown["purpose"])
    assert [item["uses"] for item in two.grants(two.friend)] == [1]


@pytest.mark.parametrize("who", ["nobody", "holder", "hotel"])
def test_nobody_but_a_window_is_told_a_field_by_a_delegate(
    country: Country, two: Two, who: str
) -> None:
    code = two.code(two.delegated()).json()["code"]
    headers: dict[str, dict[str, str]] = {
        "nobody": {},
        "holder": two.nurse.headers,
        "hotel": {HEADER: registered(country)},
    }

    shown = two.redeem(code, headers[who])

    assert shown.status_code == 200, shown.text
    assert shown.json()["fields"] == []
    assert two.nurse.row["holder_code"] not in shown.text


def test_each_scan_and_each_look_is_one_use_and_then_it_is_over(two: Two) -> None:
    grant = two.delegated(uses="2")
    client, form = two.page_of(two.friend_token)
    here = f"/me/delegations/{grant}"

    before = client.get(here).text
    looked = client.post(f"{here}/read", data=form)
    made = client.post(f"{here}/code", data=form)
    code = re.search(r"/Q/([A-Z2-7]{26})|>([A-Z2-7]{26})<", made.text)
    assert code is not None
    two.redeem(code.group(1) or code.group(2), two.wuhu.headers("window"))
    over = client.post(f"{here}/read", data=form)

    assert "现行有效" not in before
    assert "有效" in looked.text
    assert over.status_code == 403
    assert "已用完" in over.text
    assert "出示代办码" not in over.text
    assert client.post(f"{here}/code", data=form).status_code == 403
    assert [use["basis"] for use in two.log()] == ["grant", "grant"]


def test_a_revoked_delegation_ends_a_code_that_was_made_by_it(two: Two) -> None:
    grant = two.delegated()
    code = two.code(grant).json()["code"]
    two.wuhu.client.delete(f"/api/v1/grants/{grant}", headers=two.nurse.headers)

    refused = two.redeem(code, two.wuhu.headers("window"))

    assert (refused.status_code, refused.json()["code"]) == (403, "GRANT_NOT_USABLE")
    assert two.log() == []
    assert two.code(grant).status_code == 403


def test_whoever_acts_may_stop_and_the_holder_reads_why(two: Two) -> None:
    grant = two.delegated()
    client, form = two.page_of(two.friend_token)

    ended = client.post(f"/me/delegations/{grant}/end", data=form, follow_redirects=False)

    assert ended.status_code == 303
    events = two.grants(two.nurse.headers)[0]["events"]
    assert [event["kind"] for event in events] == ["given", "revoked"]  # type: ignore[attr-defined]
    assert "/me/delegations/" not in client.get("/me").text
    assert client.get(f"/me/delegations/{grant}").status_code == 200


def test_it_ends_by_itself_and_is_no_longer_offered(country: Country, two: Two) -> None:
    grant = two.delegated(preset="24h")
    country.clock.advance(timedelta(hours=24))

    assert two.code(grant).status_code == 403
    headers = country.wuhu.bearer(
        AccessGrant(
            person="P-friend",
            role=CallerRole.CITIZEN,
            holder_key=country.wuhu.services.holder_keys.of(FRIEND),
            holder_shown="楚**",
        )
    )
    assert "/me/delegations/" not in country.wuhu.client.get("/me", headers=headers).text


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda two: two.nurse.headers, id="the holder"),
        pytest.param(lambda two: two.wuhu.citizen(), id="another citizen"),
        pytest.param(lambda two: two.wuhu.headers("issuer"), id="issuer"),
        pytest.param(lambda two: two.wuhu.headers("window"), id="window"),
    ],
)
def test_nobody_else_acts_by_a_delegation_and_that_is_on_record(
    two: Two, other: Callable[[Two], dict[str, str]]
) -> None:
    grant, headers = two.delegated(), other(two)

    made = two.code(grant, headers)
    seen = two.wuhu.client.get(f"/me/delegations/{grant}", headers=headers)

    assert made.status_code in {403, 404}
    assert seen.status_code in {403, 404}
    two.wuhu.services.decisions.flush()
    with two.wuhu.services.unit_of_work() as work:
        found = work.decisions.newest(DecisionQuery(), limit=10)
    assert {item.status for item in found} >= {made.status_code}


def test_a_delegation_over_one_license_shows_no_other(two: Two) -> None:
    other = str(two.wuhu.mint()["identifier"])
    assert two.code(two.delegated(), license=other).json()["code"] == "GRANT_NOT_FOUND"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"code": "34999919850607004A"}, 422),
        ({"code": "no number"}, 422),
        ({"matter": "no-such-matter"}, 404),
        ({"preset": "1y"}, 303),
    ],
)
def test_what_is_typed_wrongly_is_said_on_the_page(
    two: Two, wrong: dict[str, str], code: int
) -> None:
    answer = two.delegate(**wrong)
    assert answer.status_code == code, answer.text
    if code != 303:
        assert 'required value="楚样友"' in answer.text
        assert 'id="delegate" open' in answer.text
    else:
        assert two.grants(two.friend)[0]["not_after"] == (
            two.wuhu.services.clock.now() + timedelta(days=30)
        ).isoformat().replace("+00:00", "Z")


def test_a_form_that_is_sent_twice_is_one_delegation(two: Two) -> None:
    for _ in range(2):
        assert two.delegate(key="f" * 32).status_code == 303
    assert two.delegate(key="e" * 32).status_code == 303
    assert len(two.grants(two.friend)) == 2


def test_nobody_delegates_to_oneself(two: Two) -> None:
    answer = two.delegate(code=two.nurse.row["holder_code"], name=two.nurse.row["name"])
    assert answer.status_code == 422
    assert "代办须授权给另一人或单位" in answer.text
