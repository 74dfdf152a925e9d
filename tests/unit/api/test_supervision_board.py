"""The board of whoever supervises: what is drawn, and where it leads."""

from datetime import date, timedelta

import pytest

from api.supervision_board import board_of, parts_of
from tests.instances import Country, Instance
from tests.unit.api.test_cases import LICENSE, decide, materials
from verify.supervision.figures import Figures
from verify.supervision.tallies import Fact, Weeks

SPAN = ("2026-03-16", "2026-03-22")
# The tests' revocation lists are good for a week.
DAYS_TO_MONDAY = timedelta(days=5)


def taken(instance: Instance) -> None:
    """A case whose license is taken from the register."""
    case = instance.open_case(instance.rows[0])
    assert materials(case)[LICENSE]["outcome"] == "e_license"
    assert decide(instance, case, LICENSE, {"form": "e_license"}).status_code == 201


def test_every_week_has_a_column_and_the_weeks_before_are_compared(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    taken(wuhu)
    country.clock.advance(DAYS_TO_MONDAY)
    for _ in range(2):
        taken(wuhu)
    desk = wuhu.services.supervision
    last = desk.weeks().last

    board = board_of(desk, Weeks(first=last, last=last))

    assert board.total is not None
    (column,) = board.columns
    assert (column.cases, column.rate) == (2, board.total.replacement_rate)
    assert board.before is not None
    assert board.before.cases == 1
    assert board.change == pytest.approx(0)
    monday = date.fromisoformat(board.span[0])
    assert column.label == f"{monday:%m-%d}"
    assert column.address == f"/supervise?from={monday}&to={monday + timedelta(days=6)}"


def test_weeks_without_any_case_have_a_board_as_well(country: Country) -> None:
    desk = country.wuhu.services.supervision

    board = board_of(desk, desk.weeks())

    assert (board.total, board.before, board.change, board.parts) == (None, None, None, ())
    assert {(column.cases, column.rate, column.height) for column in board.columns} == {
        (0, None, 0)
    }
    assert len(board.columns) == 13


def test_parts_make_up_the_whole_and_lead_to_their_cases() -> None:
    counts = {
        (Fact.DECISION, "e_license"): 6,
        (Fact.DECISION, "voluntary"): 1,
        (Fact.DECISION, "demand/P09"): 1,
        (Fact.DECISION, "demand/P99"): 2,
    }

    parts = parts_of(Figures(group="", counts=counts), SPAN)

    assert [(part.name, part.number, part.start) for part in parts] == [
        ("e_license", 6, 0),
        ("voluntary", 1, 60),
        ("demand", 3, 70),
    ]
    assert sum(part.length for part in parts) == pytest.approx(100)
    assert parts[0].address == (
        "/supervise/cases?fact=decision&code=e_license&from=2026-03-16&to=2026-03-22"
    )
    assert parts[2].address == "#demanded"


def test_a_page_shows_a_year_at_most_and_the_cases_of_its_weeks_alone(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    taken(wuhu)
    headers = wuhu.headers("supervisor")
    today = country.clock.now().date()

    page = wuhu.client.get(
        "/supervise", params={"from": "1990-01-01", "to": str(today)}, headers=headers
    )
    inside = {"fact": "case", "from": str(today), "to": str(today)}
    outside = {"fact": "case", "from": "2001-01-01", "to": "2001-02-01"}

    board = page.text.split('id="sources"')[0]
    assert board.count('class="label"') == 53
    assert "<code>C" in wuhu.client.get("/supervise/cases", params=inside, headers=headers).text
    assert "没有" in wuhu.client.get("/supervise/cases", params=outside, headers=headers).text
    wrong = wuhu.client.get("/supervise", params={"from": "heute"}, headers=headers)
    assert wrong.status_code == 422
