"""Marked licenses over HTTP, on pages and on the command line."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.case_marks import case_marks
from certs.applications import parse_application
from certs.civil_dates import day_of
from certs.copies import CopyStatement
from certs.faces.pages import page_text
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.mark_keeping import FoundMarks, find_marks
from certs.marks import Mark
from certs.type_folders import shipped_type
from certs.type_imports import sample_rows
from certs.usages import Usage
from tests.instances import Country
from tests.sharing import known, uses, window
from tests.unit.api.test_grants import EVIDENCE, agent, give, opened, see
from tests.unit.api.test_pages import csrf_of, sign_in
from tests.unit.certs.test_marks import born
from verify.acceptance.records import Applicant

SECRET = Mark.TRADE_SECRET
CHILD = Mark.UNDER_14
ORDER = {"recipient": "样例银行镜湖支行", "purpose": "开立单位结算账户", "days": 30}


@pytest.fixture
def license(country: Country) -> str:
    return str(country.wuhu.mint()["identifier"])


@pytest.fixture
def child(country: Country, license: str) -> str:
    """The same license, as if it were about a child."""
    until = day_of(country.clock.now()) + timedelta(days=1)
    with country.wuhu.services.unit_of_work() as work:
        found = FoundMarks(identifier=license, child_until=until, type_secrets=frozenset())
        work.marks.learn([found])
        work.commit()
    return license


def mark(country: Country, license: str, field: str = "premises") -> Any:  # noqa: ANN401 - a response
    return country.wuhu.client.post(
        f"/api/v1/licenses/{license}/marks", json={"field": field}, headers=country.wuhu.citizen()
    )


def last(country: Country, license: str) -> Usage:
    return uses(country, license)[0]


def test_a_license_of_a_newborn_is_known_to_be_about_a_child(country: Country) -> None:
    license_type = shipped_type("birth_certificate")
    row = sample_rows(license_type.folder)[0]
    desk = replace(country.wuhu.services.desks[str(license_type.code)], operator="I001")

    (outcome,) = issue([IssueRequest("newborn", parse_application(license_type, row))], desk=desk)

    assert outcome.license is not None
    with country.wuhu.services.unit_of_work() as work:
        kept = work.licenses.get(outcome.license.identifier)
    assert kept.child_until == date(2039, 8, 1)
    assert kept.has_marks_known


# Children ----------------------------------------------------------------------------------------


def test_a_child_s_session_is_refused_and_a_guardian_at_a_window_is_not(
    country: Country, child: str
) -> None:
    desk, case = country.wuhu.headers("window"), opened(country)

    by_child = give(country, child, country.wuhu.citizen())
    unseen = give(country, child, desk, basis="one_case", case=case)
    by_guardian = give(country, child, desk, case=case, **EVIDENCE)
    shown = see(country, child, desk, case=case, grant=by_guardian.json()["id"])

    assert by_child.json()["code"] == unseen.json()["code"] == "GRANT_REFUSED"
    assert "监护人" in by_child.json()["detail"]
    assert by_guardian.status_code == 201
    assert [item["mark"] for item in shown.json()["marks"]] == [CHILD]
    assert "未满十四周岁" in shown.json()["marks"][0]["zh"]
    assert last(country, child).marks == (CHILD,)


def test_what_a_child_granted_before_it_was_known_lets_nothing_out(
    country: Country, license: str
) -> None:
    delegation = {"basis": "delegation", "grantee_kind": "person", "grantee": "agent-1"}
    given = give(country, license, country.wuhu.citizen(), **delegation, fields=["premises"]).json()
    until = day_of(country.clock.now()) + timedelta(days=1)
    with country.wuhu.services.unit_of_work() as work:
        found = FoundMarks(identifier=license, child_until=until, type_secrets=frozenset())
        work.marks.learn([found])
        work.commit()

    answer = see(country, license, agent(country), grant=given["id"], fields=["premises"])

    assert (answer.status_code, answer.json()["code"]) == (403, "OVERASK")
    assert (answer.json()["marks"], answer.json()["fields"]) == (["under-14"], ["premises"])
    today = day_of(country.clock.now())
    with country.wuhu.services.unit_of_work() as work:
        (refused,) = work.overasks.between(today, today, limit=9)
    assert refused.refusal.marks == (CHILD,)
    listed = country.wuhu.client.get(
        "/api/v1/statistics/overasks", headers=country.wuhu.headers("supervisor")
    ).json()
    assert [item["mark"] for item in listed["requests"][0]["marks"]] == ["under-14"]


def test_data_of_a_child_may_be_compared_as_nothing_leaves(country: Country, child: str) -> None:
    data = window(country).data("zzxxyz", known(country, child))

    assert data["result"] == 0
    assert last(country, child).marks == (CHILD,)


def test_whoever_handles_a_case_is_told_what_is_marked(country: Country, child: str) -> None:
    mark(country, child)
    case = country.wuhu.open_case(country.wuhu.rows[0])
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])

    page = client.get(f"/window/cases/{case['case']}").text

    found = [item["marks"] for item in case["materials"] if item["license"] == child]  # type: ignore[attr-defined]
    assert [[item["mark"] for item in marks] for marks in found] == [[SECRET, CHILD]]
    assert CHILD.zh in page
    assert SECRET.zh in page
    assert last(country, child).marks == (SECRET, CHILD)


def test_another_region_is_given_a_child_s_license_by_duty_and_the_use_is_marked(
    country: Country, child: str
) -> None:
    country.baoji.open_case(country.wuhu.rows[0])

    assert last(country, child).user.startswith("宝鸡")
    assert last(country, child).marks == (CHILD,)


def test_of_another_region_s_license_the_holder_s_code_tells_of_a_child(country: Country) -> None:
    country.wuhu.mint()
    services = country.baoji.services
    case = country.baoji.open_case(country.wuhu.rows[0])
    view = services.acceptance.view_case(str(case["case"]))
    young, old = (
        replace(view, case=replace(view.case, applicant=Applicant(code=born(day), name="样例")))
        for day in (date(2020, 5, 1), date(2000, 5, 1))
    )

    marks = list(case_marks(young, services).values())

    assert marks
    assert set(marks) == {(CHILD,)}
    assert case_marks(old, services) == case_marks(view, services) == {}


def test_whoever_reads_a_license_or_a_file_of_it_is_told_what_is_marked(
    country: Country, license: str
) -> None:
    issuer, client = country.wuhu.headers("issuer"), country.wuhu.client
    address = f"/api/v1/licenses/{license}"
    plain = client.get(address, headers=issuer).json()
    mark(country, license)

    shown = client.get(address, headers=issuer).json()
    file = client.get(f"{address}/files/pdf", headers=issuer)

    assert "marks" not in plain
    assert [item["mark"] for item in shown["marks"]] == [SECRET]
    assert file.headers["Yinxin-Marks"] == "trade-secret"


# Trade secrets -----------------------------------------------------------------------------------


def test_a_holder_marks_a_field_sees_that_and_lifts_it(country: Country, license: str) -> None:
    holder = country.wuhu.citizen()
    path = f"/api/v1/licenses/{license}/marks"

    made = mark(country, license)
    read = country.wuhu.client.get(path, headers=holder).json()
    lifted = country.wuhu.client.delete(f"{path}/premises", headers=holder).json()

    assert made.status_code == 201
    assert read == made.json()
    assert [(item["name"], item["label"], item["by_type"]) for item in read["secrets"]] == [
        ("premises", "经营场所", False)
    ]
    assert lifted["secrets"] == []
    assert [item["marked"] for item in lifted["changes"]] == [True, False]


def test_nobody_but_the_holder_reads_or_changes_marks(country: Country, license: str) -> None:
    path, client = f"/api/v1/licenses/{license}/marks", country.wuhu.client
    others: tuple[dict[str, str], ...] = (
        country.wuhu.citizen(1),
        country.wuhu.headers("window"),
        {},
    )

    answers = [client.get(path, headers=who).status_code for who in others]
    answers += [
        client.post(path, json={"field": "premises"}, headers=who).status_code for who in others
    ]
    answers += [client.delete(f"{path}/premises", headers=who).status_code for who in others]

    assert answers == [404, 403, 401] * 3
    assert mark(country, license, "certificateNumber").json()["code"] == "SECRET_REFUSED"


def test_a_secret_leaves_by_a_matter_s_clause_and_by_the_holder_s_grant(
    country: Country, license: str
) -> None:
    mark(country, license)
    desk, case = country.wuhu.headers("window"), opened(country)
    delegation = {"basis": "delegation", "grantee_kind": "person", "grantee": "agent-1"}
    given = give(country, license, country.wuhu.citizen(), **delegation, fields=["premises"]).json()

    by_clause = see(country, license, desk, case=case, fields=["premises"])
    by_grant = see(country, license, agent(country), grant=given["id"], fields=["premises"])
    other = see(country, license, desk, case=case, fields=["certificateNumber"])

    assert by_clause.status_code == by_grant.status_code == 201
    assert [item["mark"] for item in by_grant.json()["marks"]] == [SECRET]
    assert other.json()["marks"] == []
    assert [use.marks for use in uses(country, license)] == [(), (SECRET,), (SECRET,), (SECRET,)]


def test_a_window_s_word_is_no_agreement_of_the_holder(country: Country, license: str) -> None:
    mark(country, license)
    desk, case = country.wuhu.headers("window"), opened(country)
    unseen = give(country, license, desk, basis="one_case", case=case, max_uses=9).json()

    answer = see(country, license, desk, case=case, grant=unseen["id"], fields=["premises"])
    plain = see(country, license, desk, case=case, grant=unseen["id"], fields=["certificateNumber"])

    assert (answer.status_code, answer.json()["marks"]) == (403, ["trade-secret"])
    assert plain.status_code == 201


def test_guesses_at_a_secret_are_not_confirmed_and_are_counted(
    country: Country, license: str
) -> None:
    mark(country, license)
    row = country.wuhu.rows[0]
    asker, today = window(country), day_of(country.clock.now())

    told = asker.data("zzxxyz", known(country, license))
    right = asker.answer("zzxxyz", known(country, license) | {"premises": row["premises"]})
    wrong = asker.answer("zzxxyz", known(country, license) | {"premises": "别处"})

    assert told["result"] == 0
    assert right["head"]["status"] == wrong["head"]["status"] != 0
    assert right.get("data") == wrong.get("data")
    with country.wuhu.services.unit_of_work() as work:
        found = work.overasks.between(today, today, limit=9)
    assert [item.refusal.marks for item in found] == [(SECRET,), (SECRET,)]
    assert [item.refusal.fields for item in found] == [("premises",), ("premises",)]


def test_what_a_holder_shows_by_a_code_is_agreed_and_marked(country: Country, license: str) -> None:
    mark(country, license)
    body = {"license": license, "purpose": "样例", "fields": ["premises"]}
    made = country.wuhu.client.post(
        "/api/v1/display-codes", json=body, headers=country.wuhu.citizen()
    ).json()

    shown = country.wuhu.client.post(
        "/api/v1/display-codes/redeem",
        json={"code": made["code"]},
        headers=country.wuhu.headers("window"),
    ).json()

    assert [item["mark"] for item in shown["marks"]] == [SECRET]
    assert last(country, license).marks == (SECRET,)


def test_a_copy_says_what_is_marked_on_the_page_and_in_its_statement(
    country: Country, child: str
) -> None:
    mark(country, child)
    holder = country.wuhu.citizen()
    entry = country.wuhu.client.post(
        "/api/v1/annotated-copies", json={"license": child, **ORDER}, headers=holder
    ).json()

    pdf = country.wuhu.client.get(entry["pdf"], headers=holder).content
    report: Any = country.wuhu.verify(pdf)

    statement = CopyStatement.of_pdf(pdf)
    assert statement is not None
    assert statement.marks == (SECRET, CHILD)
    text = "".join((page_text(pdf) or "").split())
    assert CHILD.zh in text
    assert SECRET.zh in text
    facts = [item["facts"] for item in report["findings"] if item["check"] == "copy.statement"]
    assert facts[0]["marks"] == "trade-secret,under-14"
    assert report["conclusion"] == "passed"


def test_the_next_version_keeps_what_the_holder_marked(country: Country, license: str) -> None:
    mark(country, license)
    body = country.wuhu.client.get(
        f"/api/v1/licenses/{license}", headers=country.wuhu.headers("issuer")
    )
    assert body.status_code == 200
    desk = replace(next(iter(_food_desks(country))), operator="I001")
    application = parse_application(
        desk.license_type,
        {**country.wuhu.rows[0], "valid_from": "2026-03-18", "issued_on": "2026-03-18"},
    )

    (outcome,) = issue([IssueRequest("next", application, replaces=license)], desk=desk)

    assert outcome.license is not None, outcome.refusal
    with country.wuhu.services.unit_of_work() as work:
        assert work.licenses.get(outcome.license.identifier).held_secrets == {"premises"}


def _food_desks(country: Country) -> Any:  # noqa: ANN401 - desks
    code = str(shipped_type("food_business").code)
    return [country.wuhu.services.desks[code]]


# Pages and licenses of older releases ------------------------------------------------------------


def test_a_holder_marks_on_the_page_and_reads_it_wherever_it_was_used(
    country: Country, license: str
) -> None:
    token = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    client = sign_in(country.wuhu, token)
    page = f"/me/licenses/{license}"
    form = {"csrf": csrf_of(client.get(page).text), "field": "premises"}

    client.post(f"{page}/secret", data=form | {"marked": "yes"})
    marked = client.get(page).text
    opened(country)
    give(country, license, country.wuhu.citizen())
    listed, grants = client.get("/me/uses").text, client.get("/me/grants").text
    client.post(f"{page}/secret", data=form | {"marked": ""})

    assert SECRET.zh in marked
    assert "解除标记" in marked
    assert SECRET.zh in listed
    assert SECRET.zh in grants
    assert "解除标记" not in client.get(page).text
    assert client.post(f"{page}/secret", data=form | {"csrf": "0" * 64}).status_code == 403


def test_licenses_of_older_releases_are_looked_through_once(country: Country, license: str) -> None:
    services = country.wuhu.services
    with services.unit_of_work() as work:
        connection = work._connection  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE licenses SET has_marks_known = 0")
        work.commit()
    ready = country.wuhu.client.get("/readyz").json()
    done: list[int] = []

    found = find_marks(
        catalogue=services.catalogue,
        objects=services.objects,
        unit_of_work=services.unit_of_work,
        on_progress=done.append,
    )

    assert ready["licenses_without_known_marks"] == "1"
    assert (found.licenses, found.children, found.unreadable) == (1, 0, 0)
    assert done == [1]
    after = country.wuhu.client.get("/readyz").json()
    assert after["licenses_without_known_marks"] == "0"
    with services.unit_of_work() as work:
        assert work.licenses.get(license).has_marks_known
