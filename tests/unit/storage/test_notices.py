"""Notices that wait for delivery, in the database and in memory."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certs.lifecycle import record_status
from certs.notices import Notice, NoticeKind, finish_through, remind
from certs.statuses import StatusKind
from tests import desks, world
from tests.unit.storage.conftest import OpenUnit

S = StatusKind
HOUR = timedelta(hours=1)
LATER = world.NOON + 10 * HOUR


@pytest.fixture
def filled(open_unit: OpenUnit) -> OpenUnit:
    """Two licenses, the first suspended since."""
    with open_unit() as work:
        work.licenses.add(
            [(desks.license_of(1), desks.event_of()), (desks.license_of(2), desks.event_of())]
        )
        work.commit()
    event = replace(desks.event_of(S.SUSPENDED), recorded_at=world.NOON + HOUR)
    record_status(desks.identifier(1), event, unit_of_work=open_unit)
    return open_unit


def _taken(open_unit: OpenUnit, *, now: object = LATER, limit: int = 10) -> list[Notice]:
    with open_unit() as work:
        found = work.notices.take(limit, now=now, until=LATER + HOUR)  # type: ignore[arg-type]
        work.commit()
    return list(found)


def _told(notices: list[Notice]) -> list[tuple[str, NoticeKind, StatusKind | None]]:
    return [(item.identifier, item.kind, item.status) for item in notices]


ISSUED_1 = (desks.identifier(1), NoticeKind.ISSUED, S.ACTIVE)
ISSUED_2 = (desks.identifier(2), NoticeKind.ISSUED, S.ACTIVE)
CHANGED_1 = (desks.identifier(1), NoticeKind.CHANGED, S.SUSPENDED)


def test_every_change_writes_one_notice_in_its_own_transaction(filled: OpenUnit) -> None:
    with filled() as work:
        work.licenses.add([(desks.license_of(3), desks.event_of())])  # never committed
    with filled() as work:
        found = work.notices.waiting(10)

    assert _told(list(found)) == [ISSUED_1, ISSUED_2, CHANGED_1]
    numbers = [item.number for item in found]
    assert numbers == sorted(set(numbers))
    assert min(numbers) > 0


def test_what_is_told_names_no_person_and_no_reason(filled: OpenUnit) -> None:
    with filled() as work:
        payloads = [item.as_payload() for item in work.notices.waiting(10)]

    members = {"schema", "number", "identifier", "kind", "status", "effective_at", "recorded_at"}
    assert all(payload.keys() == members for payload in payloads)


def test_notices_of_one_license_go_one_after_the_other(filled: OpenUnit) -> None:
    first = _taken(filled)
    assert _told(first) == [ISSUED_1, ISSUED_2]
    assert _taken(filled) == [], "what is taken is nobody else's for a while"

    with filled() as work:
        work.notices.finish([item.number for item in first])
        work.commit()
    assert _told(_taken(filled)) == [CHANGED_1]


def test_what_was_not_delivered_comes_again_and_holds_up_nobody_else(filled: OpenUnit) -> None:
    one, two = _taken(filled)
    with filled() as work:
        work.notices.finish([two.number])
        work.notices.postpone(one.number, until=LATER + 5 * HOUR)
        work.licenses.add([(desks.license_of(3), desks.event_of())])
        work.commit()

    assert [item.identifier for item in _taken(filled)] == [desks.identifier(3)]
    again = _taken(filled, now=LATER + 5 * HOUR)
    assert one.number in [item.number for item in again]
    assert next(item.attempts for item in again if item.number == one.number) == 1


def test_a_notice_that_a_crash_left_taken_comes_again(filled: OpenUnit) -> None:
    first = _taken(filled)

    assert _told(_taken(filled, now=LATER + HOUR)) == _told(first)


def test_what_was_dealt_with_goes_however_much_it_is(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        licenses = [desks.license_of(number) for number in range(1, 1203)]
        work.licenses.add((item, desks.event_of()) for item in licenses)
        numbers = [notice.number for notice in work.notices.waiting(2000)]
        work.commit()

    with open_unit() as work:
        assert finish_through(numbers[-3], work) == 1200
        assert [notice.number for notice in work.notices.waiting(10)] == numbers[-2:]


def test_a_number_is_never_given_twice(filled: OpenUnit) -> None:
    with filled() as work:
        numbers = [item.number for item in work.notices.waiting(10)]
        work.notices.finish(numbers)
        work.commit()
    with filled() as work:
        work.licenses.add([(desks.license_of(3), desks.event_of())])
        (notice,) = work.notices.waiting(10)

    assert notice.number > max(numbers)


# Reminders ----------------------------------------------------------------------------------------


def test_a_holder_is_reminded_once_of_each_last_day(open_unit: OpenUnit) -> None:
    today = date(2026, 3, 18)
    days = {1: today, 2: today + timedelta(days=90), 3: today + timedelta(days=91), 4: None}
    ended = replace(desks.license_of(5), valid_to=today, status=S.REVOKED)
    yesterday = replace(desks.license_of(6), valid_to=today - timedelta(days=1))
    with open_unit() as work:
        for number, day in days.items():
            license = replace(desks.license_of(number), valid_to=day)
            work.licenses.add([(license, desks.event_of())])
        work.licenses.add([(ended, desks.event_of()), (yesterday, desks.event_of())])
        work.commit()

    with open_unit() as work:
        first = remind(work, now=world.NOON, within=timedelta(days=90), limit=1)
        second = remind(work, now=world.NOON, within=timedelta(days=90))
        third = remind(work, now=world.NOON, within=timedelta(days=90))
        work.commit()

    told = [(item.identifier, item.expires_on) for item in (*first, *second)]
    assert told == [(desks.identifier(1), days[1]), (desks.identifier(2), days[2])]
    assert third == ()
    with open_unit() as work:
        waiting = [item for item in work.notices.waiting(99) if item.kind is NoticeKind.EXPIRING]
    assert [item.as_payload()["expires_on"] for item in waiting] == ["2026-03-18", "2026-06-16"]


def test_reminder_of_a_promise_names_its_case_and_day(open_unit: OpenUnit) -> None:
    due = Notice(
        identifier="C" + "A" * 20,
        kind=NoticeKind.PROMISE_DUE,
        effective_at=world.NOON,
        recorded_at=world.NOON,
        material="deed",
        due_on=date(2026, 4, 15),
    )
    with open_unit() as work:
        work.notices.add([due, replace(due, material="sketch")])
        work.commit()

    with open_unit() as work:
        first, second = work.notices.waiting(9)
        assert replace(first, number=0) == due
        assert (second.kind, second.material) == (NoticeKind.PROMISE_DUE, "sketch")
