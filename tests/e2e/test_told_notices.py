"""A notifier that is killed on the way tells everything, some of it twice, under one number."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from api.clients.calls import RegionCalls, Voice
from api.notifying import Notifier, Receiver
from certs.lifecycle import record_status
from certs.regions import RegionCode
from certs.statuses import StatusKind
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.databases import NewDatabase
from tests.doubles.issuing import FixedClock

LICENSES = 3
NEVER = 0
RECORDING = 2
"""The second transaction of a delivery: the first one takes, this one writes what arrived."""
LONGEST_TAKEN = timedelta(minutes=21)


class Inbox(HTTPServer):
    """A receiver on loopback that serves one request when asked to, and keeps what it took."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.timeout = 30
        self.taken: list[tuple[int, str, str]] = []
        self.victim = 0

    def take(self, count: int, *, victim: int = 0) -> None:
        """Serve requests; a sender who is named is killed instead of being answered."""
        self.victim = victim
        for _ in range(count):
            self.handle_request()


class _Taker(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.taken.append((body["number"], body["identifier"], body["status"]))
        if self.server.victim:
            os.kill(self.server.victim, signal.SIGKILL)
            return
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Office:
    """Three licenses, the first one suspended since: four notices wait."""

    url: str
    inbox: Inbox
    clock: FixedClock = field(default_factory=FixedClock)

    def notifier(self, unit_of_work: Callable[[], SqlUnitOfWork]) -> Notifier:
        region = RegionCode("340200")
        voice = Voice(region=region, signer=world.region("340200").service, now=self.clock.now)
        return Notifier(
            unit_of_work=unit_of_work,
            clock=self.clock,
            calls=RegionCalls(voice=voice),
            region=region,
            receiver=Receiver.of(f"http://127.0.0.1:{self.inbox.server_port}/hook"),
            within=timedelta(days=90),
        )

    def deliver_apart(self, *, dies_at: int = NEVER) -> int:
        """Deliver in a process of its own; return its number."""
        child = os.fork()
        if not child:
            opened = 0

            def open_unit() -> SqlUnitOfWork:
                nonlocal opened
                opened += 1
                if opened == dies_at:
                    os.kill(os.getpid(), signal.SIGKILL)
                return SqlUnitOfWork(engine)

            try:
                engine = connect(self.url)
                self.notifier(open_unit).deliver()
            finally:
                os._exit(0)
        return child

    def waiting(self) -> list[int]:
        engine = connect(self.url)
        with SqlUnitOfWork(engine) as work:
            found = [notice.number for notice in work.notices.waiting(100)]
        engine.dispose()
        return found


@pytest.fixture
def office(new_sqlite: NewDatabase) -> Iterator[Office]:
    url = new_sqlite()
    engine = connect(url)
    unit_of_work = partial(SqlUnitOfWork, engine)
    with unit_of_work() as work:
        licenses = [desks.license_of(number) for number in range(1, LICENSES + 1)]
        work.licenses.add((item, desks.event_of()) for item in licenses)
        work.commit()
    suspended = desks.event_of(StatusKind.SUSPENDED)
    record_status(desks.identifier(1), suspended, unit_of_work=unit_of_work)
    engine.dispose()
    with Inbox() as inbox:
        yield Office(url, inbox)


@pytest.mark.parametrize(("sent", "is_answered"), [(1, False), (LICENSES, True)])
def test_what_was_sent_and_not_recorded_is_sent_again_under_its_number(
    office: Office, sent: int, *, is_answered: bool
) -> None:
    before = office.waiting()
    child = office.deliver_apart(dies_at=RECORDING if is_answered else NEVER)
    office.inbox.take(sent, victim=0 if is_answered else child)
    _, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert office.waiting() == before, "nothing is forgotten that was not recorded"
    first = list(office.inbox.taken)
    assert len(first) == sent

    office.clock.time += LONGEST_TAKEN
    with_two = office.deliver_apart()
    office.inbox.take(LICENSES)
    os.waitpid(with_two, 0)
    last = office.deliver_apart()
    office.inbox.take(1)
    os.waitpid(last, 0)

    again = office.inbox.taken[sent:]
    assert set(first) <= set(again), "told twice, and by the number one can see it"
    assert [number for number, _, _ in sorted(set(again))] == before
    of_first = [status for _, identifier, status in again if identifier == desks.identifier(1)]
    assert of_first == ["active", "suspended"]
    assert office.waiting() == []
