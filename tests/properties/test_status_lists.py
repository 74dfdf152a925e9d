"""Status lists under random histories, random changes, and random damage."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from certs.errors import IllegalTransitionError, MalformedStatusListError
from certs.lifecycle import record_status
from certs.status_indexes import StatusIndex
from certs.status_lists import rice
from certs.status_lists.containers import StatusList
from certs.status_lists.deltas import StatusDelta, sign_delta
from certs.status_lists.publishing import StatusPublisher, rebuilt
from certs.status_lists.tokens import LIST_SIZE, StatusListToken, no_statuses, sign_status_list
from certs.statuses import StatusKind, list_value_at
from signing.errors import InvalidSignatureError
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.databases import emptied
from tests.doubles.issuing import FixedClock
from tests.doubles.status_lists import MemoryShelf

SLOW = settings(max_examples=40)
HOUR = timedelta(hours=1)
LICENSES = 5
INDEXES = (0, 1, 2, 500_000, LIST_SIZE - 1)
KINDS = tuple(kind for kind in StatusKind if kind is not StatusKind.PENDING)
VALUES = st.dictionaries(st.integers(0, LIST_SIZE - 1), st.integers(0, 3), max_size=60)


@dataclass(frozen=True)
class Act:
    """Something that happens: a license is changed, or, where there is no kind, published."""

    hours: float
    number: int = 0
    kind: StatusKind | None = None
    effective_in: float = 0


ACTS = st.lists(
    st.builds(
        Act,
        hours=st.floats(0, 30),
        number=st.integers(1, LICENSES),
        kind=st.sampled_from([None, *KINDS]),
        effective_in=st.sampled_from([0, 0, -50, 1, 10, 1000]),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = connect(desks.new_database(tmp_path_factory.mktemp("lists") / "db.sqlite3"))
    yield made
    made.dispose()


def _register(engine: Engine) -> partial[SqlUnitOfWork]:
    """A register with nothing but the licenses of these tests."""
    open_unit = partial(SqlUnitOfWork, emptied(engine))
    with open_unit() as work:
        for number, index in enumerate(INDEXES, start=1):
            place = StatusIndex(list_number=0, index=index)
            license = replace(desks.license_of(number), status_index=place)
            work.licenses.add([(license, desks.event_of())])
        work.commit()
    return open_unit


def _truth(open_unit: partial[SqlUnitOfWork], clock: FixedClock) -> dict[int, int]:
    """What every entry must say, straight from the events."""
    with open_unit() as work:
        found = {
            index: list_value_at(work.licenses.events(desks.identifier(number)), clock.now())
            for number, index in enumerate(INDEXES, start=1)
        }
    return {index: value for index, value in found.items() if value}


@SLOW
@given(ACTS)
@example([Act(1, 1, StatusKind.REVOKED, 10), Act(12), Act(1, 2, StatusKind.SUSPENDED), Act(0)])
def test_lists_changed_step_by_step_are_those_made_from_the_whole_register(
    engine: Engine, acts: list[Act]
) -> None:
    clock, shelf, open_unit = FixedClock(), MemoryShelf(), _register(engine)
    publisher = StatusPublisher(
        unit_of_work=open_unit,
        clock=clock,
        signer=world.region("340200").status_signer,
        public_url="http://wuhu.test",
        shelf=shelf,
        owner="a",
    )
    for act in [*acts, Act(0)]:
        clock.time += act.hours * HOUR
        if act.kind is None:
            publisher.publish()
            publisher.fill_shelf()
            statuses = StatusListToken.parse(shelf.tokens[0]).statuses
            assert no_statuses().differences(statuses) == _truth(open_unit, clock)
            assert statuses == rebuilt(open_unit, 0, clock.now())
        else:
            _change(open_unit, clock, act, act.kind)


def _change(
    open_unit: partial[SqlUnitOfWork], clock: FixedClock, act: Act, kind: StatusKind
) -> None:
    event = replace(
        desks.event_of(kind),
        recorded_at=clock.now(),
        effective_at=clock.now() + act.effective_in * HOUR,
    )
    try:
        record_status(desks.identifier(act.number), event, unit_of_work=open_unit)
    except IllegalTransitionError:
        return


@given(
    st.sampled_from([1, 2, 4, 8]).flatmap(
        lambda bits: st.tuples(
            st.just(bits),
            st.dictionaries(st.integers(0, 999), st.integers(0, 2**bits - 1)),
        )
    )
)
def test_a_list_packed_and_unpacked_says_the_same(case: tuple[int, dict[int, int]]) -> None:
    bits, values = case
    made = StatusList.empty(bits=bits, size=1000).changed(values)

    read = StatusList.unpack(made.pack(), bits=bits)

    assert [read.get(index) for index in range(1000)] == [
        values.get(index, 0) for index in range(1000)
    ]


@given(st.sets(st.integers(0, 9_999)), st.integers(0, 14))
def test_numbers_coded_and_decoded_are_the_same(numbers: set[int], parameter: int) -> None:
    ordered = tuple(sorted(numbers))

    coded = rice.encode(ordered, parameter=parameter)

    assert rice.decode(coded, count=len(ordered), parameter=parameter, size=10_000) == ordered


@given(st.binary(max_size=60), st.integers(0, 100), st.integers(0, 20))
def test_bytes_that_decode_are_the_code_of_what_they_say(
    data: bytes, count: int, parameter: int
) -> None:
    try:
        numbers = rice.decode(data, count=count, parameter=parameter, size=1000)
    except MalformedStatusListError:
        return

    assert rice.encode(numbers, parameter=parameter) == data
    assert len(numbers) == count


@SLOW
@given(VALUES, VALUES)
def test_an_old_list_and_a_delta_give_the_new_list(
    old: dict[int, int], new: dict[int, int]
) -> None:
    before = no_statuses().changed(old)
    after = before.changed(new)
    versions = [StatusListToken.parse(_token(item)) for item in (before, after)]

    signed = sign_delta(*versions, signer=world.region("340200").status_signer)

    assert StatusDelta.parse(signed).apply(before) == after


@given(st.data())
def test_no_flipped_bit_of_a_token_goes_unnoticed(data: st.DataObject) -> None:
    token = _sound()
    bit = data.draw(st.integers(0, len(token) * 8 - 1))
    bent = bytearray(token)
    bent[bit // 8] ^= 1 << bit % 8

    with pytest.raises((MalformedStatusListError, InvalidSignatureError)):
        StatusListToken.parse(bytes(bent)).verify(world.region("340200").status_signer.certificate)


@given(st.data())
def test_no_flipped_bit_of_a_delta_goes_unnoticed(data: st.DataObject) -> None:
    delta = _sound_delta()
    bit = data.draw(st.integers(0, len(delta) * 8 - 1))
    bent = bytearray(delta)
    bent[bit // 8] ^= 1 << bit % 8

    with pytest.raises((MalformedStatusListError, InvalidSignatureError)):
        StatusDelta.parse(bytes(bent)).verify(world.region("340200").status_signer.certificate)


@given(st.binary(max_size=400))
@example(b"\xd2\x84\x43\xa1\x01\x26\xa0\x40\x40")
def test_any_bytes_are_a_token_or_refused(data: bytes) -> None:
    for parse in (StatusListToken.parse, StatusDelta.parse):
        with pytest.raises(MalformedStatusListError):
            parse(data)


def _token(statuses: StatusList) -> bytes:
    return sign_status_list(
        statuses,
        uri="http://wuhu.test/api/v1/status-lists/0",
        aggregation_uri="http://wuhu.test/api/v1/status-lists",
        issued_at=world.NOON,
        signer=world.region("340200").status_signer,
    )


@cache
def _sound() -> bytes:
    return _token(no_statuses().changed({0: 1, 7: 2, 99: 3}))


@cache
def _sound_delta() -> bytes:
    before = StatusListToken.parse(_token(no_statuses()))
    after = StatusListToken.parse(_sound())
    return sign_delta(before, after, signer=world.region("340200").status_signer)
