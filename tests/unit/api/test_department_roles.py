"""Roles of an issuing department: who makes and proposes confirms nothing, and the other way."""

import pytest
from fastapi.testclient import TestClient

from certs.access import AccessGrant, CallerRole
from tests.instances import Country
from tests.unit.api.test_issue_pages import proposal_on, propose, seal_code, status_of
from tests.unit.api.test_pages import csrf_of, sign_in


def enter(country: Country, role: CallerRole, person: str = "") -> TestClient:
    grant = AccessGrant(person=person or role.value, role=role)
    token = country.wuhu.bearer(grant)["Authorization"].removeprefix("Bearer ")
    return sign_in(country.wuhu, token)


@pytest.fixture
def license(country: Country) -> str:
    return str(country.wuhu.mint()["identifier"])


def test_a_maker_proposes_and_a_checker_confirms(country: Country, license: str) -> None:
    propose(enter(country, CallerRole.MAKER), license)
    client = enter(country, CallerRole.CHECKER)
    page = client.get("/issue/proposals").text
    done = client.post(
        f"/issue/proposals/{proposal_on(page)}/confirmed", data={"csrf": csrf_of(page)}
    )

    assert done.status_code == 200
    assert status_of(country, license) == "suspended"


def test_another_maker_confirms_nothing(country: Country, license: str) -> None:
    propose(enter(country, CallerRole.MAKER), license)
    client = enter(country, CallerRole.CHECKER)
    number = proposal_on(client.get("/issue/proposals").text)
    client = enter(country, CallerRole.MAKER, "another")
    page = client.get("/issue/proposals").text
    tried = client.post(
        f"/issue/proposals/{number}/confirmed",
        data={"csrf": csrf_of(client.get("/issue/licenses").text)},
    )

    assert "/confirmed" not in page
    assert tried.status_code == 403
    assert status_of(country, license) == "active"


def test_a_checker_proposes_nothing_and_mints_nothing(country: Country, license: str) -> None:
    client = enter(country, CallerRole.CHECKER)
    page = client.get(f"/issue/licenses/{license}")
    csrf = csrf_of(client.get("/issue/licenses").text)
    proposed = client.post(f"/issue/licenses/{license}/proposals", data={"csrf": csrf})

    assert page.status_code == 200
    assert 'id="change"' not in page.text
    assert proposed.status_code == 403
    assert client.get("/issue/new").status_code == 403
    assert '"/issue/new"' not in client.get("/issue").text


def test_a_keeper_of_seals_proposes_and_an_approver_confirms(country: Country) -> None:
    code = seal_code(country)
    client = enter(country, CallerRole.SEAL_KEEPER)
    page = client.get(f"/issue/seals/{code}").text
    form = {"csrf": csrf_of(page), "reason": "换新", "decision_no": "样印〔2026〕1号"}
    client.post(f"/issue/seals/{code}", data={**form, "move": "revoked"})
    own = client.get("/issue/proposals").text
    client = enter(country, CallerRole.SEAL_APPROVER)
    there = client.get("/issue/proposals").text
    client.post(f"/issue/proposals/{proposal_on(there)}/confirmed", data={"csrf": csrf_of(there)})

    assert "/withdrawn" in own
    assert "/confirmed" not in own
    assert "已注销" in client.get("/issue/seals").text


def test_who_approves_seals_changes_none_and_sees_no_license(
    country: Country, license: str
) -> None:
    code = seal_code(country)
    propose(enter(country, CallerRole.MAKER), license)
    client = enter(country, CallerRole.SEAL_APPROVER)
    page = client.get(f"/issue/seals/{code}").text
    csrf = csrf_of(client.get("/session").text)

    assert "变更<small" not in page
    assert client.post(f"/issue/seals/{code}", data={"csrf": csrf}).status_code == 403
    assert client.get(f"/issue/licenses/{license}").status_code == 403
    assert license[-34:] not in client.get("/issue/proposals").text
