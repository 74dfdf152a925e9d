"""Events for subscribers: written with what they tell, signed, in order, tried again, given up."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.clients.calls import RegionCalls, Voice
from api.clients.yinxin_client import EventChecker, Forged
from api.webhook_desk import WebhookDesk
from api.webhook_sending import (
    REFUSED,
    SILENCE,
    WebhookSender,
    may_be_reached,
    pause,
    sending_webhooks,
)
from certs.catalogue import Catalogue
from certs.errors import WebhookNotFoundError, WebhookRefusedError
from certs.lifecycle import record_status
from certs.notices import NoticeKind
from certs.regions import RegionCode
from certs.statuses import StatusKind as S
from certs.type_folders import shipped_types
from certs.webhooks import GIVEN_UP_AFTER, Delivery, Webhook, WebhookStanding
from signing.errors import MalformedStructureError
from signing.request_forms import RequestHead
from signing.request_signatures import WEBHOOK, parse_request_signature
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.doubles.issuing import FixedClock
from tests.region_servers import serving

REGION = RegionCode("340200")
ONE, TWO = (desks.identifier(number) for number in (1, 2))
Taken = list[tuple[str, str]]


@dataclass
class Receiver:
    """A subscriber's server."""

    answer: Callable[[dict[str, object]], int] = lambda _event: 204
    requests: list[tuple[list[tuple[str, str]], bytes, str]] = field(default_factory=list)
    taken: Taken = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        headers = [(name.decode(), value.decode()) for name, value in request.headers.raw]
        self.requests.append((headers, body, request.url.path))
        event = json.loads(body)
        status = self.answer(event)
        if status in range(200, 300):
            self.taken.append((event["license"], event["status"]))
        return Response(status_code=status, headers={"Location": "http://127.0.0.1:9/"})


@dataclass
class Office:
    """A register of licenses whose events are pushed to a real server."""

    clock: FixedClock
    unit_of_work: partial[SqlUnitOfWork]
    receiver: Receiver
    url: str
    sender: WebhookSender

    @property
    def desk(self) -> WebhookDesk:
        return WebhookDesk(
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            catalogue=Catalogue.of(shipped_types()),
            allows_plain=True,
        )

    def subscribe(self, name: str = "portal", path: str = "/hook", **types: str) -> Webhook:
        wanted = frozenset(types.values()) or frozenset({"*"})
        return self.desk.register(
            name, address=f"{self.url}{path}", license_types=wanted, by="X001"
        )

    def issue(self, *numbers: int) -> None:
        with self.unit_of_work() as work:
            work.licenses.add((desks.license_of(number), desks.event_of()) for number in numbers)
            work.commit()

    def suspend(self, number: int) -> None:
        event = desks.event_of(S.SUSPENDED)
        record_status(desks.identifier(number), event, unit_of_work=self.unit_of_work)

    def deliver_all(self) -> None:
        while self.sender.deliver():
            pass

    def standing(self, name: str = "portal") -> WebhookStanding:
        return next(item for item in self.desk.all() if item.webhook.name == name)


def _sender(
    unit_of_work: partial[SqlUnitOfWork], clock: FixedClock, *, is_limited: bool = False
) -> WebhookSender:
    voice = Voice(region=REGION, signer=world.region("340200").service, now=clock.now, kind=WEBHOOK)
    limits = may_be_reached if is_limited else None
    return WebhookSender(
        unit_of_work=unit_of_work,
        clock=clock,
        calls=RegionCalls(voice=voice, may_be_reached=limits),
        region=REGION,
        allows_plain=True,
    )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    engine = connect(desks.new_database(tmp_path / "db.sqlite3"))
    unit_of_work, clock, receiver = partial(SqlUnitOfWork, engine), FixedClock(), Receiver()
    app = Starlette(routes=[Route("/{path:path}", receiver.take, methods=["POST", "GET"])])
    with serving(app) as url:
        sender = _sender(unit_of_work, clock)
        yield Office(clock, unit_of_work, receiver, url, sender)
        sender.calls.close()
    engine.dispose()


def test_events_arrive_in_order_and_once(office: Office) -> None:
    office.subscribe()
    office.issue(1, 2)
    office.suspend(1)
    office.deliver_all()
    office.deliver_all()

    assert [item for item in office.receiver.taken if item[0] == ONE] == [
        (ONE, "active"),
        (ONE, "suspended"),
    ]
    assert (TWO, "active") in office.receiver.taken
    assert len(office.receiver.taken) == 3
    assert office.standing().waiting == 0
    assert office.standing().last_answer == "204"


def test_an_event_names_the_license_and_times_and_nobody(office: Office) -> None:
    office.subscribe()
    office.issue(1)
    office.deliver_all()
    event = json.loads(office.receiver.requests[0][1])

    assert event == {
        "schema": "yinxin.webhook/1",
        "number": event["number"],
        "event": "license.issued",
        "license": ONE,
        "license_type": ONE.split(".")[5],
        "status": "active",
        "effective_at": world.NOON.isoformat(),
        "recorded_at": world.NOON.isoformat(),
    }


def test_an_event_is_signed_by_the_region_and_is_no_request_of_a_region(office: Office) -> None:
    office.subscribe()
    office.issue(1)
    office.deliver_all()
    headers, body, path = office.receiver.requests[0]
    signature = parse_request_signature(headers, kind=WEBHOOK)
    signature.verify(RequestHead(method="POST", path=path, content_type="application/json"))
    signature.check_body(body)

    assert signature.certificate == world.region("340200").service.certificate
    with pytest.raises(MalformedStructureError):
        parse_request_signature(headers)


def test_who_wants_one_type_hears_of_no_other(office: Office) -> None:
    office.subscribe("nurses", "/nurses", one="nurse_practice")
    office.subscribe("food", "/food", one="food_business", two="drainage_permit")
    office.issue(1)
    office.suspend(1)
    office.deliver_all()

    assert {path for _, _, path in office.receiver.requests} == {"/food"}
    assert len(office.receiver.requests) == 2


def test_what_was_rolled_back_is_told_nobody(office: Office) -> None:
    office.subscribe()
    with office.unit_of_work() as work:
        work.licenses.add([(desks.license_of(1), desks.event_of())])
    office.deliver_all()

    assert office.receiver.requests == []


def test_nothing_is_told_of_before_the_subscription(office: Office) -> None:
    office.issue(1)
    office.subscribe()
    office.deliver_all()

    assert office.receiver.requests == []


def test_one_that_is_never_taken_holds_up_its_own_license_alone(office: Office) -> None:
    office.subscribe()
    office.receiver.answer = lambda event: 500 if event["license"] == ONE else 200
    office.issue(1, 2)
    office.suspend(1)
    for _ in range(4):
        office.deliver_all()
        office.clock.time += timedelta(hours=1)

    assert office.receiver.taken == [(TWO, "active")]
    assert office.standing().waiting == 2
    assert office.standing().last_answer == "500"
    office.receiver.answer = lambda _event: 200
    office.clock.time += timedelta(hours=12)
    office.deliver_all()
    assert office.receiver.taken[1:] == [(ONE, "active"), (ONE, "suspended")]


def test_a_redirect_is_followed_nowhere(office: Office) -> None:
    office.subscribe()
    office.receiver.answer = lambda _event: 302
    office.issue(1)
    office.sender.deliver()

    assert len(office.receiver.requests) == 1
    assert office.standing().waiting == 1


def test_a_server_that_is_gone_is_tried_again_and_given_up_after_three_days(
    office: Office,
) -> None:
    office.desk.register(
        "gone", address="http://127.0.0.1:9/", license_types=frozenset({"*"}), by="X001"
    )
    office.subscribe()
    office.issue(1)
    office.sender.deliver()
    office.sender.deliver()
    silent = office.standing("gone")
    office.clock.time += GIVEN_UP_AFTER
    office.sender.deliver()
    given_up = office.standing("gone")

    assert office.receiver.taken == [(ONE, "active")]
    assert (silent.waiting, silent.last_answer) == (1, SILENCE)
    assert (given_up.waiting, given_up.given_up) == (0, 1)
    with office.unit_of_work() as work:
        assert work.webhooks.forget(office.clock.time + timedelta(seconds=1)) == 1


def test_two_workers_never_send_the_same(office: Office) -> None:
    office.subscribe()
    office.issue(1, 2)
    with office.unit_of_work() as work:
        first = work.webhooks.take(
            100, now=office.clock.time, until=office.clock.time + timedelta(minutes=20)
        )
        work.commit()
    office.sender.deliver()

    assert {item.identifier for item in first} == {ONE, TWO}
    assert office.receiver.requests == []
    office.clock.time += timedelta(minutes=20)
    office.deliver_all()
    assert len(office.receiver.taken) == 2, "what a worker took and never sent comes later"


def test_one_that_is_stopped_hears_nothing_more(office: Office) -> None:
    office.subscribe()
    office.issue(1)
    assert office.desk.stop("portal", by="X002")
    assert not office.desk.stop("portal", by="X002")
    office.issue(2)
    office.deliver_all()

    assert office.receiver.requests == []
    assert office.standing().waiting == 0
    with pytest.raises(WebhookRefusedError):
        office.subscribe()
    with pytest.raises(WebhookNotFoundError):
        office.desk.stop("nobody", by="X002")


def test_pauses_grow_and_end_at_six_hours() -> None:
    def after(attempts: int) -> timedelta:
        return pause(
            Delivery(
                number=1,
                webhook="portal",
                address="https://portal.example/",
                identifier=ONE,
                type_code="T",
                kind=NoticeKind.ISSUED,
                status=S.ACTIVE,
                effective_at=world.NOON,
                recorded_at=world.NOON,
                attempts=attempts,
            )
        )

    assert [after(number).total_seconds() for number in (1, 2, 3, 11, 12, 99)] == [
        *(10, 20, 40),
        *(10_240, 20_480, 21_600),
    ]


def test_a_thread_delivers_while_the_block_runs(office: Office) -> None:
    office.subscribe()
    office.issue(1)
    with sending_webhooks(office.sender, interval=0.01):
        for _ in range(500):
            if office.receiver.taken:
                break
            time.sleep(0.01)

    assert office.receiver.taken == [(ONE, "active")]


# Where deliveries may lead -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", True),
        ("10.1.2.3", True),
        ("192.168.3.4", True),
        ("2001:db8::1", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("0.0.0.0", False),  # noqa: S104 - refused
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("nonsense", False),
    ],
)
def test_deliveries_lead_to_servers_and_not_into_this_machine(
    address: str,
    expected: bool,  # noqa: FBT001 - parametrized
) -> None:
    assert may_be_reached(address) is expected


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_a_name_or_number_of_this_machine_is_not_connected_to(office: Office, host: str) -> None:
    office.subscribe("real", "/real")
    port = office.url.rpartition(":")[2]
    office.desk.register(
        "own", address=f"http://{host}:{port}/", license_types=frozenset({"*"}), by="X001"
    )
    office.issue(1)
    sender = _sender(office.unit_of_work, office.clock, is_limited=True)
    sender.deliver()
    sender.calls.close()

    assert office.receiver.requests == []
    assert office.standing("own").last_answer == SILENCE


def test_in_production_nothing_is_sent_that_could_be_read_on_its_way(office: Office) -> None:
    office.subscribe()
    office.issue(1)
    strict = WebhookSender(
        unit_of_work=office.unit_of_work,
        clock=office.clock,
        calls=office.sender.calls,
        region=REGION,
        allows_plain=False,
    )
    strict.deliver()

    assert office.receiver.requests == []
    assert office.standing().last_answer == REFUSED
    desk = WebhookDesk(
        unit_of_work=office.unit_of_work,
        clock=office.clock,
        catalogue=Catalogue.of(shipped_types()),
        allows_plain=False,
    )
    with pytest.raises(WebhookRefusedError):
        desk.register(
            "plain", address="http://a.example/", license_types=frozenset({"*"}), by="X001"
        )
    desk.register("good", address="https://a.example/", license_types=frozenset({"*"}), by="X001")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://a.example/",
        "https:///path",
        "https://user:secret@a.example/",
        "https://a.example/?token=1",
        "https://a.example/?",
        "https://a.example/#x",
        "https://a.example:99999/",
        "https://a.example/ x",
        "https://a.example/\n",
        "https://例子.example/",
        "https://a.example/" + "x" * 400,
    ],
)
def test_what_is_no_address_is_refused(office: Office, address: str) -> None:
    with pytest.raises(WebhookRefusedError):
        office.desk.register("bad", address=address, license_types=frozenset({"*"}), by="X001")


@pytest.mark.parametrize("types", [frozenset(), frozenset({"*", "food_business"}), {"nothing"}])
def test_what_are_no_types_is_refused(office: Office, types: frozenset[str]) -> None:
    with pytest.raises(WebhookRefusedError):
        office.desk.register(
            "bad", address="https://a.example/", license_types=frozenset(types), by="X001"
        )


def test_it_is_the_same_on_postgresql(new_postgresql: Callable[[], str]) -> None:
    engine: Engine = connect(new_postgresql())
    unit_of_work = partial(SqlUnitOfWork, engine)
    webhook = Webhook(
        name="portal",
        address="https://portal.example/hook",
        license_types=frozenset({"*"}),
        registered_at=world.NOON,
        registered_by="X001",
    )
    later = world.NOON + timedelta(minutes=20)
    with unit_of_work() as work:
        work.webhooks.add(webhook)
        work.licenses.add([(desks.license_of(1), desks.event_of())])
        work.commit()
    record_status(ONE, desks.event_of(S.SUSPENDED), unit_of_work=unit_of_work)
    with unit_of_work() as work, unit_of_work() as beside:
        (first,) = work.webhooks.take(9, now=world.NOON, until=later)
        assert beside.webhooks.take(9, now=world.NOON, until=later) == ()
        work.webhooks.finish([first.number])
        work.webhooks.hear([("portal", "204"), ("portal", "503")])
        work.commit()
    with unit_of_work() as work:
        (second,) = work.webhooks.take(9, now=world.NOON, until=later)
        (standing,) = work.webhooks.all()
    engine.dispose()

    assert (first.status, second.status) == (S.ACTIVE, S.SUSPENDED)
    assert (standing.webhook, standing.waiting, standing.last_answer) == (webhook, 1, "503")


# What receivers do --------------------------------------------------------------------------------


def _check(office: Office, **changes: object) -> dict[str, object]:
    headers, body, path = office.receiver.requests[0]
    signer = world.region("340200").service
    checker = EventChecker(
        region="340200", certificate=signer.certificate.encoded, now=office.clock.time.timestamp
    )
    given: dict[str, object] = {"path": path, "headers": dict(headers), "body": body, **changes}
    return dict(checker.check(**given))  # type: ignore[arg-type]


@pytest.fixture
def told(office: Office) -> Office:
    office.subscribe()
    office.issue(1)
    office.deliver_all()
    return office


def test_a_receiver_checks_an_event_with_the_client_in_one_file(told: Office) -> None:
    assert _check(told)["license"] == ONE


def test_a_receiver_refuses_what_was_changed_or_is_old(told: Office) -> None:
    headers, body, _ = told.receiver.requests[0]
    named = dict(headers)
    for changes in (
        {"body": body + b" "},
        {"path": "/other"},
        {"headers": {**named, "content-type": "text/plain"}},
        {"headers": {**named, "signature": "yx=:AAAA:"}},
        {"headers": {name: text for name, text in named.items() if name != "signature"}},
        {
            "headers": {
                **named,
                "signature-input": named["signature-input"].replace("webhook", "region-request"),
            }
        },
    ):
        with pytest.raises(Forged):
            _check(told, **changes)
    told.clock.time += timedelta(minutes=6)
    with pytest.raises(Forged):
        _check(told)


def test_a_receiver_refuses_another_region_s_key(told: Office) -> None:
    headers, body, path = told.receiver.requests[0]
    other = world.region("610300").service.certificate.encoded
    for checker in (
        EventChecker(region="340200", certificate=other, now=told.clock.time.timestamp),
        EventChecker(
            region="610300",
            certificate=world.region("340200").service.certificate.encoded,
            now=told.clock.time.timestamp,
        ),
    ):
        with pytest.raises(Forged):
            checker.check(path=path, headers=dict(headers), body=body)
