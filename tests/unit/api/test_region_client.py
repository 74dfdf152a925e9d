"""Other regions over HTTP: whatever they answer, it is bytes within bounds or silence."""

import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from api.clients.local import LocalFirstClient
from api.clients.regions import HttpRegionClient
from tests import sealed

URL = "http://wuhu.test"
IDENTIFIER = str(sealed.record().identifier)


@dataclass
class Service:
    """Answers in memory and remembers what it was asked."""

    answer: Callable[[httpx.Request], httpx.Response]
    asked: list[httpx.Request] = field(default_factory=list)

    def client(self) -> HttpRegionClient:
        def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return self.answer(request)

        return HttpRegionClient(_http=httpx.Client(transport=httpx.MockTransport(handle)))


def constant(status: int = 200, content: bytes = b"", **more: str) -> Service:
    return Service(lambda _: httpx.Response(status, content=content, headers=more))


def test_a_status_answer_is_passed_on_as_it_came() -> None:
    service = constant(content=b"\x00whatever")
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) == b"\x00whatever"

    (request,) = service.asked
    assert str(request.url) == f"{URL}/api/v1/licenses/{IDENTIFIER}/status?nonce={'a' * 32}"


def test_an_identifier_cannot_lead_elsewhere() -> None:
    service = constant()
    with service.client() as client:
        client.ask_status(URL, "../../admin?x=#y", "a" * 32)

    assert service.asked[0].url.raw_path.startswith(b"/api/v1/licenses/..%2F..%2Fadmin%3Fx%3D%23y/")


def test_a_question_is_posted_and_its_reply_passed_on() -> None:
    service = constant(content=b"reply")
    with service.client() as client:
        assert client.share(URL, b"query") == b"reply"

    (request,) = service.asked
    assert (request.method, str(request.url)) == ("POST", f"{URL}/api/v1/share/licenses")
    assert request.content == b"query"


@pytest.mark.parametrize("status", [204, 301, 302, 400, 404, 500, 503])
def test_any_other_status_than_200_is_silence_and_nothing_is_followed(status: int) -> None:
    service = constant(status, b"answer", location="http://elsewhere.test/")
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) is None
        assert client.share(URL, b"query") is None
        assert client.revocation_lists(URL) == ()

    assert {request.url.host for request in service.asked} == {"wuhu.test"}


def _raise(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("nonsense"),
        httpx.DecodingError("not gzip"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_trouble_on_the_way_is_silence(error: Exception) -> None:
    with Service(_raise(error)).client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) is None
        assert client.share(URL, b"query") is None
        assert client.revocation_lists(URL) == ()


@pytest.mark.parametrize("url", ["", "wuhu", "file:///etc/passwd", "http://[::", "http://a:b/"])
def test_an_address_that_is_none_is_silence(url: str) -> None:
    with HttpRegionClient() as client:
        assert client.ask_status(url, IDENTIFIER, "a" * 32) is None


def test_an_endless_answer_is_silence() -> None:
    with constant(content=bytes(65_536)).client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) == bytes(65_536)
    with constant(content=bytes(65_537)).client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) is None


def encoded(*lists: bytes) -> bytes:
    return json.dumps({"lists": [base64.b64encode(item).decode() for item in lists]}).encode()


def test_revocation_lists_are_asked_for_once_a_minute() -> None:
    service = constant(content=encoded(b"one", b"two"))
    with service.client() as client:
        assert client.revocation_lists(URL) == (b"one", b"two")
        assert client.revocation_lists(URL) == (b"one", b"two")
        assert len(service.asked) == 1
        client.revocation_lists("http://other.test")

    assert [str(item.url) for item in service.asked] == [
        f"{URL}/api/v1/revocation-lists",
        "http://other.test/api/v1/revocation-lists",
    ]


def test_the_last_good_lists_outlive_a_silent_service() -> None:
    answers = iter([httpx.Response(200, content=encoded(b"one")), httpx.Response(500)])
    with Service(lambda _: next(answers)).client() as client:
        assert client.revocation_lists(URL) == (b"one",)
        client._lists[URL] = (time.monotonic() - 61, client._lists[URL][1])

        assert client.revocation_lists(URL) == (b"one",)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"lists": 7}', b'{"lists": ["!"]}', b'{"lists": [null]}', b"[" * 9999],
)
def test_lists_that_are_none_are_no_lists(content: bytes) -> None:
    with constant(content=content).client() as client:
        assert client.revocation_lists(URL) == ()


@contextmanager
def dripping() -> Iterator[str]:
    """A service that sends a byte now and then, for ever."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
            while not stop.wait(0.02):
                try:
                    connection.sendall(b".")
                except OSError:
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        thread.join(10)
        listener.close()


def test_an_answer_that_drips_is_silence_before_long() -> None:
    with dripping() as url, HttpRegionClient(most_seconds=0.3) as client:
        started = time.monotonic()

        assert client.ask_status(url, IDENTIFIER, "a" * 32) is None

        assert time.monotonic() - started < 5


def test_an_instance_answers_questions_about_itself_without_the_network() -> None:
    service = constant(content=b"from elsewhere")
    with service.client() as others:
        client = LocalFirstClient(
            own_seal_status=lambda code, *, at, nonce: f"{code} {at} {nonce}".encode(),
            own_url=URL,
            own_status=lambda identifier, nonce: f"{identifier} {nonce}".encode(),
            own_lists=lambda: (b"own",),
            others=others,
        )

        assert client.ask_status(URL, "id", "nonce") == b"id nonce"
        assert client.revocation_lists(URL) == (b"own",)
        assert service.asked == []
        assert client.ask_status("http://baoji.test", "id", "nonce") == b"from elsewhere"
        assert client.share("http://baoji.test", b"query") == b"from elsewhere"
