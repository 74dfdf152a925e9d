"""Grants over HTTP and on the holder's page: given, used, passed on, revoked."""

from datetime import timedelta
from typing import Any

import pytest

from certs.access import AccessGrant, CallerRole
from certs.granting.grants import STANDING
from signing.algorithms import sm3
from tests.instances import Country
from tests.sharing import uses
from tests.unit.api.test_pages import sign_in

MATTER = "open-restaurant"
EVIDENCE = {"evidence_kind": "id_reader", "evidence": "样例读卡记录1"}


@pytest.fixture
def license(country: Country) -> str:
    return str(country.wuhu.mint()["identifier"])


def give(country: Country, license: str, headers: dict[str, str], **more: object) -> Any:  # noqa: ANN401 - a response
    body = {"license": license, "matter": MATTER, "purpose": "办理开办餐饮店", **more}
    return country.wuhu.client.post("/api/v1/grants", json=body, headers=headers)


def see(country: Country, license: str, headers: dict[str, str], **body: object) -> Any:  # noqa: ANN401 - a response
    return country.wuhu.client.post(
        f"/api/v1/licenses/{license}/releases", json=body, headers=headers
    )


def agent(country: Country, person: str = "agent-1") -> dict[str, str]:
    key = sm3(person.encode()).hex()
    return country.wuhu.bearer(
        AccessGrant(person=person, role=CallerRole.CITIZEN, holder_key=key, holder_shown="样例")
    )


def opened(country: Country) -> str:
    return str(country.wuhu.open_case(country.wuhu.rows[0])["case"])


def test_a_holder_grants_what_is_registered_and_a_window_uses_it_once(
    country: Country, license: str
) -> None:
    given = give(country, license, country.wuhu.citizen()).json()
    window = country.wuhu.headers("window")
    asked = {"case": opened(country), "grant": given["id"]}

    first = see(country, license, window, fields=["premises"], **asked)
    second = see(country, license, window, fields=["premises"], **asked)

    assert given["state"] == "active"
    assert {"premises", "license.pdf"} <= set(given["fields"])
    assert "signatory" not in given["fields"]
    assert first.status_code == 201
    assert (second.status_code, second.json()["state"]) == (403, "used_up")
    assert uses(country, license)[0].grant_id == given["id"]


def test_a_holder_cannot_be_made_to_grant_what_is_not_registered(
    country: Country, license: str
) -> None:
    answer = give(country, license, country.wuhu.citizen(), fields=["signatory"])

    assert answer.status_code == 403
    assert answer.json()["code"] == "OVERASK"
    with country.wuhu.services.unit_of_work() as work:
        today = country.clock.now().date()
        assert [item.refusals for item in work.overasks.counts(today, today)] == [1]


def test_nobody_grants_another_s_license(country: Country, license: str) -> None:
    assert give(country, license, country.wuhu.citizen(1)).json()["code"] == "LICENSE_NOT_FOUND"
    assert give(country, license, country.wuhu.headers("window")).status_code == 403
    assert give(country, license, country.wuhu.headers("issuer")).status_code == 403


def test_a_window_records_consent_with_evidence_and_never_by_a_tick(
    country: Country, license: str
) -> None:
    window, case = country.wuhu.headers("window"), opened(country)

    ticked = give(country, license, window, case=case)
    pretended = give(
        country, license, window, case=case, evidence_kind="session", evidence="已勾选"
    )
    shown = give(country, license, window, case=case, **EVIDENCE)

    assert ticked.json()["code"] == pretended.json()["code"] == "GRANT_REFUSED"
    assert shown.status_code == 201


def test_a_legal_duty_is_told_to_the_holder(country: Country, license: str) -> None:
    window, case = country.wuhu.headers("window"), opened(country)
    duty = {"basis": "legal_duty", "case": case}

    without = give(country, license, window, **duty)
    given = give(country, license, window, **duty, legal_ref="《样例法》第七条")
    page = country.wuhu.client.get("/me/grants", headers=country.wuhu.citizen())

    assert without.json()["code"] == "GRANT_REFUSED"
    assert given.status_code == 201
    assert "《样例法》第七条" in page.text


def test_a_grant_for_one_case_is_good_in_no_other(country: Country, license: str) -> None:
    window, case = country.wuhu.headers("window"), opened(country)
    given = give(country, license, window, basis="one_case", case=case, max_uses=9).json()

    other = see(country, license, window, case=opened(country), grant=given["id"])
    same = see(country, license, window, case=case, grant=given["id"])

    assert other.json()["code"] == "GRANT_NOT_FOUND"
    assert same.status_code == 201


def test_an_agent_sees_the_result_alone_unless_more_is_allowed(
    country: Country, license: str
) -> None:
    holder, friend = country.wuhu.citizen(), agent(country)
    delegation = {"basis": "delegation", "grantee_kind": "person", "grantee": "agent-1"}

    bare = give(country, license, holder, **delegation, max_uses=5, preset="1y").json()
    more = give(country, license, holder, **delegation, fields=["premises"]).json()

    assert bare["fields"] == [STANDING]
    assert (
        see(country, license, friend, grant=bare["id"], fields=["premises"]).json()["code"]
        == "OVERASK"
    )
    assert see(country, license, friend, grant=bare["id"]).json()["fields"] == []
    shown = see(country, license, friend, grant=more["id"]).json()["fields"]
    assert [item["name"] for item in shown] == ["premises"]
    assert uses(country, license)[0].on_behalf_of == "holder-0"
    assert uses(country, license)[0].user == "agent-1"
    ends = country.clock.now() + timedelta(days=30)
    assert bare["not_after"] == ends.isoformat().replace("+00:00", "Z")


def test_a_delegation_is_passed_on_once_and_within_bounds(country: Country, license: str) -> None:
    office = agent(country, "样例代理")
    delegation = {"basis": "delegation", "grantee_kind": "person", "max_uses": 3}
    first = give(
        country,
        license,
        country.wuhu.citizen(),
        **delegation,
        grantee="样例代理",
        fields=["premises"],
    ).json()
    passing = delegation | {"parent": first["id"], "grantee": "agent-2"}

    wider = give(country, license, office, **passing, fields=["hotline"])
    second = give(country, license, office, **passing, fields=["premises"])
    third = give(
        country,
        license,
        agent(country, "agent-2"),
        **(passing | {"parent": second.json()["id"], "grantee": "agent-3"}),
        fields=["premises"],
    )

    assert wider.status_code in {403, 422}
    assert second.status_code == 201
    assert third.json()["code"] == "GRANT_REFUSED"
    clerk = agent(country, "agent-2")
    assert see(country, license, clerk, grant=second.json()["id"]).status_code == 201
    country.wuhu.client.delete(f"/api/v1/grants/{first['id']}", headers=country.wuhu.citizen())
    after = see(country, license, clerk, grant=second.json()["id"])
    assert after.json()["state"] == "revoked"
    assert uses(country, license)[0].on_behalf_of == "holder-0"


def test_revocation_counts_from_the_next_fetch_on(country: Country, license: str) -> None:
    holder, friend = country.wuhu.citizen(), agent(country)
    given = give(
        country,
        license,
        holder,
        basis="delegation",
        grantee_kind="person",
        grantee="agent-1",
        fields=["license.pdf"],
        max_uses=5,
    ).json()
    face = f"/api/v1/licenses/{license}/files/pdf?grant={given['id']}"

    before = country.wuhu.client.get(face, headers=friend)
    ended = country.wuhu.client.delete(
        f"/api/v1/grants/{given['id']}?reason=样例", headers=holder
    ).json()
    after = country.wuhu.client.get(face, headers=friend)

    assert before.content.startswith(b"%PDF-")
    assert (ended["state"], ended["events"][-1]["reason"]) == ("revoked", "样例")
    assert (after.status_code, after.json()["code"]) == (403, "GRANT_NOT_USABLE")


def test_a_grant_ends_by_itself(country: Country, license: str) -> None:
    given = give(country, license, country.wuhu.citizen(), preset="24h").json()
    country.clock.advance(timedelta(hours=24))
    asked = {"case": opened(country), "grant": given["id"]}

    answer = see(country, license, country.wuhu.headers("window"), **asked)

    assert answer.json()["state"] == "expired"


def test_the_same_request_leads_to_one_grant(country: Country, license: str) -> None:
    headers = country.wuhu.citizen() | {"Idempotency-Key": "样例1".encode().hex()}

    first, again = (give(country, license, headers).json() for _ in range(2))

    assert first["id"] == again["id"]


def test_grants_are_listed_to_those_concerned(country: Country, license: str) -> None:
    given = give(country, license, country.wuhu.citizen()).json()
    address = f"/api/v1/grants/{given['id']}"

    def listed(headers: dict[str, str]) -> list[str]:
        answer = country.wuhu.client.get("/api/v1/grants", headers=headers)
        return [item["id"] for item in answer.json()["grants"]]

    assert listed(country.wuhu.citizen()) == [given["id"]]
    assert listed(country.wuhu.citizen(1)) == listed(country.wuhu.headers("window")) == []
    stranger = country.wuhu.client.get(address, headers=country.wuhu.citizen(1))
    assert stranger.json()["code"] == "GRANT_NOT_FOUND"


def test_the_page_gives_and_revokes(country: Country, license: str) -> None:
    token = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    client = sign_in(country.wuhu, token)
    csrf = client.get("/me/grants").text.partition('name="csrf" value="')[2].partition('"')[0]

    form = {"csrf": csrf, "license": license, "matter": MATTER, "preset": "30d", "uses": "2"}
    given = client.post("/me/grants", data=form)
    number = given.text.partition('action="/me/grants/')[2].partition("/")[0]
    ended = client.post(f"/me/grants/{number}/revoke", data={"csrf": csrf})
    forged = client.post(f"/me/grants/{number}/revoke", data={"csrf": "x"})
    client.cookies.clear()

    assert given.status_code == 200
    assert "已用 0/2 次" in given.text
    assert "已撤销" in ended.text
    assert forged.status_code == 403
