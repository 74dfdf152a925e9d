"""Other regions behind real sockets: whatever they do ends in bytes within bounds, or silence."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from api.clients.breakers import BreakerState
from api.clients.calls import RegionCalls
from api.clients.regions import HttpRegionClient
from api.clients.retries import Patience, Retries
from certs.regions import RegionCode
from tests.region_servers import Behave, behaving, dripping, saying, serving, silent
from tests.unit.api.test_region_client import IDENTIFIER, NONCE

SOON = Patience(question=0.3, publication=0.3, share=0.3, batch=0.3)
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"
TO = RegionCode("340200")


def impatient(patience: Patience = SOON) -> HttpRegionClient:
    return HttpRegionClient(
        calls=RegionCalls(retries=Retries(jitter=lambda most: most / 20)), patience=patience
    )


@contextmanager
def before_long() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize(
    "behave",
    [
        silent,
        dripping(b"", b"H"),
        dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripping(HEADERS, b"."),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n.\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 9000),
        saying(b""),
        saying(b"\x00\xff" * 5000),
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"),
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx"),
        saying(HEADERS, b"cut off"),
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000),
        saying(b"HTTP/1.1 204 No Content\r\n\r\n"),
        saying(b"HTTP/0.9 200 OK\r\n\r\n"),
        saying(b"SSH-2.0-OpenSSH_9.2\r\n"),
    ],
    ids=[
        *("silent", "drips-a-word", "drips-a-header", "drips-headers", "continues-for-ever"),
        *("drips-the-body", "drips-chunks", "endless", "hangs-up", "garbage", "negative-length"),
        *("huge-length", "cut-off", "bad-chunk", "huge-headers", "no-content", "old", "ssh"),
    ],
)
def test_a_service_that_behaves_badly_is_silent_before_long(behave: Behave) -> None:
    with behaving(behave) as url, impatient() as client, before_long():
        assert client.ask_status(url, IDENTIFIER, NONCE) is None
        assert client.revocation_lists(url) == ()
        assert client.status_list(url, 1) is None
        assert client.share(url, b"query") is None
        with client.ask_statuses(url, ["1.2.3"], NONCE, to=TO) as lines:
            assert list(lines or ()) == []


def test_nobody_at_the_address_is_silence_and_opens_the_breaker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with impatient(Patience()) as client, before_long():
        for _ in range(2):
            assert client.ask_status(url, IDENTIFIER, NONCE) is None
        assert client.states() == {url: BreakerState.OPEN}


@pytest.mark.parametrize(
    "url",
    [
        *("", "wuhu", "file:///etc/passwd", "http://[::", "http://a:b/", "http://a:99999"),
        *("ftp://127.0.0.1", "http://" + "a" * 70 + ".test", "http://\x00", "http://芜湖 .test"),
        *("http://127.0.0.1:1\r\nHost: x", "//127.0.0.1"),
    ],
)
def test_an_address_that_is_none_is_silence(url: str) -> None:
    with impatient() as client:
        assert client.ask_status(url, IDENTIFIER, NONCE) is None


def test_a_service_that_was_silent_is_heard_when_it_is_back() -> None:
    turns = iter([silent, silent])

    def behave(connection: socket.socket, over: object) -> None:
        next(turns, saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))(connection, over)  # type: ignore[arg-type]  # an event

    with behaving(behave) as url, impatient() as client:
        for _ in range(2):
            assert client.ask_status(url, IDENTIFIER, NONCE) is None

        assert client.ask_status(url, IDENTIFIER, NONCE) == b"ok"


def application() -> FastAPI:
    """A region as it should be, with a few ways to be otherwise."""
    app = FastAPI(openapi_url=None)

    @app.get("/api/v1/licenses/{identifier}/status")
    async def status(identifier: str, request: Request) -> Response:
        if identifier == "elsewhere":
            return RedirectResponse("/caught")
        request.app.state.raw.append(request.scope["raw_path"])
        cookies = len(request.cookies)
        return Response(f"{identifier} {cookies}".encode(), headers={"set-cookie": "a=b; Path=/"})

    @app.get("/caught")
    async def caught(request: Request) -> Response:
        request.app.state.raw.append(request.scope["raw_path"])
        return Response(b"caught")

    @app.post("/api/v1/verifications")
    async def many(request: Request) -> StreamingResponse:
        asked = (await request.body()).splitlines()

        async def answers() -> AsyncIterator[bytes]:
            for line in asked:
                yield line + b"\n"

        return StreamingResponse(answers(), media_type="application/x-ndjson")

    @app.get("/api/v1/status-lists/{number}")
    async def endless(number: int) -> StreamingResponse:
        async def zeros() -> AsyncIterator[bytes]:
            while True:
                yield bytes(65_536 * number)
                await asyncio.sleep(0.001)

        return StreamingResponse(zeros())

    app.state.raw = []
    return app


def test_a_real_service_is_asked_and_heard() -> None:
    app = application()
    with serving(app) as url, impatient(Patience()) as client, before_long():
        assert client.ask_status(url, "1.2.3", NONCE) == b"1.2.3 0"
        assert client.ask_status(url, "../x?y#z", NONCE) is None
        assert client.ask_status(url, "elsewhere", NONCE) is None
        assert client.status_list(url, 1) is None
        assert app.state.raw == [b"/api/v1/licenses/1.2.3/status"]


def test_a_region_cannot_mark_who_asks_it() -> None:
    with serving(application()) as url, impatient(Patience()) as client:
        for _ in range(2):
            assert client.ask_status(url, "1.2.3", NONCE) == b"1.2.3 0"


def test_answers_about_many_come_in_lines() -> None:
    identifiers = [f"1.2.{number}" for number in range(10_000)]
    with (
        serving(application()) as url,
        impatient(Patience()) as client,
        client.ask_statuses(url, identifiers, NONCE, to=TO) as lines,
    ):
        assert lines is not None
        found = list(lines)

    assert found == [b'{"identifier":"%b"}' % item.encode() for item in identifiers]


def test_many_threads_share_a_client() -> None:
    with (
        serving(application()) as url,
        impatient(Patience()) as client,
        ThreadPoolExecutor(16) as pool,
    ):
        found = list(pool.map(lambda n: client.ask_status(url, f"1.{n}", NONCE), range(200)))

    assert found == [f"1.{number} 0".encode() for number in range(200)]


def test_a_client_that_refreshes_in_the_background_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    with before_long(), HttpRegionClient(in_background=True):
        assert threading.active_count() == before + 1

    assert threading.active_count() == before


def test_connections_are_kept_and_their_deadlines_are_not() -> None:
    """A deadline of one exchange must not end the next one on the same connection."""
    with serving(application()) as url, impatient(Patience(question=0.5)) as client:
        for _ in range(4):
            assert client.ask_status(url, "1.2.3", NONCE) == b"1.2.3 0"
            time.sleep(0.15)
