"""The holder's log, disputes and committed counts, in each database and in memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from certs.errors import DisputeNotFoundError, DisputeRefusedError
from certs.usages import Usage
from certs.use_logs.counts import Completeness, check_completeness, count_uses
from certs.use_logs.disputes import (
    DisputeFinding,
    answer_dispute,
    raise_dispute,
    working_days_after,
)
from certs.use_logs.entries import EVERY_USE, UseFilter
from storage.license_tables import licenses, usages
from storage.licenses import _to_row
from storage.unit_of_work import SqlUnitOfWork
from storage.use_log_tables import dispute_answers, disputes, use_counts
from tests import world
from tests.desks import event_of, identifier, license_of
from tests.instance_parts import MovingClock
from tests.stored_rows import ROWS

CLOCK = MovingClock(world.NOON)
KEY = license_of(1).holder_key
LATER = world.NOON + timedelta(hours=1)


def usage(number: int = 1, **changes: Any) -> Usage:  # noqa: ANN401 - fields of a use
    made = Usage(
        identifier=identifier(number),
        at=world.NOON,
        user="W001",
        basis="case",
        purpose="办理",
        fields=("premises",),
    )
    return replace(made, **changes)


@pytest.fixture
def open_used(open_unit: Any) -> Any:  # noqa: ANN401 - opens units of either kind
    """Units over a register where two licenses of one holder were used."""
    with open_unit() as work:
        for number in (1, 2):
            work.licenses.add([(replace(license_of(number), holder_key=KEY), event_of())])
        other = replace(license_of(3), holder_key="f" * 64)
        work.licenses.add([(other, event_of())])
        work.usages.add(usage(1))
        work.usages.add(usage(3))
        work.usages.add(usage(2, basis="grant", at=LATER))
        work.commit()
    return open_unit


def test_the_log_is_over_all_licenses_of_one_holder(open_used: Any) -> None:  # noqa: ANN401
    with open_used() as work:
        found = work.holder_log.newest(KEY, 9, wanted=EVERY_USE)
        first = work.holder_log.newest(KEY, 1, wanted=EVERY_USE)
        older = work.holder_log.newest(KEY, 9, before=first[0].number, wanted=EVERY_USE)
        whole = work.holder_log.whole(KEY, through=found[0].number)
        early = work.holder_log.whole(KEY, through=found[-1].number)
        wanted = {
            "license": UseFilter(license=identifier(1)),
            "basis": UseFilter(basis="case"),
            "until": UseFilter(until=LATER),
        }
        narrowed = {
            name: work.holder_log.newest(KEY, 9, wanted=item) for name, item in wanted.items()
        }
        since = work.holder_log.newest(KEY, 9, wanted=UseFilter(since=LATER))
        key, same = work.holder_log.get(found[0].number)
        missing = work.holder_log.get(999)

    assert [item.usage.identifier for item in found] == [identifier(2), identifier(1)]
    assert (first, older) == (found[:1], found[1:])
    assert whole == found[::-1]
    assert early == found[1:]
    assert all(item == found[1:] for item in narrowed.values())
    assert since == found[:1]
    assert (key, same) == (KEY, found[0])
    assert missing is None


def test_a_list_is_counted_once_and_only_when_it_is_settled(open_used: Any) -> None:  # noqa: ANN401
    with open_used() as work:
        assert check_completeness(KEY, work) == (Completeness.UNCOUNTED, None)
        early = count_uses(work, now=world.NOON + timedelta(minutes=10))
        first = count_uses(work, now=LATER)
        again = count_uses(work, now=LATER)
        more = count_uses(work, now=LATER + timedelta(hours=1))
        work.commit()
        result, count = check_completeness(KEY, work)

    assert (early, first, again, more) == (0, 2, 0, 1)
    assert result is Completeness.WAITING
    assert count is not None
    assert count.uses == 2


@pytest.mark.parametrize(
    "act",
    [
        delete(usages).where(usages.c.identifier == identifier(2)),
        update(usages).where(usages.c.identifier == identifier(1)).values(purpose="别的"),
        update(usages).where(usages.c.identifier == identifier(1)).values(identifier=identifier(3)),
    ],
    ids=["removed", "changed", "moved"],
)
def test_a_list_that_somebody_changed_is_told_as_that(engine: Engine, act: Any) -> None:  # noqa: ANN401
    with SqlUnitOfWork(engine) as work:
        for number, key in ((1, KEY), (2, KEY), (3, "f" * 64)):
            work.licenses.add([(replace(license_of(number), holder_key=key), event_of())])
            work.usages.add(usage(number))
        work.commit()
    with SqlUnitOfWork(engine) as work:
        count_uses(work, now=LATER)
        work.commit()

    with engine.begin() as connection:
        connection.execute(act)

    with SqlUnitOfWork(engine) as work:
        assert check_completeness(KEY, work)[0] is Completeness.CHANGED


def test_a_count_that_is_not_in_the_ledger_proves_nothing(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as work:
        work.licenses.add([(license_of(1), event_of())])
        work.usages.add(usage(1))
        count_uses(work, now=LATER)
        work.commit()

    with engine.begin() as connection:
        connection.execute(text("DELETE FROM ledger_entries"))

    with SqlUnitOfWork(engine) as work:
        assert check_completeness(KEY, work)[0] is Completeness.CHANGED


def _raise(open_used: Any, number: int, key: str = KEY, note: str = "") -> Any:  # noqa: ANN401
    return raise_dispute(number, holder_key=key, note=note, unit_of_work=open_used, clock=CLOCK)


def _answer(open_used: Any, dispute: str, by: str = "W001", words: str = "属实") -> Any:  # noqa: ANN401
    return answer_dispute(
        dispute,
        by=by,
        finding=DisputeFinding.RIGHTFUL,
        words=words,
        unit_of_work=open_used,
        clock=CLOCK,
    )


def test_a_dispute_is_kept_with_its_answer(open_used: Any) -> None:  # noqa: ANN401
    with open_used() as work:
        number = work.holder_log.newest(KEY, 1, wanted=EVERY_USE)[0].number
    raised = _raise(open_used, number)
    with open_used() as work:
        assert work.disputes.of_holder(KEY) == work.disputes.of_department("W001") == (raised,)
    answered = _answer(open_used, raised.id)

    with open_used() as work:
        assert work.disputes.get(raised.id) == answered
        assert work.disputes.of_holder("f" * 64) == ()
    with pytest.raises(DisputeRefusedError):
        _raise(open_used, number)
    with pytest.raises(DisputeRefusedError):
        _answer(open_used, raised.id)


def test_strangers_neither_raise_nor_answer(open_used: Any) -> None:  # noqa: ANN401
    with open_used() as work:
        number = work.holder_log.newest(KEY, 1, wanted=EVERY_USE)[0].number
    for key, use in (("f" * 64, number), (KEY, 999)):
        with pytest.raises(DisputeNotFoundError):
            _raise(open_used, use, key)
    raised = _raise(open_used, number)
    with pytest.raises(DisputeNotFoundError):
        _answer(open_used, raised.id, by="W002")
    with pytest.raises(DisputeNotFoundError):
        _answer(open_used, "D" + "B" * 20)


@pytest.mark.parametrize("words", ["", " ", "长" * 201, "11010519491231002X"])
def test_an_answer_is_in_words_and_names_nobody(open_used: Any, words: str) -> None:  # noqa: ANN401
    with pytest.raises(DisputeRefusedError):
        _answer(open_used, "D" + "B" * 20, words=words)


def test_weekends_do_not_count() -> None:
    def day(number: int) -> datetime:
        return datetime(2026, 3, number, 4, tzinfo=UTC)

    assert working_days_after(day(18), 3) == day(23)
    assert working_days_after(day(20), 3) == day(25)
    assert working_days_after(day(21), 1) == day(23)


@pytest.mark.parametrize("table", [disputes, dispute_answers, use_counts])
def test_nothing_is_taken_back(engine: Engine, table: Any) -> None:  # noqa: ANN401 - a table
    with engine.begin() as connection:
        connection.execute(insert(licenses), [_to_row(license_of(1))])
        use = {**ROWS["usages"][0], "row": 1, "identifier": identifier(1), "on_behalf_of": None}
        connection.execute(insert(usages), [use])
        for kept in (disputes, dispute_answers, use_counts):
            connection.execute(insert(kept), ROWS[kept.name])

    with pytest.raises(DBAPIError, match="append_only"), engine.begin() as connection:
        connection.execute(delete(table))
