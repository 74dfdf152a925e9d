"""Cases with every way of having a material, over HTTP and on the window's page."""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.services import Services
from certs.access import AccessGrant, CallerRole
from tests.doubles.acceptance import COMMITMENT_RULE, DATA_RULE, RULE, FakeOffice, FakeSources
from tests.doubles.acceptance_matter import MATTER
from tests.instance_parts import case_of, holder_of, url_of
from tests.instances import Country, Instance
from verify.acceptance.ports import Reply
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.parties import Party
from verify.matters.situations import NO_QUESTIONS


def knowing(
    services: Services, sources: FakeSources, office: FakeOffice, matter: Matter = MATTER
) -> Services:
    """Return the services of an instance that has the matter, a register and departments."""
    with services.unit_of_work() as work:
        work.cases.publish(matter)
        work.commit()
    matters = MatterCatalogue((matter,))
    desk = services.acceptance
    inquiry = replace(desk.inquiry, sources=sources, departments=office)
    return replace(
        services,
        matters=matters,
        acceptance=replace(desk, matters=matters, inquiry=inquiry),
    )


@dataclass
class Window:
    """宝鸡's window, whose instance knows the matter."""

    country: Country
    client: TestClient
    sources: FakeSources
    office: FakeOffice

    def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - a response
        return self.client.post(
            f"/api/v1{path}", json=body, headers=self.country.baoji.headers("window")
        )

    def get(self, path: str) -> Any:  # noqa: ANN401 - a response
        return self.client.get(f"/api/v1{path}", headers=self.country.baoji.headers("window"))

    def open(self, **situation: str) -> Any:  # noqa: ANN401 - a response
        body = case_of(self.country.wuhu.rows[0]) | {"matter": MATTER.code, "parties": {}}
        return self.post("/cases", body | {"situation": situation})

    def opened(self) -> tuple[str, dict[str, dict[str, Any]]]:
        case = self.open(size="big").json()
        return case["case"], {item["code"]: item for item in case["materials"]}


@pytest.fixture
def window(country: Country) -> Iterator[Window]:
    sources, office = FakeSources(), FakeOffice()
    services = knowing(country.baoji.services, sources, office)
    with TestClient(create_app(services), base_url=url_of(country.baoji.code)) as client:
        yield Window(country, client, sources, office)


def test_the_notice_says_for_every_material_how_it_is_had_and_by_which_law(window: Window) -> None:
    window.sources.replies[DATA_RULE.source, DATA_RULE.item] = Reply.CONFIRMED

    _, materials = window.opened()

    assert {code: item["outcome"] for code, item in materials.items()} == {
        "every": "data_checked",
        "license": "check_required",
        "heard": "check_running",
        "abolished": "exempt",
        "ended": "self_provided",
        "own": "self_provided",
        "plan": "data_checked",
    }
    assert materials["every"]["legal_basis"] == DATA_RULE.legal_basis
    assert [item["result"] for item in materials["every"]["lookups"]] == ["none", "confirmed"]
    assert materials["heard"]["due_at"] is not None
    assert materials["heard"]["reasons_allowed"] == []


def declare(window: Window, case: str, code: str) -> None:
    """Have the applicant sign on paper."""
    path = f"/cases/{case}/materials/{code}/declaration"
    digest = window.get(path).json()["digest"]
    scan = base64.b64encode(b"%PDF- scan").decode()
    answer = window.post(path, {"digest": digest, "evidence": scan})
    assert (answer.status_code, answer.json()["kind"]) == (201, "handwritten")


def test_commitment_and_deferral_are_said_where_they_are_possible(window: Window) -> None:
    case, materials = window.opened()

    possible = {
        code
        for code, item in materials.items()
        if item["commitment_possible"] and item["deferral_possible"]
    }
    assert possible == {"every"}
    declare(window, case, "every")
    for form, code in (("commitment", "every"), ("deferral", "plan")):
        answer = window.post(f"/cases/{case}/materials/{code}/decision", {"form": form})
        assert (answer.status_code, answer.json()["demand"]) == (201, False)


def test_what_was_declared_is_followed_up_and_a_breach_takes_two_persons(window: Window) -> None:
    case, _ = window.opened()
    path = f"/cases/{case}/materials/every"
    unsigned = window.post(f"{path}/decision", {"form": "commitment"})
    declare(window, case, "every")
    window.post(f"{path}/decision", {"form": "commitment"})
    promise = window.get(f"{path}/promise").json()
    due = window.get("/promises?due_by=2099-01-01").json()

    alone = window.post(f"{path}/follow-up", {"result": "breached", "note": "不属实"})
    both = window.post(
        f"{path}/follow-up", {"result": "breached", "note": "不属实", "approver": "W002"}
    )
    again = window.post(f"{path}/follow-up", {"result": "kept"})

    assert (unsigned.status_code, unsigned.json()["code"]) == (409, "DECLARATION_REQUIRED")
    assert (promise["kind"], promise["is_open"]) == ("commitment", True)
    assert case in {item["case"] for item in due}
    assert (alone.status_code, alone.json()["code"]) == (422, "APPROVER_REQUIRED")
    assert (both.status_code, both.json()["is_open"]) == (201, False)
    assert (again.status_code, again.json()["code"]) == (409, "PROMISE_CLOSED")
    next_case, _ = window.opened()
    excluded = window.get(f"/cases/{next_case}/materials/every/declaration")
    assert (excluded.status_code, excluded.json()["code"]) == (409, "CREDIT_EXCLUDED")


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("every", "DATA_AVAILABLE"),
        ("heard", "DEPARTMENT_CHECK_REQUIRED"),
        ("license", "DEPARTMENT_CHECK_REQUIRED"),
        ("abolished", "NOT_NEEDED"),
    ],
)
def test_a_demand_is_refused_by_the_name_of_what_serves(
    window: Window, code: str, problem: str
) -> None:
    window.sources.replies[DATA_RULE.source, DATA_RULE.item] = Reply.CONFIRMED
    case, materials = window.opened()

    answer = window.post(
        f"/cases/{case}/materials/{code}/decision", {"form": "paper", "reason": "P01"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, problem)
    assert answer.json().get("due_at") == materials[code]["due_at"] or code != "heard"


def test_a_department_that_confirms_is_named_in_the_refusal(window: Window) -> None:
    case, _ = window.opened()
    number = [asked.material for asked in window.office.questions].index("heard") + 1
    window.office.answer(number, Reply.CONFIRMED)
    path = f"/cases/{case}/materials/heard"

    looked_up = window.post(f"{path}/lookup", {}).json()
    refused = window.post(f"{path}/decision", {"form": "paper", "reason": "P01"})
    accepted = window.post(f"{path}/decision", {"form": "department_check"})

    assert looked_up["outcome"] == "department_checked"
    assert (refused.status_code, refused.json()["code"]) == (409, "CHECK_AVAILABLE")
    assert accepted.status_code == 201


def test_an_open_question_is_told_with_its_choices(window: Window) -> None:
    answer = window.open()
    problem = answer.json()

    assert (answer.status_code, problem["code"]) == (422, "SITUATION_OPEN")
    assert (problem["question"], problem["question_zh"]) == ("size", "面积")
    assert [item["code"] for item in problem["choices"]] == ["small", "big"]


@pytest.mark.parametrize(
    ("situation", "why"), [({"size": "huge"}, "no-such-choice"), ({"colour": "red"}, "not-asked")]
)
def test_a_situation_that_does_not_fit_is_refused(
    window: Window, situation: dict[str, str], why: str
) -> None:
    problem = window.open(**situation).json()

    assert (problem["code"], problem["why"]) == ("SITUATION_WRONG", why)


def test_the_situation_settles_what_is_in_the_case(window: Window) -> None:
    small = window.open(size="small").json()

    assert small["situation"] == {"size": "small"}
    assert "plan" not in [item["code"] for item in small["materials"]]


def test_matters_show_questions_ways_and_their_law(window: Window) -> None:
    (matter,) = window.client.get("/api/v1/matters").json()
    every = matter["materials"][0]

    assert [item["code"] for item in matter["questions"]] == ["size"]
    assert [item["way"] for item in every["ways"]] == [
        "e_license",
        "data_check",
        "department_check",
        "commitment",
        "deferral",
    ]
    assert all(item["legal_basis"] for item in every["ways"])
    assert every["necessity"] == "required"
    assert matter["materials"][-1]["when"] == {"size": ["big"]}


def test_the_page_asks_the_question_and_then_opens_the_case(window: Window) -> None:
    window.sources.replies[DATA_RULE.source, DATA_RULE.item] = Reply.CONFIRMED
    token = window.country.baoji.tokens["window"]
    window.client.post("/session", data={"token": token})
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', window.client.get("/window").text)
    assert found is not None
    row = window.country.wuhu.rows[0]
    fields = {
        "csrf": found.group(1),
        "matter": MATTER.code,
        "code_type": "001",
        "code": row["credit_code"],
        "name": row["operator"],
    }

    asked = window.client.post("/window/cases", data=fields)
    wrong = window.client.post("/window/cases", data=fields | {"situation": "size=huge"})
    opened = window.client.post("/window/cases", data=fields | {"situation": "size=big"})
    path = opened.url.path
    kept = window.client.post(
        f"{path}/materials/every", data={"csrf": found.group(1), "form": "data_check"}
    )
    refused = window.client.post(
        f"{path}/materials/heard", data={"csrf": found.group(1), "form": "paper", "reason": "P01"}
    )

    assert 'value="size=big"' in asked.text
    assert "情形的回答不合该事项" in wrong.text
    assert "已通过数据核验，无需提交" in opened.text
    assert "部门核验中，暂不得要求" in opened.text
    assert "已取消，任何人不得要求" in opened.text
    assert "已办结" in kept.text
    assert refused.status_code == 409
    assert "须先经部门核验" in refused.text


def page_of_a_case(client: TestClient, country: Country) -> str:
    """The window's page of a case of the sample matter, as it is opened there."""
    client.post("/session", data={"token": country.baoji.tokens["window"]})
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/window").text)
    assert found is not None
    row = country.wuhu.rows[0]
    fields = {
        "csrf": found.group(1),
        "matter": MATTER.code,
        "code_type": "001",
        "code": row["credit_code"],
        "name": row["operator"],
        "situation": "size=small",
    }
    return client.post("/window/cases", data=fields).text


def test_the_page_says_who_was_silent_and_what_comes_next(window: Window) -> None:
    window.country.post.silent.add(url_of(window.country.wuhu.code))
    window.sources.replies[DATA_RULE.source, DATA_RULE.item] = Reply.CONFIRMED

    page = page_of_a_case(window.client, window.country)

    def of(material: str) -> str:
        return page.partition(f'id="{material}"')[2].partition("</article>")[0]

    for material in ("every", "license"):
        assert "没有应答</strong>：芜湖市（340200）。" in of(material)
    assert "已由其他方式核验，不影响办理" in of("every")
    assert "系统正从另一通道探测" in of("license")
    assert "没有应答" not in of("abolished")


def test_the_page_says_who_was_not_asked_for_want_of_an_agreement(country: Country) -> None:
    needy = replace(RULE, needs_agreement=True)
    materials = (replace(MATTER.materials[1], rules=(needy,)), MATTER.materials[-1])
    matter = replace(MATTER, version=3, materials=materials)
    services = knowing(country.baoji.services, FakeSources(), FakeOffice(), matter)
    with TestClient(create_app(services), base_url=url_of(country.baoji.code)) as client:
        page = page_of_a_case(client, country)

    assert "没有授信约定，未查询</strong>：芜湖市（340200）。" in page
    assert "约定载入信任列表后可以重新查询" in page


CHILD = {"code_type": "999", "code": "X340000001", "name": "样例孩子"}


@pytest.fixture
def nursery(country: Country) -> Iterator[Window]:
    """宝鸡's window, for a matter that looks up a child's license."""
    party = Party(code="child", zh="新生儿", en="The newborn")
    license = MATTER.materials[1]
    matter = replace(
        MATTER,
        version=2,
        situations=NO_QUESTIONS,
        parties=(party,),
        materials=(replace(license, party="child"),),
    )
    sources, office = FakeSources(), FakeOffice()
    services = knowing(country.baoji.services, sources, office, matter)
    with TestClient(create_app(services), base_url=url_of(country.baoji.code)) as client:
        yield Window(country, client, sources, office)


def test_who_a_party_is_is_asked_for_and_then_kept_to_the_window(nursery: Window) -> None:
    body = case_of(nursery.country.wuhu.rows[0])
    body |= {"matter": MATTER.code, "situation": {}, "parties": {}}

    missing = nursery.post("/cases", body)
    strange = nursery.post("/cases", body | {"parties": {"child": CHILD, "aunt": CHILD}})
    opened = nursery.post("/cases", body | {"parties": {"child": CHILD}})

    problem = missing.json()
    assert (missing.status_code, problem["code"]) == (422, "PARTY_OPEN")
    assert (problem["party"], problem["party_zh"]) == ("child", "新生儿")
    assert (strange.status_code, strange.json()["code"]) == (422, "PARTY_WRONG")
    assert opened.json()["parties"] == ["child"]
    assert opened.json()["materials"][0]["party"] == "child"
    assert CHILD["code"] not in opened.text


def test_the_window_page_asks_who_a_party_is(nursery: Window) -> None:
    token = nursery.country.baoji.tokens["window"]
    nursery.client.post("/session", data={"token": token})
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', nursery.client.get("/window").text)
    assert found is not None
    row = nursery.country.wuhu.rows[0]
    fields: dict[str, Any] = {
        "csrf": found.group(1),
        "matter": MATTER.code,
        "code_type": "001",
        "code": row["credit_code"],
        "name": row["operator"],
    }

    asked = nursery.client.post("/window/cases", data=fields)
    halved = nursery.client.post("/window/cases", data=fields | {"party": ["child", "999"]})
    opened = nursery.client.post(
        "/window/cases", data=fields | {"party": ["child", "999", CHILD["code"], CHILD["name"]]}
    )

    assert "当事人：新生儿" in asked.text
    assert halved.status_code == 422
    assert opened.url.path.startswith("/window/cases/C")


def citizen(instance: Instance, row: Mapping[str, str]) -> dict[str, str]:
    """The header of somebody who is signed in at one region and may live in another."""
    return instance.bearer(
        AccessGrant(
            person=row["credit_code"],
            role=CallerRole.CITIZEN,
            holder_key=instance.services.holder_keys.of(holder_of(row)),
            holder_shown=row["operator"],
        )
    )


def test_an_applicant_who_is_signed_in_signs_online_and_nobody_else_does(window: Window) -> None:
    case, _ = window.opened()
    path = f"/api/v1/cases/{case}/materials/every/declaration"
    digest = window.get(f"/cases/{case}/materials/every/declaration").json()["digest"]
    strange_one, applicant = (
        citizen(window.country.baoji, row) for row in reversed(window.country.wuhu.rows[:2])
    )

    strange = window.client.post(path, json={"digest": digest}, headers=strange_one)
    unscanned = window.post(f"/cases/{case}/materials/every/declaration", {"digest": digest})
    signed = window.client.post(path, json={"digest": digest}, headers=applicant)

    assert (strange.status_code, unscanned.status_code) == (403, 409)
    assert (signed.status_code, signed.json()["kind"]) == (201, "online")


def test_the_window_page_shows_the_wording_and_takes_the_signed_scan(window: Window) -> None:
    case, _ = window.opened()
    window.client.post("/session", data={"token": window.country.baoji.tokens["window"]})
    address = f"/window/cases/{case}/materials/every/declaration"
    page = window.client.get(address).text
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert csrf
    assert digest

    refused, taken = (
        window.client.post(
            address,
            data={"csrf": csrf.group(1), "digest": digest.group(1)},
            files={"scan": ("s.pdf", content, "application/pdf")},
        )
        for content in (b"", b"%PDF- scan")
    )

    assert COMMITMENT_RULE.text_zh in page
    assert refused.status_code == 409
    assert taken.url.path == f"/window/cases/{case}"
    assert "告知承诺" in taken.text
    assert window.get(f"/cases/{case}/materials/every/promise").json()["kind"] == "commitment"
