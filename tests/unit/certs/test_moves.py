"""Changes of status: now, earlier, later; what is planned, called off, and overturned."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from certs.errors import (
    ApproverRequiredError,
    DuplicateLicenseError,
    IllegalTransitionError,
    LicenseNotFoundError,
    MoveNotAllowedError,
    MoveTimeError,
    UnknownEventError,
)
from certs.lifecycle import (
    as_it_stands,
    call_off_status,
    present_status,
    record_status,
    reverse_status,
)
from certs.statuses import StatusEvent, StatusKind, status_at
from tests import desks, world
from tests.unit.storage.conftest import OpenUnit, open_unit

__all__ = ["open_unit"]
S = StatusKind


@dataclass(frozen=True)
class Book:
    """License 1, issued at noon, and what is recorded about it, by hours since then."""

    open_unit: OpenUnit

    def move(self, kind: StatusKind, hours: float, *, effective: float | None = None) -> None:
        record_status(
            desks.identifier(1),
            event(kind, hours, effective=effective),
            unit_of_work=self.open_unit,
        )

    def reverse(self, number: int, hours: float, **changes: object) -> StatusEvent:
        decision = replace(
            event(S.ACTIVE, hours),
            approver="I002",
            overturns=number,
            **changes,  # type: ignore[arg-type]
        )
        return reverse_status(desks.identifier(1), decision, unit_of_work=self.open_unit)

    def call_off(self, number: int, hours: float) -> StatusEvent:
        decision = replace(event(S.ACTIVE, hours), overturns=number)
        return call_off_status(desks.identifier(1), decision, unit_of_work=self.open_unit)

    def stands(self, hours: float, *, known: float = 1000) -> StatusKind | None:
        with self.open_unit() as work:
            found = status_at(
                work.licenses.events(desks.identifier(1)), day=_at(hours), known=_at(known)
            )
        return found.kind if found else None

    def present(self, hours: float) -> StatusKind:
        with self.open_unit() as work:
            license = work.licenses.get(desks.identifier(1))
            shown = as_it_stands(license, work, _at(hours))
            assert shown.status is present_status(license, work, _at(hours))
        return shown.status


@pytest.fixture
def book(open_unit: OpenUnit) -> Book:
    with open_unit() as work:
        work.licenses.add([(desks.license_of(1), desks.event_of())])
        work.commit()
    return Book(open_unit)


def _at(hours: float) -> datetime:
    return world.NOON + timedelta(hours=hours)


def event(kind: StatusKind, hours: float, *, effective: float | None = None) -> StatusEvent:
    return replace(
        desks.event_of(kind),
        recorded_at=_at(hours),
        effective_at=_at(hours if effective is None else effective),
    )


# For later ---------------------------------------------------------------------------------------


def test_a_change_for_later_takes_effect_by_itself_at_its_time(book: Book) -> None:
    book.move(S.REVOKED, 1, effective=10)

    assert [book.present(hours) for hours in (1, 9.99, 10, 50)] == [
        S.ACTIVE,
        S.ACTIVE,
        S.REVOKED,
        S.REVOKED,
    ]


def test_a_suspension_may_come_with_its_end(book: Book) -> None:
    book.move(S.SUSPENDED, 1)
    book.move(S.ACTIVE, 2, effective=72)

    assert [book.present(hours) for hours in (3, 71, 72)] == [S.SUSPENDED, S.SUSPENDED, S.ACTIVE]


def test_a_plan_stands_when_something_else_is_recorded_meanwhile(book: Book) -> None:
    book.move(S.REVOKED, 1, effective=30)
    book.move(S.SUSPENDED, 2)

    assert [book.present(hours) for hours in (3, 30)] == [S.SUSPENDED, S.REVOKED]


def test_plans_that_contradict_one_another_are_refused(book: Book) -> None:
    book.move(S.SUSPENDED, 1, effective=10)
    for kind, effective in ((S.SUSPENDED, 20), (S.SUSPENDED, 2), (S.CANCELLED, 5)):
        with pytest.raises(IllegalTransitionError):
            book.move(kind, 2, effective=effective)

    book.move(S.ACTIVE, 3, effective=40)
    assert [book.present(hours) for hours in (9, 10, 40)] == [S.ACTIVE, S.SUSPENDED, S.ACTIVE]


def test_a_license_may_be_ended_now_whatever_is_planned(book: Book) -> None:
    book.move(S.SUSPENDED, 1, effective=10)
    book.move(S.ACTIVE, 1, effective=20)

    book.move(S.REVOKED, 5)

    assert [book.present(hours) for hours in (5, 10, 25)] == [S.REVOKED] * 3


def test_a_plan_is_called_off_before_its_time_and_not_after(book: Book) -> None:
    book.move(S.REVOKED, 1, effective=10)

    done = book.call_off(2, 5)

    assert (done.kind, done.effective_at) == (S.ACTIVE, _at(5))
    assert book.present(20) is S.ACTIVE
    assert book.stands(20, known=4) is S.REVOKED
    with pytest.raises(UnknownEventError):
        book.call_off(2, 6)
    book.move(S.REVOKED, 7)
    with pytest.raises(UnknownEventError):
        book.call_off(4, 8)


def test_a_called_off_change_can_be_planned_anew(book: Book) -> None:
    book.move(S.REVOKED, 1, effective=10)
    book.call_off(2, 2)
    book.move(S.REVOKED, 3, effective=12)

    assert [book.present(hours) for hours in (11, 12)] == [S.ACTIVE, S.REVOKED]


# Times -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "hours", "effective"),
    [(S.REVOKED, 1, -24), (S.SUSPENDED, 1, -48), (S.RESCINDED, 1, 2)],
)
def test_times_at_which_a_change_cannot_be_are_refused(
    book: Book, kind: StatusKind, hours: float, effective: float
) -> None:
    with pytest.raises(MoveTimeError):
        book.move(kind, hours, effective=effective)
    assert book.present(100) is S.ACTIVE


def test_a_change_is_not_for_a_day_before_the_last_one(book: Book) -> None:
    book.move(S.SUSPENDED, 48)

    with pytest.raises(MoveTimeError):
        book.move(S.ACTIVE, 60, effective=12)
    book.move(S.RESCINDED, 61, effective=12)
    assert book.stands(1) is S.RESCINDED


def test_what_has_not_begun_may_be_ended_from_now_on(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        later = event(S.ACTIVE, 0, effective=100)
        work.licenses.add([(desks.license_of(1), later)])
        work.commit()
    book = Book(open_unit)

    book.move(S.VOID, 5)

    assert [book.stands(hours) for hours in (4, 5, 200)] == [None, S.VOID, S.VOID]


def test_a_type_may_know_fewer_changes_than_the_law(book: Book) -> None:
    with pytest.raises(MoveNotAllowedError):
        record_status(
            desks.identifier(1),
            event(S.TRANSFERRED, 1),
            unit_of_work=book.open_unit,
            allowed_moves=frozenset({S.REVOKED}),
        )
    assert book.present(2) is S.ACTIVE


# Overturned --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [S.REVOKED, S.RESCINDED, S.WITHDRAWN, S.CANCELLED, S.VOID, S.TRANSFERRED, S.SUSPENDED]
)
def test_a_reversal_restores_what_stood_from_the_day_it_says(book: Book, kind: StatusKind) -> None:
    book.move(kind, 10)

    done = book.reverse(2, 50, effective_at=_at(30))

    assert done.kind is S.ACTIVE
    assert [book.stands(hours) for hours in (29, 30)] == [kind, S.ACTIVE]
    assert book.stands(40, known=49) is kind
    assert book.present(50) is S.ACTIVE


def test_a_reversal_gives_back_a_suspension_that_stood_before(book: Book) -> None:
    book.move(S.SUSPENDED, 5)
    book.move(S.REVOKED, 10)

    assert book.reverse(3, 20).kind is S.SUSPENDED
    assert book.present(21) is S.SUSPENDED


def test_a_second_court_overturns_the_first(book: Book) -> None:
    book.move(S.REVOKED, 10)
    book.reverse(2, 20)
    book.reverse(3, 30)

    assert [book.stands(hours) for hours in (15, 25, 35)] == [S.REVOKED, S.ACTIVE, S.REVOKED]


@pytest.mark.parametrize(
    "changes",
    [{"approver": ""}, {"approver": "desk"}, {"decision_no": " "}, {"reason": ""}],
    ids=str,
)
def test_a_reversal_needs_a_decision_a_reason_and_another_person(
    book: Book, changes: dict[str, object]
) -> None:
    book.move(S.REVOKED, 10)
    decision = replace(
        replace(event(S.ACTIVE, 20), approver="I002", overturns=2),
        **changes,  # type: ignore[arg-type]
    )

    with pytest.raises(ApproverRequiredError):
        reverse_status(desks.identifier(1), decision, unit_of_work=book.open_unit)
    assert book.present(30) is S.REVOKED


@pytest.mark.parametrize("number", [-1, 0, 1, 2, 5, 6])
def test_what_is_no_decision_in_effect_is_not_overturned(book: Book, number: int) -> None:
    """The birth, what was overturned, what is planned, and what there is not."""
    book.move(S.SUSPENDED, 10)
    book.reverse(2, 11)
    book.move(S.SUSPENDED, 12)
    book.move(S.CANCELLED, 13, effective=40)

    with pytest.raises(UnknownEventError):
        book.reverse(number, 20)


def test_resuming_is_no_decision_to_overturn(book: Book) -> None:
    book.move(S.SUSPENDED, 10)
    book.move(S.ACTIVE, 11)

    with pytest.raises(UnknownEventError):
        book.reverse(3, 20)


def test_a_reversal_does_not_reach_behind_the_decision(book: Book) -> None:
    book.move(S.REVOKED, 10)

    with pytest.raises(MoveTimeError):
        book.reverse(2, 20, effective_at=_at(9))


def test_a_reversal_does_not_bring_a_number_into_force_twice(book: Book) -> None:
    book.move(S.REVOKED, 10)
    with book.open_unit() as work:
        work.licenses.add([(replace(desks.license_of(1, version=2)), event(S.ACTIVE, 12))])
        work.commit()

    with pytest.raises(DuplicateLicenseError):
        book.reverse(2, 20)
    assert book.present(30) is S.REVOKED


def test_what_is_not_there_is_not_overturned(book: Book) -> None:
    decision = replace(event(S.ACTIVE, 1), approver="I002", overturns=2)
    with pytest.raises(LicenseNotFoundError):
        reverse_status(desks.identifier(9), decision, unit_of_work=book.open_unit)


# Numbers -----------------------------------------------------------------------------------------


def test_a_number_is_kept_until_a_planned_end_has_come(book: Book) -> None:
    book.move(S.REVOKED, 1, effective=10)
    license = desks.license_of(1)

    for hours, expected in ((9, {license.number}), (10, set())):
        with book.open_unit() as work:
            found = work.licenses.in_force(
                license.type_code, license.issuer_code, [license.number], at=_at(hours)
            )
        assert found == expected


def test_a_version_about_to_be_replaced_is_changed_after_the_new_one(book: Book) -> None:
    new = replace(desks.license_of(1, version=2), replaces=desks.identifier(1))
    with book.open_unit() as work:
        end = event(S.SUPERSEDED, 1, effective=50)
        work.licenses.append_event(desks.identifier(1), end, expected=S.ACTIVE)
        work.licenses.add([(new, event(S.ACTIVE, 1, effective=50))])
        work.commit()

    with pytest.raises(IllegalTransitionError, match=new.identifier):
        book.move(S.REVOKED, 2)
    with pytest.raises(IllegalTransitionError):
        book.call_off(2, 2)
    record_status(new.identifier, event(S.VOID, 3), unit_of_work=book.open_unit)
    book.call_off(2, 4)
    book.move(S.REVOKED, 5)
    assert book.present(60) is S.REVOKED
