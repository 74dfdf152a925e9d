"""Guardians see and show the licenses of a child, as long as they are its guardians."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from api.guarding import Person
from certs.access import AccessGrant, CallerRole
from certs.applications import parse_application
from certs.errors import GuardianshipRefusedError
from certs.granting.grants import GrantEventKind
from certs.guardianships import GuardianBasis, eighteenth_birthday
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import check_citizen
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.type_folders import shipped_type
from certs.type_imports import sample_rows
from tests.instances import Country, Instance
from tests.unit.api.test_pages import csrf_of, sign_in
from verify.acceptance.records import PersonRole

CHILD_BORN = "2015-05-06"
PARENT_BORN = "1988-02-03"


def _code(born: str, number: str = "001") -> HolderCode:
    body = f"349999{born.replace('-', '')}{number}"
    return HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=body + check_citizen(body))


CHILD, PARENT = _code(CHILD_BORN), _code(PARENT_BORN)


@dataclass(frozen=True)
class Family:
    """A child with a license, and a parent with none."""

    wuhu: Instance
    license: str
    parent: dict[str, str]
    child: dict[str, str]

    def register(self, *, child: HolderCode = CHILD, by: str = "W001") -> str:
        return self.wuhu.services.guardians.propose(
            child=Person(code=child, name="严样苗"),
            guardian=Person(code=PARENT, name="严样林"),
            basis=GuardianBasis.HOUSEHOLD,
            reference="",
            by=by,
        ).number

    def confirm(self, number: str, *, child: HolderCode = CHILD) -> None:
        self.wuhu.services.guardians.confirm(number, child=child, guardian=PARENT, by="W002")

    def guarded(self) -> str:
        number = self.register()
        self.confirm(number)
        return number

    def code(self, headers: dict[str, str]) -> int:
        answer = self.wuhu.client.post(
            "/api/v1/display-codes",
            json={"license": self.license, "purpose": "入学"},
            headers=headers,
        )
        return answer.status_code


def _citizen(wuhu: Instance, code: HolderCode, name: str) -> dict[str, str]:
    return wuhu.bearer(
        AccessGrant(
            person=name,
            role=CallerRole.CITIZEN,
            holder_key=wuhu.services.holder_keys.of(code),
            holder_shown=name,
        )
    )


@pytest.fixture
def family(country: Country) -> Family:
    wuhu = country.wuhu
    with wuhu.services.unit_of_work() as work:
        work.cases.grant_role("W002", PersonRole.ACCEPTANCE_APPROVER)
        work.commit()
    license_type = shipped_type("nurse_practice")
    row = {
        **sample_rows(license_type.folder)[0],
        "name": "严样苗",
        "sex": "女",
        "born_on": CHILD_BORN,
        "holder_code": CHILD.code,
    }
    desk = replace(wuhu.services.desks[str(license_type.code)], operator="I001")
    (outcome,) = issue([IssueRequest("child", parse_application(license_type, row))], desk=desk)
    assert outcome.license is not None
    return Family(
        wuhu=wuhu,
        license=outcome.license.identifier,
        parent=_citizen(wuhu, PARENT, "严样林"),
        child=_citizen(wuhu, CHILD, "严样苗"),
    )


def test_a_guardian_shows_a_license_once_a_second_person_confirmed_it(family: Family) -> None:
    before = family.code(family.parent)
    number = family.register()
    waiting = family.code(family.parent)
    family.confirm(number)

    assert (before, waiting, family.code(family.parent)) == (404, 404, 201)


def test_what_a_guardian_shows_stands_in_the_child_s_log_as_such(family: Family) -> None:
    family.guarded()
    code = family.wuhu.client.post(
        "/api/v1/display-codes",
        json={"license": family.license, "purpose": "入学"},
        headers=family.parent,
    ).json()["code"]
    family.wuhu.client.post(
        "/api/v1/display-codes/redeem", json={"code": code}, headers=family.wuhu.headers("window")
    )
    log = family.wuhu.client.get("/api/v1/usages", headers=family.child).json()["uses"]

    assert log[0]["purpose"] == "入学（监护人严样林出示）"


def test_a_guardian_takes_a_code_along_and_reads_license_and_files(family: Family) -> None:
    family.guarded()
    client = family.wuhu.client
    paths = (
        f"/api/v1/licenses/{family.license}",
        f"/api/v1/licenses/{family.license}/files/pdf",
        f"/api/v1/licenses/{family.license}/history",
    )
    taken = client.post(
        "/api/v1/display-codes/offline", json={"license": family.license}, headers=family.parent
    )

    log = client.get("/api/v1/usages", headers=family.child).json()["uses"]

    assert taken.status_code == 201
    assert log[0]["purpose"] == "离线出示证照（监护人严样林出示）"
    assert [client.get(path, headers=family.parent).status_code for path in paths[:2]] == [200, 200]


def test_nobody_else_sees_the_child_s_license(family: Family) -> None:
    family.guarded()
    stranger = _citizen(family.wuhu, _code(PARENT_BORN, "777"), "别样人")

    assert family.code(stranger) == 404
    wallet = family.wuhu.client.get("/me", headers=stranger).text
    assert family.license not in wallet


def test_a_guardian_of_one_child_sees_nothing_of_another(family: Family) -> None:
    other = _code("2016-01-01", "555")
    family.confirm(family.register(child=other), child=other)

    assert family.code(family.parent) == 404


def test_it_ends_at_once_and_for_good(family: Family) -> None:
    number = family.guarded()
    family.wuhu.services.guardians.end(number, by="W001")
    family.wuhu.services.guardians.end(number, by="W001")

    assert family.code(family.parent) == 404
    with pytest.raises(GuardianshipRefusedError):
        family.confirm(number)


def test_it_ends_by_itself_on_the_eighteenth_birthday(country: Country, family: Family) -> None:
    family.guarded()
    guardians = family.wuhu.services.guardians
    key = family.wuhu.services.holder_keys.of(PARENT)
    assert len(guardians.children_of(key)) == 1
    country.clock.instant = country.clock.instant.replace(year=2033, month=5, day=5, hour=15)
    assert len(guardians.children_of(key)) == 1
    country.clock.instant += timedelta(hours=1)

    assert guardians.children_of(key) == ()
    assert eighteenth_birthday(CHILD).isoformat() == "2033-05-06"


def test_who_is_of_age_or_unknown_gets_no_guardian(family: Family) -> None:
    adult = _code("2008-03-18")
    passport = HolderCode(code_type=HolderCodeType.ORDINARY_PASSPORT, code="E12345678")
    for child in (adult, passport, PARENT):
        with pytest.raises(GuardianshipRefusedError):
            family.register(child=child)


def test_two_people_register_it(family: Family) -> None:
    number = family.register(by="W002")

    with pytest.raises(GuardianshipRefusedError):
        family.confirm(number)
    assert family.code(family.parent) == 404


def test_a_guardian_grants_nothing_and_marks_nothing(family: Family) -> None:
    family.guarded()
    body = {
        "license": family.license,
        "basis": "one_case",
        "matter": "school-enrollment",
        "purpose": "入学",
        "fields": ["certificateHolderName"],
    }
    granted = family.wuhu.client.post("/api/v1/grants", json=body, headers=family.parent)
    marked = family.wuhu.client.post(
        f"/api/v1/licenses/{family.license}/marks", json={"field": "title"}, headers=family.parent
    )

    assert granted.status_code in {403, 404, 422}
    assert marked.status_code in {403, 404}


# Pages ---------------------------------------------------------------------------------------


def test_the_window_registers_and_another_person_confirms_on_pages(family: Family) -> None:
    wuhu = family.wuhu
    client = sign_in(wuhu, wuhu.tokens["window"])
    form = {"csrf": csrf_of(client.get("/window/guardians").text)}
    said = {
        "child_code": CHILD.code,
        "child_name": "严样苗",
        "guardian_code": PARENT.code,
        "guardian_name": "严样林",
        "basis": "household-register",
    }
    wrong = client.post("/window/guardians", data=form | said | {"child_code": "1"})
    registered = client.post("/window/guardians", data=form | said).text
    (waiting,) = wuhu.services.guardians.waiting()
    found = client.post("/window/guardians/find", data=form | {"child_code": CHILD.code})
    numbers = {"child_code": CHILD.code, "guardian_code": PARENT.code}
    path = f"/window/guardians/{waiting.number}/confirm"
    own = client.post(path, data=form | numbers)
    client = sign_in(wuhu, wuhu.tokens["approver"])
    form = {"csrf": csrf_of(client.get("/window/guardians").text)}
    other = client.post(path, data=form | numbers | {"guardian_code": CHILD.code})
    confirmed = client.post(path, data=form | numbers).text
    wuhu.client.cookies.clear()

    assert wrong.status_code == 422
    assert CHILD.code not in registered
    assert "严样苗" not in registered, "names are masked where they wait"
    assert "严**" in found.text
    assert own.status_code in {403, 409, 422}
    assert other.status_code == 422
    assert "不一致" in other.text
    assert "已确认" in confirmed
    assert family.code(family.parent) == 201


def test_the_guardian_s_wallet_shows_the_child_s_licenses_and_can_give_it_up(
    family: Family,
) -> None:
    number = family.guarded()
    wuhu = family.wuhu
    client = sign_in(wuhu, family.parent["Authorization"].removeprefix("Bearer "))
    wallet = client.get("/me").text
    page = client.get(f"/me/licenses/{family.license}").text
    form = {"csrf": csrf_of(wallet)}
    shown = client.post(f"/me/licenses/{family.license}/code", data=form)
    after = client.post(f"/me/guardianships/{number}/end", data=form).text
    gone = client.get(f"/me/licenses/{family.license}")
    other = client.post(f"/me/guardianships/{'U' + 'A' * 20}/end", data=form)
    wuhu.client.cookies.clear()

    assert "严** 的证照" in wallet
    assert "监护人身份" in page
    assert shown.status_code == 200
    assert "的证照</" not in after.replace("我的证照</", "")
    assert (gone.status_code, other.status_code) == (404, 404)


def test_only_windows_register(family: Family) -> None:
    for name in ("issuer", "archivist", "supervisor", "auditor", "security_admin"):
        headers = family.wuhu.headers(name)
        assert family.wuhu.client.get("/window/guardians", headers=headers).status_code == 403


def delegate(family: Family, headers: dict[str, str]) -> dict[str, object]:
    """Let somebody act for the child in one matter."""
    body = {
        "license": family.license,
        "matter": "open-restaurant",
        "basis": "delegation",
        "grantee_kind": "person",
        "grantee": "agent-1",
        "purpose": "代办",
    }
    answer = family.wuhu.client.post("/api/v1/grants", json=body, headers=headers)
    return {"status": answer.status_code, **answer.json()}


def test_a_guardian_grants_for_the_child_who_may_not(family: Family) -> None:
    before = delegate(family, family.parent)
    number = family.guarded()
    by_child = delegate(family, family.child)
    given = delegate(family, family.parent)

    assert before["code"] == "LICENSE_NOT_FOUND"
    assert by_child["code"] == "GRANT_REFUSED"
    assert given["status"] == 201
    with family.wuhu.services.unit_of_work() as work:
        kept = work.grants.get(str(given["id"]))
    assert kept.grant.evidence == number
    assert kept.grant.shows_guardian


def test_what_a_guardian_granted_ends_with_the_guardianship(family: Family) -> None:
    number = family.guarded()
    given = str(delegate(family, family.parent)["id"])
    family.wuhu.services.guardians.end(number, by="W001")

    with family.wuhu.services.unit_of_work() as work:
        last = work.grants.get(given).events[-1]
    assert (last.kind, last.reason) == (GrantEventKind.REVOKED, "监护关系已终止")


def test_a_guardian_grants_and_revokes_on_the_page(family: Family) -> None:
    family.guarded()
    client = sign_in(family.wuhu, family.parent["Authorization"].removeprefix("Bearer "))
    page = client.get("/me/grants").text
    form = {
        "csrf": csrf_of(page),
        "license": family.license,
        "matter": "open-restaurant",
        "preset": "24h",
        "uses": "1",
        "name": "别样人",
        "code": _code(PARENT_BORN, "777").code,
    }
    given = client.post("/me/delegations", data=form).text
    (number,) = set(re.findall(r"/me/grants/(\w+)/revoke", given))
    ended = client.post(f"/me/grants/{number}/revoke", data={"csrf": csrf_of(page)}).text

    assert family.license in page
    assert "已撤销" in ended


def test_a_guardian_has_a_copy_made(family: Family) -> None:
    family.guarded()
    body = {"license": family.license, "recipient": "某学校", "purpose": "入学"}
    path = "/api/v1/annotated-copies"
    client = family.wuhu.client
    made = client.post(path, json=body, headers=family.parent)
    stranger = client.post(
        path, json=body, headers=_citizen(family.wuhu, _code(PARENT_BORN, "777"), "别样人")
    )

    assert (made.status_code, stranger.status_code) == (201, 404)
