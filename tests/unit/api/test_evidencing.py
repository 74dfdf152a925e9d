"""The daily work of evidence: each day that is over, once; what ends soon; what was cut short."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from api.evidence_views import EvidenceState
from api.evidencing import EvidenceRound, evidencing
from certs.civil_dates import day_of, start_of
from storage.errors import ObjectStoreError
from tests.doubles.issuing import MemoryObjects
from tests.doubles.register import MemoryDatabase
from tests.evidenced import DAY, NEW, YEAR, Evidenced
from tests.world import NOON


@pytest.fixture
def archive() -> Evidenced:
    return Evidenced(MemoryDatabase().unit_of_work)


def state(archive: Evidenced, *, has_service: bool = True) -> EvidenceState:
    with archive.unit_of_work() as work:
        return EvidenceState.of(work, has_service=has_service, now=archive.clock.now())


def test_a_day_is_proved_when_it_is_over_and_once(archive: Evidenced) -> None:
    rounds = EvidenceRound(archive.desk)
    archive.archive(1, 2)
    archive.clock.time = start_of(day_of(NOON)) + DAY - timedelta(seconds=1)
    rounds.step()
    assert archive.asked == 0
    archive.clock.time += timedelta(seconds=2)
    archive.archive(3)
    rounds.step()
    rounds.step()

    assert archive.asked == 1
    found = state(archive)
    assert (found.packages, found.waiting, found.is_good) == (2, 1, True)
    assert found.next_end is not None


def test_what_ends_soon_is_looked_for_once_a_day(archive: Evidenced) -> None:
    rounds = EvidenceRound(archive.desk)
    archive.archive(1)
    archive.clock.time = NOON + 10 * YEAR - timedelta(days=170)
    rounds.step()
    rounds.step()
    assert (archive.asked, state(archive).timestamps) == (2, 1), "one to prove, one of no gain"
    archive.which = NEW
    rounds.step()
    assert state(archive).timestamps == 1
    archive.clock.time += DAY
    rounds.step()
    assert state(archive).timestamps == 2


def test_reading_again_that_was_cut_short_is_gone_on_with(archive: Evidenced) -> None:
    archive.archive(*range(7))
    archive.clock.time += DAY
    archive.desk.prove()
    store = _Flaky(archive.store)
    desk = replace(archive.desk, packages=store)
    with pytest.raises(ObjectStoreError):
        desk.rehash()

    EvidenceRound(archive.desk).step()

    assert not archive.desk.is_rehashing()
    assert state(archive).timestamps == 2


class _Flaky(MemoryObjects):
    def __init__(self, inner: MemoryObjects) -> None:
        super().__init__()
        self.contents, self._left = inner.contents, 4

    def find(self, digest: str) -> bytes | None:
        self._left -= 1
        if not self._left:
            raise ObjectStoreError("silent")
        return super().find(digest)


def test_the_state_names_what_somebody_must_look_at(archive: Evidenced) -> None:
    (name,) = archive.archive(1)
    archive.clock.time += 3 * DAY
    waiting = state(archive, has_service=False)
    assert (waiting.overdue, waiting.is_good) == ((name,), False)
    assert any("timestamp_url" in line for line in waiting.lines())
    assert any(name in line for line in waiting.lines())

    archive.desk.prove()
    assert state(archive).is_good
    archive.clock.time = NOON + 11 * YEAR
    ended = state(archive)
    assert (ended.ended, ended.is_good, ended.next_end) == ((1,), False, None)


def test_without_a_timestamp_service_a_server_does_nothing() -> None:
    with evidencing(None):
        pass


def test_a_server_proves_beside_its_requests(archive: Evidenced) -> None:
    (name,) = archive.archive(1)
    archive.clock.time += 2 * DAY

    with evidencing(archive.desk, interval=0.01):
        deadline = time.monotonic() + 20
        while state(archive).waiting and time.monotonic() < deadline:
            time.sleep(0.01)

    assert archive.record(name).chains
