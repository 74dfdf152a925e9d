"""Publishing: what is due and nothing else, once, by one publisher."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from certs.errors import StatusListBusyError
from certs.intents import Intent
from certs.lifecycle import record_status
from certs.ports import UnitOfWork
from certs.status_indexes import StatusIndex
from certs.status_lists import publishing
from certs.status_lists.publishing import StatusPublisher, rebuilt
from certs.status_lists.tokens import StatusListToken
from certs.statuses import StatusEvent, StatusKind
from signing.errors import KeyUnavailableError
from signing.sm2 import PublicKey
from tests import desks, sealed, world
from tests.doubles.issuing import FixedClock
from tests.doubles.register import MemoryDatabase
from tests.doubles.status_lists import MemoryShelf

S = StatusKind
HOUR = timedelta(hours=1)


@dataclass
class House:
    """A register, a clock, and a publisher; more publishers may be had."""

    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    clock: FixedClock = field(default_factory=FixedClock)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)

    @property
    def open_unit(self) -> Callable[[], UnitOfWork]:
        return self.database.unit_of_work

    def publisher(self, owner: str = "a") -> StatusPublisher:
        return StatusPublisher(
            unit_of_work=self.open_unit,
            clock=self.clock,
            signer=world.region("340200").status_signer,
            public_url="http://wuhu.test",
            shelf=self.shelf,
            owner=owner,
        )

    def publish(self) -> list[tuple[int, int]]:
        """Publish; return list and number of changes of each publication."""
        found = self.publisher().publish()
        self.publisher().fill_shelf()
        return [(item.number, item.changed) for item in found]

    def issue(self, *numbers: int, list_number: int = 0, event: StatusEvent | None = None) -> None:
        with self.open_unit() as work:
            for number in numbers:
                place = StatusIndex(list_number=list_number, index=number)
                license = replace(desks.license_of(number), status_index=place)
                if event is not None:
                    license = replace(license, status=event.kind)
                work.licenses.add([(license, event or desks.event_of())])
            work.commit()

    def change(self, number: int, kind: StatusKind, *, in_hours: float = 0) -> None:
        event = replace(
            desks.event_of(kind),
            recorded_at=self.clock.now(),
            effective_at=self.clock.now() + in_hours * HOUR,
        )
        record_status(desks.identifier(number), event, unit_of_work=self.open_unit)

    def value(self, index: int, number: int = 0) -> int:
        return self.token(number).statuses.get(index)

    def token(self, number: int = 0) -> StatusListToken:
        return StatusListToken.parse(self.shelf.tokens[number])


@pytest.fixture
def house() -> House:
    return House()


def test_a_list_begins_with_its_first_license(house: House) -> None:
    assert house.publish() == []

    house.issue(5)

    assert house.publish() == [(0, 0)]
    assert house.value(5) == 0
    token = house.token()
    token.verify(world.region("340200").status_signer.certificate)
    assert token.uri == "http://wuhu.test/api/v1/status-lists/0"
    assert token.issued_at == house.clock.now()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (S.SUSPENDED, 2),
        (S.REVOKED, 1),
        (S.RESCINDED, 1),
        (S.WITHDRAWN, 1),
        (S.CANCELLED, 1),
        (S.VOID, 1),
        (S.TRANSFERRED, 1),
        (S.SUPERSEDED, 3),
    ],
)
def test_a_change_of_status_is_in_the_next_list(house: House, kind: StatusKind, value: int) -> None:
    house.issue(5, 6)
    house.publish()

    house.change(5, kind)

    assert house.publish() == [(0, 1)]
    assert (house.value(5), house.value(6)) == (value, 0)


def test_a_license_that_comes_back_is_in_force_again(house: House) -> None:
    house.issue(5)
    for kind in (S.SUSPENDED, S.ACTIVE):
        house.change(5, kind)
        house.publish()
        house.clock.time += HOUR

    assert house.value(5) == 0


def test_a_pending_license_is_not_in_force(house: House) -> None:
    house.issue(5, event=desks.event_of(S.PENDING))
    house.publish()
    assert house.value(5) == 2

    house.change(5, S.ACTIVE)
    house.publish()

    assert house.value(5) == 0


def test_what_takes_effect_later_turns_the_entry_when_its_time_comes(house: House) -> None:
    house.issue(5)
    house.publish()
    house.change(5, S.REVOKED, in_hours=3)

    assert house.publish() == []
    house.clock.time += 3 * HOUR - timedelta(microseconds=1)
    assert house.publish() == []
    house.clock.time += timedelta(microseconds=1)
    assert house.publish() == [(0, 1)]
    assert house.value(5) == 1


def test_a_rescission_turns_the_entry_at_once_whatever_its_date(house: House) -> None:
    house.issue(5)
    house.change(5, S.RESCINDED, in_hours=-30)
    house.publish()

    assert house.value(5) == 1


def test_an_abandoned_intent_is_no_license(house: House) -> None:
    with house.open_unit() as work:
        work.intents.add([_intent()])
        work.intents.abandon([_intent()])
        work.commit()

    assert house.publish() == [(0, 1)]
    assert house.value(7) == 1


def test_nothing_new_is_published_where_nothing_changed(house: House) -> None:
    house.issue(5)
    house.issue(6, list_number=1)
    house.publish()
    versions = {number: house.token(number).version for number in (0, 1)}
    house.change(5, S.REVOKED)
    house.issue(7, list_number=1)

    assert house.publish() == [(0, 1)]
    assert house.publish() == []

    assert house.token(0).version != versions[0]
    assert house.token(1).version == versions[1]
    assert house.shelf.puts == 3


def test_an_unchanged_list_is_signed_again_before_it_grows_old(house: House) -> None:
    house.issue(5)
    house.publish()
    first = house.token()
    house.clock.time += first.ttl / 2 - timedelta(seconds=1)
    assert house.publish() == []

    house.clock.time += timedelta(seconds=1)

    assert house.publish() == [(0, 0)]
    assert house.token().issued_at == house.clock.now()
    assert house.token().statuses == first.statuses
    assert first.ttl / 2 < (first.expires_at - first.issued_at) / 2


def test_many_notes_are_followed_in_several_steps(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_MOST_CHANGES", 3)
    house.issue(*range(1, 9))
    house.publish()
    for number in range(1, 9):
        house.change(number, S.REVOKED)

    assert sum(changed for _, changed in house.publish()) == 8
    assert [house.value(index) for index in range(10)] == [0, *[1] * 8, 0]
    with house.open_unit() as work:
        assert work.status_lists.waiting(0) == 0


def test_a_publisher_keeps_others_out_and_lets_them_in_afterwards(house: House) -> None:
    house.issue(5)
    with house.open_unit() as work:
        work.status_lists.take_lease(
            "b", now=house.clock.now(), until=house.clock.now() + timedelta(seconds=60)
        )
        work.commit()

    broken = replace(house.publisher("a").signer, signer=_Broken())
    with pytest.raises(StatusListBusyError):
        # Nothing is signed in vain: the key is not even asked.
        replace(house.publisher("a"), signer=broken).publish()
    house.clock.time += timedelta(seconds=61)
    assert len(house.publisher("a").publish()) == 1
    assert house.publisher("b").publish() == ()


def test_who_lost_the_lease_meanwhile_publishes_nothing(house: House) -> None:
    """A publisher that slept through its lease must not overwrite what came after it."""
    house.issue(5)
    signer = replace(house.publisher().signer, signer=_Delayed(house))
    slow = replace(house.publisher("slow"), signer=signer)

    with pytest.raises(StatusListBusyError):
        slow.publish()

    with house.open_unit() as work:
        kept = work.status_lists.newest(0)
        assert kept is not None
        assert StatusListToken.parse(kept.encoded).statuses.get(5) == 1


def test_a_silent_key_store_loses_no_change(house: House) -> None:
    house.issue(5)
    house.publish()
    house.change(5, S.REVOKED)
    broken = replace(house.publisher(), signer=replace(house.publisher().signer, signer=_Broken()))

    with pytest.raises(KeyUnavailableError):
        broken.publish()

    assert house.value(5) == 0
    assert house.publish() == [(0, 1)]
    assert house.value(5) == 1


def test_what_was_published_before_a_crash_is_laid_out_after_it(house: House) -> None:
    house.issue(5)
    house.publisher().publish()
    assert house.shelf.tokens == {}

    house.publisher().fill_shelf()

    assert house.value(5) == 0
    house.shelf.tokens[0] = b"damaged"
    house.publisher().fill_shelf()
    assert house.value(5) == 0


def test_licenses_of_an_older_release_are_placed_and_published(house: House) -> None:
    number = str(sealed.record().identifier)
    with house.open_unit() as work:
        work.intents.add([_intent()])
        work.licenses.add([(replace(desks.license_of(1), identifier=number), desks.event_of())])
        work.licenses.append_event(number, desks.event_of(S.REVOKED), expected=S.ACTIVE)
        work.commit()

    assert house.publish() == [(0, 1)]
    assert house.value(7) == 1
    assert house.publish() == []


def test_a_record_that_cannot_be_read_stops_nobody(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.issue(5)
    with house.open_unit() as work:
        work.intents.add([replace(_intent(), record=b"lost")])
        work.intents.abandon([replace(_intent(), record=b"lost")])
        work.commit()

    assert house.publish() == [(0, 0)]
    assert "cannot be read" in caplog.text


def test_a_rebuild_finds_what_was_published_step_by_step(house: House) -> None:
    house.issue(*range(1, 6))
    for number, kind in ((1, S.REVOKED), (2, S.SUSPENDED), (3, S.SUPERSEDED)):
        house.change(number, kind)
        house.publish()
    before = house.token().statuses

    assert rebuilt(house.open_unit, 0, house.clock.now()) == before
    assert house.publisher().publish(rebuild=True) == ()


def test_a_rebuild_repairs_a_list_that_says_something_else(house: House) -> None:
    house.issue(*range(1, 6))
    house.change(1, S.REVOKED)
    house.publish()
    house.database.state.licenses[desks.identifier(2)] = replace(
        house.database.state.licenses[desks.identifier(2)], status=S.REVOKED
    )
    house.database.state.events[desks.identifier(2)].append(desks.event_of(S.REVOKED))
    assert house.publish() == []

    assert [item.changed for item in house.publisher().publish(rebuild=True)] == [1]

    house.publisher().fill_shelf()
    assert [house.value(index) for index in range(4)] == [0, 1, 1, 0]


def _intent() -> Intent:
    return Intent(
        identifier=str(sealed.record().identifier),
        request_key="k",
        started_at=world.NOON,
        record=sealed.record().encode(),
        record_to_be_signed=b"r",
        code_to_be_signed=b"c",
    )


class _Broken(world.MemorySigner):
    """The status key, behind a key store that does not answer."""

    def __init__(self) -> None:
        super().__init__("broken")

    @property
    def public_key(self) -> PublicKey:
        return world.region("340200").status_signer.certificate.public_key

    def sign(self, message: bytes) -> bytes:
        raise KeyUnavailableError(f"no answer for {len(message)} bytes")


class _Delayed(_Broken):
    """The status key, while whose slow answer somebody else takes over and publishes."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._house = house

    def sign(self, message: bytes) -> bytes:
        self._house.clock.time += timedelta(minutes=5)
        self._house.change(5, S.REVOKED)
        self._house.publisher("other").publish()
        return world.region("340200").status_signer.sign(message)
