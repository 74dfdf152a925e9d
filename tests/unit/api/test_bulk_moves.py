"""One change for many licenses: tried out, proposed by one person, confirmed by another."""

import re

from fastapi.testclient import TestClient
from httpx2 import Response

from api.bulk_moves import MOST, listed
from certs.access import CallerRole
from tests.instances import Country
from tests.unit.api.test_department_roles import enter
from tests.unit.api.test_issue_pages import propose, status_of
from tests.unit.api.test_pages import csrf_of

FORM = {"move": "suspended", "decision_no": "芜市监扣〔2026〕7号", "reason": "样例：责令停业整顿"}


def send(client: TestClient, licenses: str, **form: str) -> Response:
    csrf = csrf_of(client.get("/issue/changes").text)
    return client.post("/issue/changes", data={**FORM, "licenses": licenses, "csrf": csrf, **form})


def confirm(client: TestClient) -> Response:
    page = client.get("/issue/proposals").text
    numbers = re.findall(r'name="proposal" value="(\w+)"', page)
    return client.post(
        "/issue/proposals/confirmed", data={"csrf": csrf_of(page), "proposal": numbers}
    )


def test_a_list_is_tried_out_then_proposed_then_confirmed(country: Country) -> None:
    minted = [str(country.wuhu.mint(number)["identifier"]) for number in range(3)]
    client = enter(country, CallerRole.MAKER)
    by_number = country.wuhu.rows[2]["number"]
    typed = f"{minted[0]}\n{minted[1]},{minted[0]}\n\n{by_number} JY00000000000000"
    tried = send(client, typed).text
    with country.wuhu.services.unit_of_work() as work:
        assert work.proposals.waiting(9) == ()
    again = re.findall(r"<textarea[^>]*hidden>([^<]*)", tried)[0]
    proposed = send(client, again, agreed="true").text
    twice = send(client, again, agreed="true").text
    waiting = [status_of(country, item) for item in minted]
    checker = enter(country, CallerRole.CHECKER)
    confirmed = confirm(checker).text

    assert "可以变更 3 份；不能变更 1 份" in tried
    assert "没有这份证照" in tried
    assert "已提出 3 份" in proposed
    assert "已提出 0 份" in twice
    assert waiting == ["active"] * 3
    assert "已执行 3 份" in confirmed
    assert [status_of(country, item) for item in minted] == ["suspended"] * 3


def test_one_that_cannot_be_changed_holds_up_no_other(country: Country) -> None:
    minted = [str(country.wuhu.mint(number)["identifier"]) for number in range(3)]
    country.wuhu.suspend(minted[0])
    client = enter(country, CallerRole.MAKER)
    propose(client, minted[1], move="revoked")
    tried = send(client, "\n".join(minted)).text
    proposed = send(client, "\n".join(minted), agreed="true").text

    assert "可以变更 1 份；不能变更 2 份" in tried
    assert "已提出 1 份，等待另一人复核；不能变更 2 份" in proposed


def test_what_became_impossible_meanwhile_is_said_and_the_rest_is_done(country: Country) -> None:
    minted = [str(country.wuhu.mint(number)["identifier"]) for number in range(2)]
    send(enter(country, CallerRole.MAKER), "\n".join(minted), agreed="true")
    country.wuhu.suspend(minted[0])
    confirmed = confirm(enter(country, CallerRole.CHECKER)).text

    assert "已执行 1 份；不能变更 1 份" in confirmed
    assert status_of(country, minted[1]) == "suspended"


def test_whoever_proposed_a_list_confirms_none_of_it(country: Country) -> None:
    minted = [str(country.wuhu.mint(number)["identifier"]) for number in range(2)]
    client = enter(country, CallerRole.ISSUER, "I001")
    send(client, "\n".join(minted), agreed="true")
    with country.wuhu.services.unit_of_work() as work:
        numbers = [item.id for item in work.proposals.waiting(9)]
    csrf = csrf_of(client.get("/issue/changes").text)
    tried = client.post("/issue/proposals/confirmed", data={"csrf": csrf, "proposal": numbers}).text

    assert 'name="proposal"' not in client.get("/issue/proposals").text
    assert "已执行 0 份；不能变更 2 份" in tried
    assert [status_of(country, item) for item in minted] == ["active"] * 2


def test_a_list_is_neither_empty_nor_endless_and_says_what_is_missing(country: Country) -> None:
    client = enter(country, CallerRole.MAKER)
    empty = send(client, " \n")
    endless = send(client, " ".join(f"N{number}" for number in range(MOST + 1)))
    unsaid = send(client, "N1", decision_no="", move="")

    assert [item.status_code for item in (empty, endless, unsaid)] == [422, 422, 422]
    assert f"现有 {MOST + 1} 份" in endless.text
    assert "文书号" in unsaid.text
    assert "N1" in unsaid.text, "what was typed stays"


def test_a_checker_proposes_no_list_and_a_maker_confirms_none(country: Country) -> None:
    checker = enter(country, CallerRole.CHECKER)
    refused = checker.get("/issue/changes").status_code
    maker = enter(country, CallerRole.MAKER)
    csrf = csrf_of(maker.get("/issue/changes").text)
    answer = maker.post("/issue/proposals/confirmed", data={"csrf": csrf, "proposal": ["a" * 32]})

    assert (refused, answer.status_code) == (403, 403)


def test_lists_are_read_however_they_were_pasted() -> None:
    assert listed("A\tB\r\nC，D、E;F\n\nA") == ("A", "B", "C", "D", "E", "F")


def test_some_of_a_list_are_rejected_and_the_rest_confirmed(country: Country) -> None:
    minted = [str(country.wuhu.mint(number)["identifier"]) for number in range(3)]
    send(enter(country, CallerRole.MAKER), "\n".join(minted), agreed="true")
    client = enter(country, CallerRole.CHECKER)
    page = client.get("/issue/proposals").text
    (first, *_) = re.findall(r'action="/issue/proposals/(\w{32})/rejected"', page)
    client.post(f"/issue/proposals/{first}/rejected", data={"csrf": csrf_of(page), "note": "不属"})
    confirmed = confirm(client).text

    assert "已执行 2 份" in confirmed
    assert sorted(status_of(country, item) for item in minted) == [
        "active",
        "suspended",
        "suspended",
    ]
