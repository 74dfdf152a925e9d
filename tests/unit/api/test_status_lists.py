"""Status lists over HTTP: for anybody, with history, deltas, and nothing sent twice."""

import threading
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from api.status_publishing import open_publisher, publish_now, publishing
from certs.envelopes import parse_envelope
from certs.errors import StatusListBusyError
from certs.lifecycle import record_status
from certs.status_answers import StatusAnswer
from certs.status_indexes import StatusIndex
from certs.status_lists.deltas import StatusDelta
from certs.status_lists.publishing import StatusPublisher
from certs.status_lists.tokens import StatusListToken
from certs.statuses import StatusKind
from signing.errors import KeyUnavailableError
from tests import desks, world
from tests.instances import Country, Instance

ALL = "/api/v1/status-lists"
NONCE = "ab" * 16


class House:
    """A region with one license at entry 7, and its publisher."""

    def __init__(self, country: Country, folder: Path) -> None:
        self.country = country
        self.instance: Instance = country.wuhu
        services = self.instance.services
        assert services.status_signer is not None
        self.publisher: StatusPublisher = open_publisher(
            unit_of_work=services.unit_of_work,
            clock=services.clock,
            signer=services.status_signer,
            public_url=services.public_url,
            public=folder / "public",
        )
        self.folder = folder / "public" / "status"
        place = StatusIndex(list_number=0, index=7)
        with services.unit_of_work() as work:
            work.licenses.add([(replace(desks.license_of(), status_index=place), desks.event_of())])
            work.commit()

    def publish(self) -> str:
        """Publish and return the present version."""
        publish_now(self.publisher)
        return self.token().version

    def token(self, query: str = "") -> StatusListToken:
        answer = self.instance.client.get(f"{ALL}/0{query}")
        assert answer.status_code == 200, answer.text
        return StatusListToken.parse(answer.content)

    def change(self, kind: StatusKind) -> None:
        now = self.country.clock.now()
        event = replace(desks.event_of(kind), recorded_at=now, effective_at=now)
        record_status(desks.identifier(), event, unit_of_work=self.instance.services.unit_of_work)

    def wait(self, **duration: float) -> None:
        self.country.clock.advance(timedelta(**duration))

    def answer(self, query: str = "") -> StatusAnswer:
        path = f"/api/v1/licenses/{desks.identifier()}/status?nonce={NONCE}{query}"
        answer = self.instance.client.get(path)
        assert answer.status_code == 200, answer.text
        envelope = parse_envelope(answer.content)
        envelope.verify()
        return StatusAnswer.of(envelope)


@pytest.fixture
def house(country: Country, tmp_path: Path) -> House:
    return House(country, tmp_path)


def test_the_published_token_is_served_byte_for_byte(house: House) -> None:
    house.publish()

    answer = house.instance.client.get(f"{ALL}/0")

    token = StatusListToken.parse(answer.content)
    token.verify(world.region(house.instance.code).status_signer.certificate)
    assert token.uri == f"{house.instance.services.public_url}{ALL}/0"
    assert answer.content == (house.folder / "0.cwt").read_bytes()
    assert answer.headers["content-type"] == "application/statuslist+cwt"
    assert answer.headers["etag"] == f'"{token.version}"'
    assert answer.headers["cache-control"] == "public, max-age=10"
    assert parsedate_to_datetime(answer.headers["last-modified"]) == token.issued_at


@pytest.mark.parametrize("held", ['"{}"', 'W/"{}"', '"x", "{}"', "*"])
def test_who_holds_the_version_gets_nothing_again(house: House, held: str) -> None:
    version = house.publish()

    answer = house.instance.client.get(f"{ALL}/0", headers={"If-None-Match": held.format(version)})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == f'"{version}"'


def test_who_holds_another_version_gets_the_new_one(house: House) -> None:
    version = house.publish()
    house.change(StatusKind.REVOKED)
    house.publish()

    answer = house.instance.client.get(f"{ALL}/0", headers={"If-None-Match": f'"{version}"'})

    assert answer.status_code == 200
    assert StatusListToken.parse(answer.content).statuses.get(7) == 1


def test_the_lists_are_named(house: House) -> None:
    assert house.instance.client.get(ALL).json() == {"status_lists": [], "lists": []}
    version = house.publish()

    answer = house.instance.client.get(ALL).json()

    uri = f"{house.instance.services.public_url}{ALL}/0"
    assert answer["status_lists"] == [uri]
    assert [(item["number"], item["uri"], item["version"]) for item in answer["lists"]] == [
        (0, uri, version)
    ]


def test_an_earlier_list_is_served_as_it_stood(house: House) -> None:
    first = house.publish()
    house.wait(hours=3)
    house.change(StatusKind.SUSPENDED)
    second = house.publish()
    between = (house.country.clock.now() - timedelta(seconds=1)).isoformat().replace("+", "%2B")

    assert house.token(f"?at={between}").version == first
    seconds = int((house.country.clock.now() - timedelta(hours=1)).timestamp())
    assert house.token(f"?time={seconds}").version == first
    now = house.country.clock.now().isoformat().replace("+", "%2B")
    assert house.token(f"?at={now}").version == second
    assert house.token().statuses.get(7) == 2


@pytest.mark.parametrize(
    "path",
    [
        f"{ALL}/1",
        f"{ALL}/0?at=2001-01-01T00:00:00Z",
        f"{ALL}/0?time=1",
        f"{ALL}/0?at=2150-01-01T00:00:00Z",
        f"{ALL}/0/delta?since={'0' * 64}",
        f"{ALL}/0/delta?since=2001-01-01",
        f"{ALL}/0/delta?since=2001-13-01",
        f"{ALL}/1/delta?since=2026-03-18",
    ],
)
def test_what_is_not_kept_is_a_problem(house: House, path: str) -> None:
    house.publish()

    answer = house.instance.client.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "STATUS_LIST_NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        f"{ALL}/-1",
        f"{ALL}/x",
        f"{ALL}/99999999999999999999",
        f"{ALL}/0?at=noon",
        f"{ALL}/0?at=2026-03-18T00:00:00",
        f"{ALL}/0?at=0001-01-01T00:00:00%2B08:00",
        f"{ALL}/0?at=9999-12-31T23:59:59-08:00",
        f"{ALL}/0?time=-1",
        f"{ALL}/0?time=99999999999999",
        f"{ALL}/0/delta",
        f"{ALL}/0/delta?since=yesterday",
        f"/api/v1/licenses/1.2/status?nonce={NONCE}&at=0001-01-01T00:00:00%2B08:00",
    ],
)
def test_questions_that_make_no_sense_are_refused(house: House, path: str) -> None:
    assert house.instance.client.get(path).status_code == 422


def test_a_delta_leads_from_the_version_held_to_the_present_one(house: House) -> None:
    first = house.publish()
    held = house.token()
    house.wait(hours=1)
    house.change(StatusKind.REVOKED)
    second = house.publish()

    answer = house.instance.client.get(f"{ALL}/0/delta?since={first}")

    delta = StatusDelta.parse(answer.content)
    delta.verify(world.region(house.instance.code).status_signer.certificate)
    assert (delta.from_version, delta.to_version) == (first, second)
    assert delta.apply(held.statuses) == house.token().statuses
    assert delta.values == {7: 1}
    assert answer.headers["content-type"] == "application/vnd.yinxin.status-delta+cwt"
    again = house.instance.client.get(
        f"{ALL}/0/delta?since={first}", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_delta_since_a_day_begins_with_that_days_first_list(house: House) -> None:
    first = house.publish()
    house.wait(days=1)
    house.change(StatusKind.REVOKED)
    house.publish()

    answer = house.instance.client.get(f"{ALL}/0/delta?since=2026-03-19")

    assert StatusDelta.parse(answer.content).from_version == first
    assert house.instance.client.get(f"{ALL}/0/delta?since=2026-03-18").status_code == 404


# Answers -----------------------------------------------------------------------------------------


def test_an_answer_names_list_entry_and_version(house: House) -> None:
    assert (house.answer().list_version, house.answer().list_index) == ("", "7")
    version = house.publish()

    answer = house.answer()

    assert (answer.list_number, answer.list_index, answer.list_version) == ("0", "7", version)
    assert (answer.valid_from, answer.valid_to) == ("2026-01-01", "2030-12-31")
    assert answer.asked_about == answer.answered_at


def test_an_answer_about_an_earlier_moment_tells_how_it_was_then(house: House) -> None:
    house.wait(hours=5)
    house.change(StatusKind.REVOKED)
    house.wait(hours=1)

    before = house.answer("&at=2026-03-18T08:00:00%2B00:00")
    now = house.answer()

    assert before.event is not None
    assert before.event.kind is StatusKind.ACTIVE
    assert before.asked_about.isoformat() == "2026-03-18T08:00:00+00:00"
    assert before.answered_at == now.answered_at
    assert now.event is not None
    assert now.event.kind is StatusKind.REVOKED


# In the background -------------------------------------------------------------------------------


def test_the_background_publishes_and_ends(house: House) -> None:
    with publishing(house.publisher, interval=0.01):
        for _ in range(500):
            if (house.folder / "0.cwt").is_file():
                break
            threading.Event().wait(0.01)

    assert StatusListToken.parse((house.folder / "0.cwt").read_bytes()).statuses.get(7) == 0
    assert "status-publisher" not in {thread.name for thread in threading.enumerate()}


def test_where_nobody_publishes_nothing_runs() -> None:
    with publishing(None):
        assert "status-publisher" not in {thread.name for thread in threading.enumerate()}


class _Fails:
    """A publisher that cannot, a few times; it counts how often it is asked."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.times = error, times
        self.asked, self.filled = 0, threading.Event()

    def publish(self, *, rebuild: bool = False) -> tuple[()]:  # noqa: ARG002 - the signature
        self.asked += 1
        if self.asked <= self.times:
            raise self.error
        return ()

    def fill_shelf(self) -> None:
        self.filled.set()


def test_a_failure_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    broken = _Fails(KeyUnavailableError("no answer"), 2)

    with publishing(broken, interval=0.001):  # type: ignore[arg-type]  # a stand-in
        assert broken.filled.wait(5)

    assert broken.asked >= 3
    assert "could not be published" in caplog.text


def test_a_busy_neighbor_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    busy = _Fails(StatusListBusyError("busy"), 10**9)

    with publishing(busy, interval=0.001):  # type: ignore[arg-type]  # a stand-in
        assert busy.filled.wait(5)

    assert caplog.text == ""


def test_who_asks_by_hand_waits_for_a_busy_neighbor() -> None:
    busy = _Fails(StatusListBusyError("busy"), 2)

    assert publish_now(busy) == ()  # type: ignore[arg-type]  # a stand-in
    assert (busy.asked, busy.filled.is_set()) == (3, True)
