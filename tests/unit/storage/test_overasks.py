"""Refused over-asking, in the database and in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import DBAPIError

from certs.civil_dates import day_of
from certs.overasks import OverAsk, OverAskCount
from storage.overask_tables import overasks
from tests import world
from tests.stored_rows import ROWS
from tests.unit.storage.conftest import OpenUnit

REFUSAL = OverAsk(
    at=world.NOON,
    user="W001",
    department="样例部门",
    matter="open-restaurant",
    type_code="11100000MB9TXY0149001",
    case_id="",
    fields=("signatory",),
)


def test_refusals_are_counted_by_department_matter_and_day_of_beijing(open_unit: OpenUnit) -> None:
    tonight = replace(REFUSAL, at=world.NOON + timedelta(hours=13))
    other = replace(REFUSAL, matter="newborn")
    with open_unit() as work:
        for refusal in (REFUSAL, REFUSAL, other, tonight):
            work.overasks.add(refusal)
        work.commit()

    day = day_of(world.NOON)
    with open_unit() as work:
        found = work.overasks.counts(day, day + timedelta(days=1))
        first = work.overasks.counts(day, day)

    def count(matter: str, refusals: int, *, later: int = 0) -> OverAskCount:
        return OverAskCount(
            department="样例部门",
            matter=matter,
            day=day + timedelta(days=later),
            refusals=refusals,
        )

    assert list(first) == [count("newborn", 1), count("open-restaurant", 2)]
    assert list(found) == [*first, count("open-restaurant", 1, later=1)]


def test_refused_requests_are_read_page_by_page_in_their_order(open_unit: OpenUnit) -> None:
    kept = [
        replace(REFUSAL, user=f"W{number}", region="340200", at=world.NOON + timedelta(days=number))
        for number in range(5)
    ]
    kept[2] = replace(kept[2], type_code="11100000MB9TXY0149002")
    with open_unit() as work:
        for refusal in kept:
            work.overasks.add(refusal)
        work.commit()

    first, last = day_of(world.NOON), day_of(world.NOON) + timedelta(days=3)
    with open_unit() as work:
        page = work.overasks.between(first, last, limit=2)
        rest = work.overasks.between(first, last, after=page[-1].number, limit=9)
        typed = work.overasks.between(first, last, type_code=REFUSAL.type_code, limit=9)

    assert [item.refusal for item in (*page, *rest)] == kept[:4]
    assert [item.refusal for item in typed] == [kept[0], kept[1], kept[3]]


@pytest.mark.parametrize("act", [delete(overasks), update(overasks).values(department="")])
def test_a_refusal_is_neither_taken_back_nor_changed(engine: Engine, act: object) -> None:
    with engine.begin() as connection:
        connection.execute(insert(overasks), ROWS["overasks"])

    with pytest.raises(DBAPIError, match="overasks_append_only"), engine.begin() as connection:
        connection.execute(act)  # type: ignore[call-overload]  # either statement


def test_a_refusal_stands_on_its_own_day(engine: Engine) -> None:
    row = {**ROWS["overasks"][0], "day": 1}

    with pytest.raises(DBAPIError, match="that_day"), engine.begin() as connection:
        connection.execute(insert(overasks), [row])
