"""Which status may follow which, and what was in force on day X as known on day Y."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from certs.errors import IllegalTransitionError
from certs.statuses import StatusEvent, StatusKind, check_transition, list_value_at, status_at
from tests import world

S = StatusKind
ENDS = {S.REVOKED, S.RESCINDED, S.WITHDRAWN, S.CANCELLED, S.VOID, S.SUPERSEDED, S.TRANSFERRED}
LEGAL = (
    {(S.PENDING, S.ACTIVE), (S.PENDING, S.VOID), (S.ACTIVE, S.SUSPENDED), (S.SUSPENDED, S.ACTIVE)}
    | {(S.ACTIVE, end) for end in ENDS}
    | {(S.SUSPENDED, end) for end in ENDS - {S.SUPERSEDED, S.TRANSFERRED}}
    | {(S.REVOKED, S.CANCELLED), (S.WITHDRAWN, S.CANCELLED)}
)


@pytest.mark.parametrize("current", S)
@pytest.mark.parametrize("new", S)
def test_a_status_moves_along_legal_edges_alone(current: StatusKind, new: StatusKind) -> None:
    if (current, new) in LEGAL:
        check_transition(current, new)
        return
    with pytest.raises(IllegalTransitionError) as caught:
        check_transition(current, new)
    assert current.zh in str(caught.value)
    assert new.zh in str(caught.value)


def test_list_values_are_those_of_the_design() -> None:
    values = {kind: kind.list_value for kind in S}

    assert {kind for kind, value in values.items() if value == 0} == {S.ACTIVE}
    assert {kind for kind, value in values.items() if value == 1} == ENDS - {S.SUPERSEDED}
    assert {kind for kind, value in values.items() if value == 2} == {S.PENDING, S.SUSPENDED}
    assert {kind for kind, value in values.items() if value == 3} == {S.SUPERSEDED}


def _day(number: int) -> datetime:
    return world.NOON + timedelta(days=number)


def _event(kind: StatusKind, *, effective: int, recorded: int) -> StatusEvent:
    return StatusEvent(kind=kind, effective_at=_day(effective), recorded_at=_day(recorded))


ISSUED = _event(S.ACTIVE, effective=0, recorded=0)
SUSPENDED = _event(S.SUSPENDED, effective=10, recorded=12)
RESUMED = _event(S.ACTIVE, effective=20, recorded=20)
REVOKED = _event(S.REVOKED, effective=30, recorded=25)
BACKDATED = _event(S.REVOKED, effective=5, recorded=30)
BEFORE_BIRTH = _event(S.REVOKED, effective=-1, recorded=1)
RESCINDED = _event(S.RESCINDED, effective=40, recorded=40)
NEXT_MONTH = _event(S.ACTIVE, effective=30, recorded=1)
VOIDED = _event(S.VOID, effective=2, recorded=2)
NO_STATUS = None


@pytest.mark.parametrize(
    ("history", "day", "known", "expected"),
    [
        ((), 0, 100, NO_STATUS),
        ((ISSUED,), -1, 100, NO_STATUS),
        ((ISSUED,), 0, 0, S.ACTIVE),
        ((ISSUED,), 5, -1, NO_STATUS),
        # A suspension of day 10 that was recorded on day 12.
        ((ISSUED, SUSPENDED), 11, 11, S.ACTIVE),
        ((ISSUED, SUSPENDED), 11, 12, S.SUSPENDED),
        ((ISSUED, SUSPENDED), 9, 12, S.ACTIVE),
        ((ISSUED, SUSPENDED), 10, 12, S.SUSPENDED),
        ((ISSUED, SUSPENDED, RESUMED), 15, 100, S.SUSPENDED),
        ((ISSUED, SUSPENDED, RESUMED), 20, 100, S.ACTIVE),
        # A revocation announced on day 25 for day 30.
        ((ISSUED, SUSPENDED, RESUMED, REVOKED), 29, 29, S.ACTIVE),
        ((ISSUED, SUSPENDED, RESUMED, REVOKED), 30, 29, S.REVOKED),
        ((ISSUED, SUSPENDED, RESUMED, REVOKED), 30, 24, S.ACTIVE),
        # Dated back behind what was recorded before it.
        ((ISSUED, SUSPENDED, RESUMED, BACKDATED), 4, 100, S.ACTIVE),
        ((ISSUED, SUSPENDED, RESUMED, BACKDATED), 5, 100, S.REVOKED),
        ((ISSUED, SUSPENDED, RESUMED, BACKDATED), 25, 100, S.REVOKED),
        ((ISSUED, SUSPENDED, RESUMED, BACKDATED), 25, 29, S.ACTIVE),
        ((ISSUED, BEFORE_BIRTH), 50, 100, S.REVOKED),
        # Voided before it would have become active.
        ((NEXT_MONTH, VOIDED), 40, 100, S.VOID),
        ((NEXT_MONTH, VOIDED), 40, 1, S.ACTIVE),
        # 撤销: void from the beginning, once it is known.
        ((ISSUED, SUSPENDED, RESUMED, RESCINDED), 25, 39, S.ACTIVE),
        ((ISSUED, SUSPENDED, RESUMED, RESCINDED), 25, 40, S.RESCINDED),
        ((ISSUED, SUSPENDED, RESUMED, RESCINDED), 0, 40, S.RESCINDED),
        ((ISSUED, SUSPENDED, RESUMED, RESCINDED), 100, 100, S.RESCINDED),
        ((ISSUED, SUSPENDED, RESUMED, REVOKED), 0, 100, S.ACTIVE),
    ],
)
def test_what_was_in_force_on_a_day_as_known_on_a_day(
    history: tuple[StatusEvent, ...], day: int, known: int, expected: StatusKind | None
) -> None:
    found = status_at(history, day=_day(day), known=_day(known))

    assert (found.kind if found else None) is expected


def test_the_order_in_which_events_are_handed_over_does_not_matter() -> None:
    history = (ISSUED, SUSPENDED, RESUMED, BACKDATED)
    for order in permutations(history):
        for day in range(-2, 40, 3):
            assert status_at(order, day=_day(day), known=_day(99)) == status_at(
                history, day=_day(day), known=_day(99)
            )


def test_of_two_events_recorded_at_one_instant_the_later_in_the_log_decides() -> None:
    ended = _event(S.CANCELLED, effective=0, recorded=0)

    assert status_at((ISSUED, ended), day=_day(1), known=_day(1)) == ended


def test_what_comes_to_be_known_never_changes_what_was_known() -> None:
    history = (ISSUED, SUSPENDED, RESUMED, BACKDATED, RESCINDED)
    for day in range(0, 50, 5):
        for known in range(0, 45, 5):
            before = [event for event in history if event.recorded_at <= _day(known)]
            assert status_at(history, day=_day(day), known=_day(known)) == status_at(
                before, day=_day(day), known=_day(99)
            )


def test_a_list_says_what_holds_and_two_before_anything_does() -> None:
    later = StatusEvent(
        kind=S.ACTIVE, effective_at=world.NOON + timedelta(days=1), recorded_at=world.NOON
    )

    assert list_value_at([later], world.NOON) == 2
    assert list_value_at([later], world.NOON + timedelta(days=1)) == 0
    assert list_value_at([], world.NOON) == 2
