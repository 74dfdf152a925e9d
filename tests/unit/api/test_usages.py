"""The holder's log over HTTP and as a page: everything is in it, disputes are answered."""

from datetime import timedelta
from typing import Any

import pytest

from api.use_logs import BASES
from certs.releases import BasisKind
from certs.use_logs.counts import count_uses
from tests.instances import Country
from tests.unit.api.test_pages import sign_in


@pytest.fixture
def license(country: Country) -> str:
    return str(country.wuhu.mint()["identifier"])


def use(country: Country, license: str) -> str:
    """Let a window see the license in a case."""
    case = str(country.wuhu.open_case(country.wuhu.rows[0])["case"])
    answer = country.wuhu.client.post(
        f"/api/v1/licenses/{license}/releases",
        json={"case": case},
        headers=country.wuhu.headers("window"),
    )
    assert answer.status_code == 201, answer.text
    return case


def log(country: Country, query: str = "", holder: int = 0) -> Any:  # noqa: ANN401 - JSON
    answer = country.wuhu.client.get(
        f"/api/v1/usages?{query}", headers=country.wuhu.citizen(holder)
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def contest(country: Country, number: int, holder: int = 0) -> Any:  # noqa: ANN401 - a response
    return country.wuhu.client.post(
        f"/api/v1/usages/{number}/disputes",
        json={"note": "那天我没有办过这件事"},
        headers=country.wuhu.citizen(holder),
    )


def count(country: Country) -> int:
    with country.wuhu.services.unit_of_work() as work:
        counted = count_uses(work, now=country.clock.now())
        work.commit()
    return counted


def completeness(country: Country) -> Any:  # noqa: ANN401 - JSON
    return country.wuhu.client.get(
        "/api/v1/usages/completeness", headers=country.wuhu.citizen()
    ).json()


def test_a_holder_reads_who_saw_what_and_why(country: Country, license: str) -> None:
    case = use(country, license)

    shown, _opening = log(country)["uses"]

    assert (shown["license"], shown["user"], shown["case"]) == (license, "W001", case)
    assert (shown["basis_zh"], shown["matter"]) == ("办件查询", "open-restaurant")
    assert "premises" in shown["fields"]
    assert country.wuhu.rows[0]["premises"] not in str(shown)
    assert log(country, holder=1)["uses"] == []


def test_the_log_is_filtered_and_read_page_by_page(country: Country, license: str) -> None:
    for _ in range(3):
        use(country, license)
        country.clock.advance(timedelta(hours=1))
    country.wuhu.file(license)

    first = log(country, "limit=4")
    second = log(country, f"limit=4&before={first['next']}")
    since = (country.clock.now() - timedelta(minutes=61)).isoformat().replace("+00:00", "Z")

    numbers = [item["number"] for item in first["uses"] + second["uses"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 7
    assert second["next"] is None
    assert [item["basis"] for item in log(country, "basis=register")["uses"]] == ["register"]
    assert len(log(country, f"since={since}")["uses"]) == 3
    assert len(log(country, f"until={since}")["uses"]) == 4
    assert log(country, "license=1.2.3")["uses"] == []


def test_a_disputed_use_is_answered_by_whoever_used_it(country: Country, license: str) -> None:
    use(country, license)
    number = log(country)["uses"][0]["number"]
    window = country.wuhu.headers("window")

    raised = contest(country, number)
    waiting = country.wuhu.client.get("/api/v1/usages/disputes", headers=window).json()
    answered = country.wuhu.client.post(
        f"/api/v1/usages/disputes/{raised.json()['id']}/answer",
        json={"finding": "mistake", "words": "误用，已提醒经办人"},
        headers=window,
    )

    assert raised.status_code == answered.status_code == 201
    # Noon of a Wednesday: Thursday, Friday, and Monday after the weekend.
    assert raised.json()["due_at"].startswith("2026-03-23T")
    assert [item["id"] for item in waiting["disputes"]] == [raised.json()["id"]]
    shown = log(country)["uses"][0]["dispute"]
    assert (shown["finding"], shown["answer"]) == ("mistake", "误用，已提醒经办人")


def test_an_answer_that_is_late_is_told_as_that(country: Country, license: str) -> None:
    use(country, license)
    contest(country, log(country)["uses"][0]["number"])

    assert not log(country)["uses"][0]["dispute"]["overdue"]
    country.clock.advance(timedelta(days=6))
    assert log(country)["uses"][0]["dispute"]["overdue"]


def test_nobody_disputes_another_s_use_or_one_twice(country: Country, license: str) -> None:
    use(country, license)
    number = log(country)["uses"][0]["number"]

    assert contest(country, number, holder=1).json()["code"] == "DISPUTE_NOT_FOUND"
    assert contest(country, number + 1).json()["code"] == "DISPUTE_NOT_FOUND"
    assert contest(country, number).status_code == 201
    assert contest(country, number).json()["code"] == "DISPUTE_REFUSED"


def test_a_complete_list_is_shown_to_be_complete(country: Country, license: str) -> None:
    use(country, license)
    assert completeness(country)["result"] == "uncounted"
    country.clock.advance(timedelta(hours=1))

    assert count(country) == 1
    assert count(country) == 0
    assert completeness(country)["result"] == "waiting"
    publisher = country.wuhu.services.ledger.publisher
    assert publisher is not None
    publisher.publish()

    shown = completeness(country)
    assert (shown["result"], shown["uses"]) == ("complete", 2)


def test_the_page_shows_filters_and_disputes(country: Country, license: str) -> None:
    use(country, license)
    token = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    client = sign_in(country.wuhu, token)
    page = client.get("/me/uses").text
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    number = page.partition('action="/me/uses/')[2].partition("/")[0]
    disputed = client.post(f"/me/uses/{number}/dispute", data={"csrf": csrf}).text
    none = client.get("/me/uses?basis=archive").text
    client.cookies.clear()

    assert "办件查询：开办餐饮店" in page
    assert "已申诉" in disputed
    assert "没有记录" in none


def test_every_basis_is_told_in_words() -> None:
    assert set(BASES) == set(BasisKind)
