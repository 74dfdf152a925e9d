"""The status lists, in the database and in memory: notes, tokens, and the lease."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, insert, update
from sqlalchemy.exc import IntegrityError

from certs.errors import StatusListBusyError
from certs.intents import Intent, IntentStage
from certs.licenses import License
from certs.status_indexes import StatusIndex
from certs.status_lists.ports import EntryCause, KeptToken, StatusListRepository
from certs.statuses import StatusEvent, StatusKind
from storage.license_tables import licenses
from storage.status_list_tables import status_list_tokens
from storage.status_lists import SqlStatusLists, _to_row
from storage.unit_of_work import SqlUnitOfWork
from tests import sealed, world
from tests.desks import event_of, identifier, license_of
from tests.unit.storage.conftest import OpenUnit

S = StatusKind
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def _license(number: int, *, index: int | None = None, list_number: int = 0) -> License:
    place = StatusIndex(list_number=list_number, index=number if index is None else index)
    return replace(license_of(number), status_index=place)


def _event(kind: StatusKind, *, known: float = 0, effective: float | None = None) -> StatusEvent:
    """An event so many days after noon."""
    return replace(
        event_of(kind),
        recorded_at=world.NOON + known * DAY,
        effective_at=world.NOON + (known if effective is None else effective) * DAY,
    )


def _issue(open_unit: OpenUnit, *issued: License, event: StatusEvent | None = None) -> None:
    with open_unit() as work:
        work.licenses.add((item, event or event_of()) for item in issued)
        work.commit()


def _end(open_unit: OpenUnit, number: int, event: StatusEvent) -> None:
    with open_unit() as work:
        work.licenses.append_event(identifier(number), event, expected=S.ACTIVE)
        work.commit()


def _noted(lists: StatusListRepository, days: float, number: int = 0) -> list[int]:
    now = world.NOON + days * DAY
    return [item.index for item in lists.changes(number, now=now, limit=100)]


def _token(number: int = 0, *, version: str = "a", days: float = 0) -> KeptToken:
    at = world.NOON + days * DAY
    return KeptToken(
        number=number,
        version=version * 64,
        published_at=at + timedelta(microseconds=5),
        issued_at=at,
        expires_at=at + 2 * DAY,
        encoded=version.encode() * 3,
    )


def _publish(open_unit: OpenUnit, *tokens: KeptToken) -> None:
    with open_unit() as work:
        for token in tokens:
            before = work.status_lists.newest(token.number)
            work.status_lists.publish(token, after=before.version if before else "")
        work.commit()


def test_a_license_stands_where_it_was_put(open_unit: OpenUnit) -> None:
    _issue(open_unit, _license(1, index=2**20 - 1, list_number=3))

    with open_unit() as work:
        place = StatusIndex(list_number=3, index=2**20 - 1)
        assert work.licenses.get(identifier(1)).status_index == place
        assert work.status_lists.numbers() == (3,)


def test_a_list_is_due_from_its_first_license_until_it_has_a_token(open_unit: OpenUnit) -> None:
    long_ago, now = world.NOON - DAY, world.NOON + DAY
    with open_unit() as work:
        assert work.status_lists.due(now=now, issued_before=long_ago) == ()
    _issue(open_unit, _license(1), _license(2, list_number=1))
    with open_unit() as work:
        assert work.status_lists.due(now=now, issued_before=long_ago) == (0, 1)
        for number in (0, 1):
            work.status_lists.finish(work.status_lists.changes(number, now=now, limit=9))
        work.commit()
    _publish(open_unit, _token(0), _token(1, version="b"))

    with open_unit() as work:
        assert work.status_lists.due(now=now, issued_before=long_ago) == ()
        assert work.status_lists.due(now=now, issued_before=world.NOON) == (0, 1)


def test_an_event_is_noted_in_its_own_transaction(open_unit: OpenUnit) -> None:
    _issue(open_unit, _license(1))
    _publish(open_unit, _token())

    with open_unit() as work:
        work.licenses.append_event(identifier(1), _event(S.REVOKED), expected=S.ACTIVE)
        # Not committed: neither the event nor its note is there.
    with open_unit() as work:
        noted_before = set(_noted(work.status_lists, 1))
    _end(open_unit, 1, _event(S.REVOKED, known=1))

    with open_unit() as work:
        assert noted_before <= {1}
        assert _noted(work.status_lists, 1)[-1] == 1
        now = world.NOON + DAY
        assert work.status_lists.due(now=now, issued_before=world.NOON - DAY) == (0,)


def test_an_entry_is_due_when_the_event_is_known_and_again_when_it_takes_effect(
    open_unit: OpenUnit,
) -> None:
    _issue(open_unit, _license(1))
    with open_unit() as work:
        work.status_lists.finish(work.status_lists.changes(0, now=world.NOON, limit=9))
        work.commit()

    _end(open_unit, 1, _event(S.REVOKED, known=1, effective=30))

    with open_unit() as work:
        assert _noted(work.status_lists, 0.99) == []
        assert _noted(work.status_lists, 1) == [1]
        assert _noted(work.status_lists, 29.99) == [1]
        assert _noted(work.status_lists, 30) == [1, 1]
        assert work.status_lists.waiting(0) == 2


def test_a_license_that_begins_pending_or_later_is_noted(open_unit: OpenUnit) -> None:
    pending = replace(_license(1), status=S.PENDING)
    _issue(open_unit, pending, event=_event(S.PENDING))
    _issue(open_unit, _license(2), event=_event(S.ACTIVE, effective=3))

    with open_unit() as work:
        assert set(_noted(work.status_lists, 0)) == {1, 2}
        assert 2 in _noted(work.status_lists, 3)
        causes = work.status_lists.causes(0, [1, 2])
        assert [item.events[0].kind for item in causes.values()] == [S.PENDING, S.ACTIVE]


def test_followed_notes_are_gone_and_others_stay(open_unit: OpenUnit) -> None:
    now = world.NOON + DAY
    with open_unit() as work:
        work.licenses.add([(_license(number), event_of()) for number in range(1, 701)])
        for number in range(1, 701):
            event = _event(S.REVOKED, known=1)
            work.licenses.append_event(identifier(number), event, expected=S.ACTIVE)
        first = work.status_lists.changes(0, now=now, limit=600)
        work.status_lists.finish(first)
        work.commit()

    with open_unit() as work:
        rest = work.status_lists.changes(0, now=now, limit=10_000)
        assert len(first) == 600
        assert not {item.row for item in first} & {item.row for item in rest}
        assert len({item.index for item in (*first, *rest)}) == 700


def test_causes_are_all_events_of_whoever_has_the_entry(open_unit: OpenUnit) -> None:
    _issue(open_unit, _license(1), _license(2), _license(3, index=1, list_number=1))
    _end(open_unit, 1, _event(S.SUSPENDED, known=1))

    with open_unit() as work:
        causes = work.status_lists.causes(0, range(1500))
        assert causes.keys() == {1, 2}
        assert [item.kind for item in causes[1].events] == [S.ACTIVE, S.SUSPENDED]
        assert causes[2] == EntryCause(events=(event_of(),))
        assert work.status_lists.entries(0, after=-1, limit=9) == (1, 2)
        assert work.status_lists.entries(0, after=1, limit=9) == (2,)
        assert work.status_lists.entries(0, after=-1, limit=1) == (1,)
        assert work.status_lists.entries(1, after=-1, limit=9) == (1,)


def _intent() -> Intent:
    return Intent(
        identifier=str(sealed.record().identifier),
        request_key="k",
        started_at=world.NOON,
        record=sealed.record().encode(),
        record_to_be_signed=b"r",
        code_to_be_signed=b"c",
    )


def test_the_entry_of_an_abandoned_intent_is_burned(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.intents.add([_intent()])
        work.commit()
    with open_unit() as work:
        assert work.status_lists.numbers() == ()
        work.intents.abandon([_intent()])
        work.commit()

    with open_unit() as work:
        assert work.status_lists.causes(0, [6, 7, 8]) == {7: EntryCause(is_burned=True)}
        assert work.status_lists.entries(0, after=-1, limit=9) == (7,)
        assert _noted(work.status_lists, 0) == [7]
        assert work.status_lists.numbers() == (0,)
        assert work.status_lists.unplaced(9) == ()


def test_an_intent_that_goes_on_burns_nothing(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.intents.add([_intent()])
        work.intents.advance(
            [_intent().signed(record_signature=b"r", code_signature=b"c")],
            since=IntentStage.RECORDED,
        )
        work.commit()

    with open_unit() as work:
        assert work.status_lists.causes(0, [7]) == {}
        assert work.status_lists.unplaced(9) == ()


def test_a_license_of_an_older_release_is_found_by_its_record_and_placed(
    open_unit: OpenUnit,
) -> None:
    number = str(sealed.record().identifier)
    old = replace(license_of(1), identifier=number)
    with open_unit() as work:
        work.intents.add([_intent()])
        work.licenses.add([(old, event_of())])
        work.licenses.append_event(
            number, _event(S.REVOKED, known=0, effective=9), expected=S.ACTIVE
        )
        work.commit()
    with open_unit() as work:
        assert work.status_lists.unplaced(9) == ((number, sealed.record().encode()),)
        assert work.status_lists.numbers() == ()
        place = sealed.record().status_index
        work.status_lists.place(number, place, now=world.NOON + DAY)
        work.commit()

    with open_unit() as work:
        assert work.licenses.get(number).status_index == place
        assert work.status_lists.unplaced(9) == ()
        assert work.status_lists.numbers() == (0,)
        assert _noted(work.status_lists, 1) == [7]
        assert _noted(work.status_lists, 9) == [7, 7]


def test_placing_a_license_twice_burns_nothing(open_unit: OpenUnit) -> None:
    """Two publishers may find the same license while one takes over from the other."""
    _issue(open_unit, _license(1))
    place = StatusIndex(list_number=0, index=1)

    with open_unit() as work:
        work.status_lists.place(identifier(1), place, now=world.NOON)
        assert work.status_lists.causes(0, [1]) == {1: EntryCause(events=(event_of(),))}
        assert work.status_lists.entries(0, after=-1, limit=9) == (1,)
        work.commit()


def test_a_token_comes_back_as_it_was_published(open_unit: OpenUnit) -> None:
    _publish(open_unit, _token(), _token(4, version="c"))

    with open_unit() as work:
        assert work.status_lists.newest(0) == _token()
        assert work.status_lists.newest(1) is None
        assert [(item.number, item.version[0]) for item in work.status_lists.present()] == [
            (0, "a"),
            (4, "c"),
        ]


def test_tokens_stand_from_their_publication_until_the_next(open_unit: OpenUnit) -> None:
    _publish(open_unit, _token(version="a"), _token(version="b", days=1))

    with open_unit() as work:
        lists = work.status_lists
        times = {
            "": _token().published_at - timedelta(microseconds=1),
            "a": _token().published_at,
            "aa": world.NOON + DAY,
            "b": world.NOON + DAY + timedelta(microseconds=5),
            "bb": world.NOON + 3 * DAY - SECOND,
        }
        found = {name: lists.at(0, moment) for name, moment in times.items()}
        assert found == {
            "": None,
            "a": _token(version="a"),
            "aa": _token(version="a"),
            "b": _token(version="b", days=1),
            "bb": _token(version="b", days=1),
        }
        assert lists.at(0, world.NOON + 3 * DAY) is None
        assert lists.at(1, world.NOON + DAY) is None


def test_a_version_is_found_in_its_own_list_only(open_unit: OpenUnit) -> None:
    _publish(open_unit, _token(version="a"), _token(version="b", days=1))

    with open_unit() as work:
        assert work.status_lists.find(0, "a" * 64) == _token(version="a")
        assert work.status_lists.find(1, "a" * 64) is None
        assert work.status_lists.find(0, "c" * 64) is None


@pytest.mark.parametrize("after", ["", "b" * 64])
def test_who_did_not_see_the_present_token_publishes_nothing(
    open_unit: OpenUnit, after: str
) -> None:
    _publish(open_unit, _token())

    with open_unit() as work, pytest.raises(StatusListBusyError):
        work.status_lists.publish(_token(version="c", days=1), after=after)
    with open_unit() as work:
        assert work.status_lists.newest(0) == _token()


def test_the_last_token_of_each_day_is_kept_and_gaps_are_told(open_unit: OpenUnit) -> None:
    # Noon, 13:12 and 14:24 in Beijing, and so on the next day.
    days = (0, 0.05, 0.1, 1, 1.05, 2)
    _publish(
        open_unit,
        *(_token(version=name, days=day) for name, day in zip("abcdef", days, strict=True)),
    )
    with open_unit() as work:
        dropped = work.status_lists.prune(world.NOON + 1.07 * DAY)
        work.commit()

    with open_unit() as work:
        kept = [name for name in "abcdef" if work.status_lists.find(0, name * 64)]
        assert (dropped, kept) == (2, ["c", "d", "e", "f"])
        assert work.status_lists.at(0, world.NOON + 0.06 * DAY) is None
        assert work.status_lists.prune(world.NOON + 9 * DAY) == 1
        assert work.status_lists.at(0, world.NOON + 0.5 * DAY) == _token(version="c", days=0.1)
        # Another list stood then, which is gone; the one before it must not pass for it.
        assert work.status_lists.at(0, world.NOON + 1.02 * DAY) is None
        assert work.status_lists.newest(0) == _token(version="f", days=2)


def test_one_holds_the_lease_until_it_ends_or_runs_out(open_unit: OpenUnit) -> None:
    now, until = world.NOON, world.NOON + 60 * SECOND

    with open_unit() as work:
        lists = work.status_lists
        assert lists.take_lease("a", now=now, until=until)
        assert not lists.take_lease("b", now=now + 59 * SECOND, until=until)
        assert lists.take_lease("a", now=now + 59 * SECOND, until=until + 60 * SECOND)
        assert not lists.take_lease("b", now=until, until=until)
        assert lists.take_lease("b", now=until + 60 * SECOND, until=until + 120 * SECOND)
        lists.end_lease("a")
        assert not lists.take_lease("a", now=until + 61 * SECOND, until=until)
        lists.end_lease("b")
        assert lists.take_lease("a", now=until + 61 * SECOND, until=until)


def test_of_many_who_ask_at_once_one_gets_the_lease(open_unit: OpenUnit) -> None:
    start = Barrier(6)

    def ask(number: int) -> bool:
        start.wait()
        with open_unit() as work:
            taken = work.status_lists.take_lease(
                str(number), now=world.NOON, until=world.NOON + DAY
            )
            work.commit()
        return taken

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(ask, range(6))) == 1


# What the database alone keeps ----------------------------------------------------------------


def test_no_two_licenses_share_an_entry(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as work:
        work.licenses.add([(_license(1), event_of()), (_license(2), event_of())])
        work.commit()

    with pytest.raises(IntegrityError, match=r"(?i)unique"), engine.begin() as connection:
        connection.execute(
            update(licenses).where(licenses.c.identifier == identifier(2)).values(status_entry=1)
        )


def test_a_list_has_one_present_token(engine: Engine) -> None:
    with engine.begin() as connection:
        SqlStatusLists(connection).publish(_token(), after="")

    with pytest.raises(IntegrityError, match=r"(?i)unique"), engine.begin() as connection:
        connection.execute(insert(status_list_tokens), [_to_row(_token(version="b"))])
