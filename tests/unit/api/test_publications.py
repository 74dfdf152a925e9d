"""What regions publish, kept in memory."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.clients import publications as module
from api.clients.calls import Answer
from api.clients.publications import (
    FORGOTTEN_SECONDS,
    RETRY_SECONDS,
    Kept,
    Publication,
    Publications,
)
from tests.doubles.seconds import Seconds

FRESH = 60.0


def good(body: bytes = b"one", etag: str = "") -> Answer:
    return Answer(status=200, body=body, etag=etag)


class Source:
    """Regions that say what the test put in; None is silence."""

    def __init__(self, *answers: Answer | None) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []
        self.seconds = Seconds()
        self.kept = Publications(self.fetch, clock=self.seconds)
        self.before: Callable[[], None] = lambda: None

    def fetch(self, publication: Publication[Any], *, etag: str) -> Answer | None:
        self.asked.append((publication.path, etag))
        self.before()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def get(self, path: str = "/a") -> bytes | None:
        return self.kept.get(what(path))


def what(path: str = "/a") -> Publication[bytes]:
    return Publication(
        service_url="http://a.test",
        path=path,
        read=lambda body: None if body == b"bad" else body,
        max_bytes=99,
        fresh_seconds=FRESH,
    )


def test_what_is_in_memory_is_not_asked_for_until_it_is_old() -> None:
    source = Source(good(b"one"), good(b"two"))
    assert source.get() == b"one"
    source.seconds.advance(FRESH - 0.001)
    assert source.get() == b"one"
    assert len(source.asked) == 1

    source.seconds.advance(0.001)

    assert source.get() == b"two"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        good(b"bad"),
        Answer(status=404, body=b""),
        Answer(status=304, body=b""),
        Answer(status=204, body=b"other"),
    ],
    ids=["silence", "nonsense", "not-found", "unasked-not-modified", "no-content"],
)
def test_the_last_good_one_outlives_whatever_comes_after_it(answer: Answer | None) -> None:
    source = Source(good(b"one"), answer)
    source.get()
    for _ in range(3):
        source.seconds.advance(FRESH)
        assert source.get() == b"one"
    assert len(source.asked) == 4
    (kept,) = [source.kept.peek(what())]
    assert kept is not None
    assert source.seconds() - kept.fetched_at == 3 * FRESH


def test_a_tag_is_sent_back_and_its_confirmation_makes_the_old_one_fresh() -> None:
    source = Source(good(b"one", '"1"'), Answer(status=304, body=b""), good(b"two", '"2"'))
    source.get()
    source.seconds.advance(FRESH)
    assert source.get() == b"one"
    source.seconds.advance(FRESH - 1)
    assert source.get() == b"one"
    source.seconds.advance(1)

    assert source.get() == b"two"
    assert [etag for _, etag in source.asked] == ["", '"1"', '"1"']


def test_a_silent_region_is_asked_again_after_a_while_and_not_before() -> None:
    source = Source(None, good())
    assert source.get() is None
    source.seconds.advance(RETRY_SECONDS - 0.001)
    assert source.get() is None
    assert len(source.asked) == 1
    source.seconds.advance(0.001)

    assert source.get() == b"one"


def test_an_old_one_whose_region_is_silent_is_asked_for_again_after_a_while() -> None:
    source = Source(good(), None)
    source.get()
    source.seconds.advance(FRESH)
    for _ in range(9):
        source.get()

    assert len(source.asked) == 2


def test_many_who_need_the_same_at_once_ask_once() -> None:
    source = Source(good())
    all_there = threading.Barrier(8)

    def get(_: int) -> bytes | None:
        all_there.wait(5)
        return source.get()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(get, range(8))) == {b"one"}
    assert len(source.asked) == 1


def test_one_slow_region_does_not_hold_up_another() -> None:
    source = Source(good())
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        if source.asked[-1][0] == "/slow":
            begun.set()
            go_on.wait(5)

    source.before = slow
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(source.get, "/slow")
        assert begun.wait(5)
        assert source.get("/other") == b"one"
        assert not waiting.done()
        go_on.set()
        assert waiting.result(5) == b"one"


def test_while_somebody_refreshes_the_others_get_the_old_one() -> None:
    source = Source(good(b"one"), good(b"two"))
    source.get()
    source.seconds.advance(FRESH)
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(5)

    source.before = slow
    with ThreadPoolExecutor(1) as pool:
        refreshing = pool.submit(source.get)
        assert begun.wait(5)
        assert source.get() == b"one"
        go_on.set()
        assert refreshing.result(5) == b"two"


def test_peeking_asks_nobody() -> None:
    source = Source(good(b"one"))
    assert source.kept.peek(what()) is None
    assert source.asked == []

    source.kept.refresh_due()

    kept = source.kept.peek(what())
    assert kept == Kept(value=b"one", size_bytes=3, etag="", fetched_at=source.seconds())


def test_a_round_refreshes_what_is_old_and_nothing_else() -> None:
    source = Source(good())
    source.get("/old")
    source.seconds.advance(FRESH / 2)
    source.get("/new")
    source.seconds.advance(FRESH / 2)

    source.kept.refresh_due()

    assert [path for path, _ in source.asked] == ["/old", "/new", "/old"]


def test_what_nobody_asks_for_is_forgotten() -> None:
    source = Source(good())
    source.get("/a")
    source.seconds.advance(FORGOTTEN_SECONDS)
    source.get("/b")
    source.seconds.advance(1)

    source.kept.refresh_due()

    assert source.kept.peek(what("/b")) is not None
    assert source.kept.peek(what("/a")) is None


def test_with_a_thread_nobody_waits_for_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TICK_SECONDS", 0.002)
    source = Source(good(b"one"), good(b"two"))
    source.get()
    refreshed = threading.Event()
    source.before = refreshed.set
    source.seconds.advance(FRESH)
    source.kept.start()
    try:
        assert refreshed.wait(5)
        for _ in range(500):
            if source.get() == b"two":
                break
            threading.Event().wait(0.002)
        assert source.get() == b"two"
    finally:
        source.kept.close()
    assert source.kept._thread is not None
    assert not source.kept._thread.is_alive()


def test_with_a_thread_an_old_one_is_returned_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TICK_SECONDS", 3600.0)
    source = Source(good(b"one"), good(b"two"))
    source.get()
    source.kept.start()
    try:
        source.seconds.advance(FRESH * 9)
        assert source.get() == b"one"
        assert len(source.asked) == 1
    finally:
        source.kept.close()


def test_a_fault_in_one_refresh_ends_neither_the_round_nor_the_thread() -> None:
    source = Source(good())
    source.get("/a")
    source.get("/b")

    def fail() -> None:
        if source.asked[-1][0] == "/a":
            raise ZeroDivisionError

    source.before = fail
    source.seconds.advance(FRESH)
    source.kept.refresh_due()

    kept = source.kept.peek(what("/b"))
    assert kept is not None
    assert kept.fetched_at == source.seconds()


def test_memory_is_bounded_in_number_and_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    source = Source(good())
    for path in ("/1", "/2", "/3", "/1", "/4"):
        source.get(path)
    assert [path for path in ("/1", "/2", "/3", "/4") if _is_kept(source, path)] == [
        *("/1", "/3", "/4")
    ]

    monkeypatch.setattr(module, "_MOST_BYTES", 5)
    source.get("/5")
    assert _is_kept(source, "/5")
    assert len(source.kept._entries) < 3


def _is_kept(source: Source, path: str) -> bool:
    return what(path) in source.kept._entries
