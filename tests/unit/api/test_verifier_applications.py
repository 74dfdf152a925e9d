"""Enterprises apply online to be social verifiers; a security administrator decides."""

import re
from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.verifier_callers import HEADER
from certs.access import AccessGrant, CallerRole
from tests.instance_parts import holder_of
from tests.instances import Country
from tests.nurses import Nurse, licensed_nurse
from tests.unit.api.test_pages import csrf_of, sign_in
from tests.unit.api.test_staff import BOSS

HERE, ADMIN = "/me/verifying", "/admin/verifiers"


@dataclass
class Applying:
    """An enterprise that applies, and the administrator."""

    country: Country
    boss: AccessGrant
    nurse: Nurse
    asked: dict[str, list[str]] = field(
        default_factory=lambda: {"fields": ["certificateHolderName", "age-over-18"]}
    )

    def enter(self, grant: AccessGrant | None = None) -> TestClient:
        headers = self.country.wuhu.bearer(grant or self.boss)
        return sign_in(self.country.wuhu, headers["Authorization"].removeprefix("Bearer "))

    def apply(self, by: AccessGrant | None = None, /, **more: object) -> Response:
        client = self.enter(by)
        found = self.country.wuhu.services.license_type("nurse_practice")
        assert found is not None
        body = {
            "csrf": csrf_of(client.get("/session").text),
            "purpose": "办理入职",
            "license_types": [str(found.code)],
            **self.asked,
            **more,
        }
        return client.post(HERE, data=body, follow_redirects=False)

    def applied(self) -> str:
        answer = self.apply()
        assert answer.status_code == 303, answer.text
        (item,) = self.country.wuhu.services.verifier_applications.waiting()
        return item.number

    def decide(self, number: str, act: str, **form: str) -> Response:
        client = sign_in(self.country.wuhu, self.country.wuhu.tokens["security_admin"])
        csrf = csrf_of(client.get(ADMIN).text)
        return client.post(
            f"{ADMIN}/applications/{number}/{act}",
            data={"csrf": csrf, **form},
            follow_redirects=False,
        )

    def secret(self, number: str, grant: AccessGrant | None = None) -> Response:
        client = self.enter(grant)
        csrf = csrf_of(client.get("/session").text)
        return client.post(f"{HERE}/{number}/secret", data={"csrf": csrf})


@pytest.fixture
def applying(country: Country) -> Applying:
    wuhu = country.wuhu
    boss = AccessGrant(
        person="P-boss",
        role=CallerRole.CITIZEN,
        holder_key=wuhu.services.holder_keys.of(holder_of(wuhu.rows[0])),
        holder_shown="样例食堂",
        actor_key=wuhu.services.holder_keys.of(BOSS),
    )
    return Applying(country=country, boss=boss, nurse=licensed_nurse(wuhu))


def test_who_was_registered_gets_a_secret_and_sees_what_was_asked_for(applying: Applying) -> None:
    number = applying.applied()
    listed = sign_in(applying.country.wuhu, applying.country.wuhu.tokens["security_admin"]).get(
        ADMIN
    )
    accepted = applying.decide(number, "accept", days="90")
    given = applying.secret(number)

    assert "样例食堂" in listed.text
    assert "办理入职" in listed.text
    assert accepted.headers["location"] == f"{ADMIN}?done=accepted"
    found = re.search(r'<p class="code wide">([A-Z2-7]+)</p>', given.text)
    assert found is not None
    client, nurse = applying.country.wuhu.client, applying.nurse
    client.cookies.clear()
    code = client.post(
        "/api/v1/display-codes",
        json={
            "license": nurse.license,
            "purpose": "入职",
            "fields": ["certificateHolderName", "certificateNumber", "age-over-18"],
        },
        headers=nurse.headers,
    ).json()["code"]
    shown = client.post(
        "/api/v1/display-codes/redeem", json={"code": code}, headers={HEADER: found.group(1)}
    ).json()
    assert [item["name"] for item in shown["fields"]] == ["certificateHolderName", "age-over-18"]
    log = client.get("/api/v1/usages", headers=nurse.headers).json()["uses"]
    assert log[0]["user"] == "样例食堂（办理入职）"


def test_who_was_refused_reads_why_and_gets_nothing(applying: Applying) -> None:
    number = applying.applied()
    silent = applying.decide(number, "refuse", reason=" ")
    refused = applying.decide(number, "refuse", reason="用途与所选信息项不相称")
    again = applying.decide(number, "accept", days="90")

    assert (silent.status_code, again.status_code) == (422, 422)
    assert refused.headers["location"] == f"{ADMIN}?done=refused"
    assert "用途与所选信息项不相称" in applying.enter().get(HERE).text
    assert applying.secret(number).status_code == 422
    assert applying.country.wuhu.services.verifiers.all() == ()


def test_nothing_is_had_before_somebody_decided(applying: Applying) -> None:
    assert applying.secret(applying.applied()).status_code == 422


def test_another_enterprise_gets_no_secret_and_sees_no_application(applying: Applying) -> None:
    number = applying.applied()
    applying.decide(number, "accept", days="90")
    wuhu = applying.country.wuhu
    other = AccessGrant(
        person="P-other",
        role=CallerRole.CITIZEN,
        holder_key=wuhu.services.holder_keys.of(holder_of(wuhu.rows[1])),
        holder_shown="别的食堂",
        actor_key=wuhu.services.holder_keys.of(BOSS),
    )

    assert applying.secret(number, other).status_code == 404
    assert "办理入职" not in applying.enter(other).get(HERE).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"purpose": ""}, "机构名称和用途各写一句"),
        ({"purpose": "核对 11010519491231002X"}, "机构名称和用途各写一句"),
        ({"fields": []}, "至少各选一种证照类型和一个信息项"),
        ({"license_types": []}, "至少各选一种"),
        ({"license_types": ["no-such-type"]}, "没有证照类型"),
        ({"fields": ["premises"]}, "没有信息项 premises"),
    ],
)
def test_what_cannot_be_registered_is_refused_when_it_comes(
    applying: Applying, wrong: dict[str, object], said: str
) -> None:
    answer = applying.apply(None, **wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "11010519491231002X" not in answer.text


def test_a_person_and_an_enterprise_s_bare_token_do_not_apply(applying: Applying) -> None:
    person = AccessGrant(
        person="P-1",
        role=CallerRole.CITIZEN,
        holder_key=applying.country.wuhu.services.holder_keys.of(BOSS),
        holder_shown="严**",
    )
    assert applying.apply(person).status_code == 422
    assert "须由法定代表人或企业管理员登录后申请" in applying.enter(person).get(HERE).text


def test_an_enterprise_s_applications_do_not_pile_up(applying: Applying) -> None:
    answers = [applying.apply(purpose=f"用途{number}").status_code for number in range(4)]
    assert answers == [303, 303, 303, 422]


@pytest.mark.parametrize("role", ["issuer", "window", "auditor", "system_admin", "supervisor"])
def test_nobody_else_decides_or_applies(applying: Applying, role: str) -> None:
    number = applying.applied()
    client = sign_in(applying.country.wuhu, applying.country.wuhu.tokens[role])
    csrf = csrf_of(client.get("/session").text)

    answers = [
        client.post(f"{ADMIN}/applications/{number}/accept", data={"csrf": csrf, "days": "90"}),
        client.post(f"{ADMIN}/applications/{number}/refuse", data={"csrf": csrf, "reason": "否"}),
        client.post(HERE, data={"csrf": csrf, "purpose": "用途"}),
        client.post(f"{HERE}/{number}/secret", data={"csrf": csrf}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert len(applying.country.wuhu.services.verifier_applications.waiting()) == 1
