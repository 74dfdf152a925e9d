"""Refreshing in the background: what is asked, what is told, and that nothing ends it."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from api.clients.trust_lists import PATH, Fetched, TrustListClient
from api.errors import SettingsError
from api.trust_refreshing import (
    Outcome,
    Result,
    Sources,
    TrustRefresher,
    kept_fresh,
    sources_of,
)
from certs.envelopes import sign_payload
from storage.trust_folder import TrustFolder
from tests import sealed, world
from tests.list_sources import Answer, nobody, serving
from tests.trust_lists import Ground, content, genuine, next_signer, root_change, signer
from verify.trust_lists import MAX_LIST_BYTES, TrustList, sign_content

OWN = "http://wuhu.test"


@dataclass
class Shelf:
    """Lists by address; whoever asks is remembered."""

    lists: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def fetch(self, url: str, *, known: str) -> Fetched:
        self.asked.append((url, known))
        data = self.lists.get(url)
        return Fetched(data=data) if data is not None else Fetched(trouble="silent")


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """A folder with the world's root."""
    made = Ground(tmp_path / "trust")
    made.folder().pin(world.root().certificate)
    return made


def refresher(
    store: TrustFolder, shelf: Shelf, *, first: str = "http://a", peers: tuple[str, ...] = ()
) -> TrustRefresher:
    return TrustRefresher(
        store=store, fetch=shelf.fetch, sources=Sources(first=first, peers=lambda: peers)
    )


def results(outcomes: tuple[Outcome, ...]) -> list[tuple[str, Result]]:
    return [(item.source, item.result) for item in outcomes]


def test_a_newer_list_is_adopted_and_asked_about_by_its_identity_next(ground: Ground) -> None:
    store, shelf = ground.folder(), Shelf({"http://a": genuine(3)})
    worker = refresher(store, shelf)

    assert results(worker.run_once()) == [("http://a", Result.ADOPTED)]
    assert results(worker.run_once()) == [("http://a", Result.SAME)]
    current = store.current()
    assert current is not None
    assert shelf.asked == [("http://a", ""), ("http://a", current.identity)]


def test_peers_are_asked_only_where_the_first_gives_nothing_good(ground: Ground) -> None:
    shelf = Shelf({"http://a": genuine(3), "http://p": genuine(4)})
    store = ground.folder()
    refresher(store, shelf, peers=("http://p",)).run_once()
    assert [url for url, _ in shelf.asked] == ["http://a"]

    for bad in (None, sign_content(content(9), signer=next_signer())):
        shelf.lists.pop("http://a", None)
        if bad:
            shelf.lists["http://a"] = bad
        refresher(store, shelf, peers=("http://p", "http://a")).run_once()

    current = store.current()
    assert current is not None
    assert current.version == 4


def test_every_peer_is_asked_because_one_may_lag(ground: Ground) -> None:
    store = ground.folder()
    store.accept(genuine(3))
    shelf = Shelf({"http://p": genuine(2), "http://q": genuine(4), "http://r": genuine(3)})

    found = refresher(store, shelf, first="", peers=("http://p", "http://q", "http://r")).run_once()

    assert [item.result for item in found] == [Result.SAME, Result.ADOPTED, Result.SAME]
    assert store.refusals() == ()


def test_an_older_list_at_the_address_of_the_settings_is_an_alarm(ground: Ground) -> None:
    store = ground.folder()
    store.accept(genuine(3))

    found = refresher(store, Shelf({"http://a": genuine(2)})).run_once()

    assert results(found) == [("http://a", Result.REFUSED)]
    assert [item.reason for item in store.refusals()] == ["rollback"]


def test_each_change_is_told_once(ground: Ground, caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf()
    worker = refresher(ground.folder(), shelf)

    with caplog.at_level(logging.WARNING):
        for lists in ({}, {}, {"http://a": genuine(3)}, {"http://a": genuine(3)}, {}, {}):
            shelf.lists = lists
            worker.run_once()

    told = [record.getMessage() for record in caplog.records]
    assert ["没有正常应答" in line for line in told] == [True, False, True]
    assert "已采用 adopted 第 3 版 · http://a" in told[1]


def test_nobody_writes_lines_of_their_own_into_the_log(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    said = dict(root_change().envelope.payload) | {"x\nERROR y\x1b[2K": 1}
    change = json.loads(sign_payload(said, signer=next_signer(), signed_at=world.NOON))
    hostile = sign_payload({"root_changes": [change]}, signer=next_signer(), signed_at=world.NOON)
    shelf = Shelf({"http://a": hostile})

    with caplog.at_level(logging.WARNING):
        refresher(ground.folder(), shelf).run_once()

    (record,) = caplog.records
    assert "ERROR y" in record.getMessage()
    assert record.getMessage().isprintable()


# Sources -------------------------------------------------------------------------------------


def _country(store: TrustFolder, count: int) -> None:
    regions = [
        replace(sealed.trusted_region(), code=code, service_url=f"http://{code}.test")
        for code in (
            replace(sealed.trusted_region().code, value=f"34{n:02d}00") for n in range(count)
        )
    ]
    store.accept(sign_content(content(1, *regions), signer=signer()))


def test_peers_are_a_few_of_the_other_regions_of_the_list(ground: Ground) -> None:
    store = ground.folder()
    _country(store, 20)
    sources = sources_of(store, trust_url="", own_url="http://340000.test")

    drawn = [sources.peers() for _ in range(40)]

    assert {len(peers) for peers in drawn} == {3}
    assert len({frozenset(peers) for peers in drawn}) > 10
    everybody = {url for peers in drawn for url in peers}
    assert all(url.endswith(f".test{PATH}") for url in everybody)
    assert f"http://340000.test{PATH}" not in everybody


def test_without_a_list_there_are_no_peers(ground: Ground) -> None:
    assert sources_of(ground.folder(), trust_url="", own_url=OWN).peers() == ()


@pytest.mark.parametrize("url", ["ftp://x", "x", "https://", "https://u:p@x", "http://[::1"])
def test_an_address_that_is_none_is_refused_at_start(ground: Ground, url: str) -> None:
    with pytest.raises(SettingsError):
        sources_of(ground.folder(), trust_url=url, own_url=OWN)


# Going on ------------------------------------------------------------------------------------


def _soon(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_instance_asks_at_once_and_goes_on_after_failures(ground: Ground) -> None:
    store, failures = ground.folder(), [OSError(5, "disk trouble")] * 3

    def peers() -> tuple[str, ...]:
        if failures:
            raise failures.pop()
        return (url,)

    with serving(Answer(body=genuine)) as url:
        sources = Sources(first="", peers=peers)
        with kept_fresh(store, sources, interval=0.01):
            _soon(lambda: store.current() is not None)

    assert failures == []


def test_the_background_ends_with_the_block(ground: Ground) -> None:
    store = ground.folder()
    with serving(Answer(body=genuine)) as url, kept_fresh(store, Sources(first=url, peers=tuple)):
        _soon(lambda: store.current() is not None)

    assert "trust-refresh" not in {item.name for item in threading.enumerate()}


# Fetching ------------------------------------------------------------------------------------


def fetched(answer: Answer, *, known: str = "") -> Fetched:
    patience = answer.patience_seconds
    with serving(answer) as url, TrustListClient(most_seconds=patience) as client:
        return client.fetch(url, known=known)


def test_a_list_comes_as_it_is() -> None:
    assert fetched(Answer(body=genuine)) == Fetched(data=genuine())


def test_nothing_comes_where_the_list_is_known() -> None:
    assert fetched(Answer(status=304), known="ab" * 32) == Fetched()


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Answer(status=304), "HTTP 304"),
        (Answer(status=404, body=genuine), "HTTP 404"),
        (Answer(status=302, headers={"Location": "/good"}), "HTTP 302"),
        (Answer(headers={"Content-Encoding": "gzip"}, body=genuine), "packed"),
        (Answer(body=lambda: bytes(MAX_LIST_BYTES + 1)), "too long"),
        (Answer(body=lambda: b" ", endless=True), "too long"),
        (Answer(), "empty"),
        (Answer(body=genuine, announced=lambda data: len(data) + 1), "RemoteProtocolError"),
        (Answer(body=genuine, slow_body=True), "ReadTimeout"),
        (Answer(slow_headers=True), "ReadTimeout"),
    ],
)
def test_what_is_no_good_answer_is_named(answer: Answer, trouble: str) -> None:
    started = time.monotonic()

    assert fetched(answer) == Fetched(trouble=trouble)
    assert time.monotonic() - started < answer.patience_seconds + 20


@pytest.mark.parametrize("url", ["", "http://no.invalid/x", "http://\x00/", "gopher://x"])
def test_nobody_there_is_silence(url: str) -> None:
    with TrustListClient(most_seconds=1.0) as client:
        assert client.fetch(url, known="").trouble
        assert client.fetch(nobody(), known="").trouble


def test_the_client_says_which_list_it_knows_as_the_service_names_it() -> None:
    current = TrustList.parse(genuine(), root=world.root().certificate)
    with TrustListClient() as client:
        seen: list[str] = []
        client._http.event_hooks["request"] = [
            lambda request: seen.append(request.headers["If-None-Match"])
        ]
        client.fetch(nobody(), known=current.identity)

    assert seen == [f'W/"{current.identity}"']
