"""Notices over HTTP: signed, at least once, in order, and a dead one holds up nobody."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from api.clients.calls import RegionCalls, Voice
from api.notifying import Notifier, Receiver, notifying, pause
from certs.lifecycle import record_status
from certs.notices import Notice, NoticeKind
from certs.regions import RegionCode
from certs.statuses import StatusKind
from signing.request_forms import RequestHead
from signing.request_signatures import parse_request_signature
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.doubles.issuing import FixedClock

S = StatusKind
URL = "http://notices.test/holders/hook"
WITHIN = timedelta(days=90)


@dataclass
class Inbox:
    """A receiver that answers as it is told, and keeps what it took."""

    answer: Callable[[str], int] = lambda _identifier: 204
    requests: list[httpx.Request] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body = json.loads(request.content)
        status = self.answer(body["identifier"])
        if status == 0:
            raise httpx.ConnectError("nobody listens")
        if status < 300:
            self.taken.append((body["identifier"], body.get("status", body["kind"])))
        return httpx.Response(status)


@dataclass
class Office:
    inbox: Inbox
    clock: FixedClock
    notifier: Notifier
    unit_of_work: partial[SqlUnitOfWork]

    def waiting(self) -> int:
        with self.unit_of_work() as work:
            return len(work.notices.waiting(1000))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Three licenses; the first one is suspended."""
    engine = connect(desks.new_database(tmp_path / "db.sqlite3"))
    unit_of_work = partial(SqlUnitOfWork, engine)
    clock, inbox = FixedClock(), Inbox()
    with unit_of_work() as work:
        licenses = [desks.license_of(number) for number in (1, 2, 3)]
        work.licenses.add((item, desks.event_of()) for item in licenses)
        work.commit()
    record_status(desks.identifier(1), desks.event_of(S.SUSPENDED), unit_of_work=unit_of_work)
    region = RegionCode("340200")
    voice = Voice(region=region, signer=world.region("340200").service, now=clock.now)
    calls = RegionCalls(voice=voice, http=httpx.Client(transport=httpx.MockTransport(inbox)))
    notifier = Notifier(
        unit_of_work=unit_of_work,
        clock=clock,
        calls=calls,
        region=region,
        receiver=Receiver.of(URL),
        within=WITHIN,
    )
    yield Office(inbox, clock, notifier, unit_of_work)
    calls.close()
    engine.dispose()


NOTICE = Notice(
    identifier=desks.identifier(1),
    kind=NoticeKind.ISSUED,
    effective_at=world.NOON,
    recorded_at=world.NOON,
)
ONE, TWO, THREE = (desks.identifier(number) for number in (1, 2, 3))


def test_notices_arrive_in_order_and_once(office: Office) -> None:
    while office.notifier.deliver():
        pass

    assert sorted(office.inbox.taken) == sorted(
        [(ONE, "active"), (ONE, "suspended"), (TWO, "active"), (THREE, "active")]
    )
    of_one = [status for identifier, status in office.inbox.taken if identifier == ONE]
    assert of_one == ["active", "suspended"]
    assert office.waiting() == 0


def test_a_request_is_signed_with_the_regions_key(office: Office) -> None:
    office.notifier.deliver()

    request = office.inbox.requests[0]
    assert str(request.url) == URL
    signature = parse_request_signature(request.headers.items())
    signature.verify(
        RequestHead(method="POST", path="/holders/hook", content_type="application/json")
    )
    signature.check_body(request.content)
    assert signature.certificate == world.region("340200").service.certificate


def test_one_that_is_never_taken_holds_up_its_own_license_alone(office: Office) -> None:
    office.inbox.answer = lambda identifier: 422 if identifier == ONE else 200
    for _ in range(5):
        office.notifier.deliver()
        office.clock.time += timedelta(hours=1)

    assert office.inbox.taken == [(TWO, "active"), (THREE, "active")]
    assert office.waiting() == 2
    office.inbox.answer = lambda _identifier: 200
    office.clock.time += timedelta(hours=12)
    while office.notifier.deliver():
        pass
    assert office.inbox.taken[2:] == [(ONE, "active"), (ONE, "suspended")]


def test_a_receiver_that_does_not_listen_is_tried_again_later(office: Office) -> None:
    office.inbox.answer = lambda _identifier: 0

    assert office.notifier.deliver() == 0
    tries = len(office.inbox.requests)
    assert office.notifier.deliver() == 0
    assert len(office.inbox.requests) == tries, "not before its pause is over"
    assert office.waiting() == 4


def test_pauses_grow_and_end_at_six_hours() -> None:
    with_attempts = [
        pause(replace(NOTICE, attempts=attempts)).total_seconds() for attempts in (0, 1, 2, 40)
    ]

    assert with_attempts == [5, 10, 20, 6 * 3600]


def test_without_a_receiver_notices_are_kept(office: Office) -> None:
    office.notifier.receiver = Receiver.of("")

    office.notifier.step()

    assert office.inbox.requests == []
    assert office.waiting() == 4


def test_holders_are_reminded_once_a_day_at_most(office: Office) -> None:
    office.clock.time = world.NOON.replace(year=2030, month=12)
    office.notifier.receiver = None
    office.notifier.step()
    assert office.waiting() == 4 + 3
    with office.unit_of_work() as work:
        work.licenses.add([(desks.license_of(4), desks.event_of())])
        work.commit()
    office.notifier.step()
    assert office.waiting() == 4 + 3 + 1

    office.clock.time += timedelta(days=1)
    office.notifier.step()
    assert office.waiting() == 4 + 3 + 1 + 1


def test_a_thread_delivers_while_the_block_runs(office: Office) -> None:
    with notifying(office.notifier, interval=0.01):
        for _ in range(500):
            if office.waiting() == 0:
                break
            time.sleep(0.01)

    assert office.waiting() == 0
