"""The timestamp client, the demo's service, and what passes between them."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.clients.timestamps import HttpTimestampSource
from api.errors import SettingsError
from api.routers import timestamps
from signing.errors import KeyUnavailableError, TimestampUnavailableError
from signing.timestamp_authorities import TimestampAuthority
from signing.timestamp_tokens import parse_token
from signing.timestamps import (
    MAX_REQUEST_BYTES,
    MAX_RESPONSE_BYTES,
    QUERY_TYPE,
    REPLY_TYPE,
    TimestampRequest,
    granted,
    read_response,
    refused,
)
from tests.foreign_timestamps import DIGEST, Maker, authority

URL = "https://tsa.test/tsa"


def _source(answer: Callable[[httpx.Request], httpx.Response]) -> HttpTimestampSource:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return HttpTimestampSource(URL, _http=client)


def _honest(request: httpx.Request) -> httpx.Response:
    assert request.headers["content-type"] == QUERY_TYPE
    return httpx.Response(200, content=authority().answer(request.content))


# The client --------------------------------------------------------------------------------------


def test_the_client_returns_a_token_that_holds() -> None:
    with _source(_honest) as source:
        token = source.stamp(DIGEST)
    parse_token(token).verify(DIGEST)


def _endless(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=bytes(MAX_RESPONSE_BYTES + 1))


def _unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


def _replayed(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=authority().answer(TimestampRequest.of(DIGEST).encode()))


@pytest.mark.parametrize(
    "answer",
    [
        _endless,
        _unreachable,
        _replayed,
        lambda _: httpx.Response(200, content=b""),
        lambda _: httpx.Response(200, content=refused()),
        lambda _: httpx.Response(200, content=granted(Maker().token())),
        lambda request: httpx.Response(201, content=authority().answer(request.content)),
        lambda _: httpx.Response(302, headers={"location": "https://elsewhere.test/"}),
        lambda _: httpx.Response(500),
    ],
    ids=range(9),
)
def test_any_other_answer_is_silence(answer: Callable[[httpx.Request], httpx.Response]) -> None:
    with _source(answer) as source, pytest.raises(TimestampUnavailableError):
        source.stamp(DIGEST)


def test_silence_is_like_a_key_store_that_does_not_answer() -> None:
    assert issubclass(TimestampUnavailableError, KeyUnavailableError)


def test_an_answer_that_trickles_in_is_given_up() -> None:
    def trickle(_: httpx.Request) -> httpx.Response:
        def pieces() -> Iterator[bytes]:
            while True:
                yield b"0"

        return httpx.Response(200, content=pieces())

    source = _source(trickle)
    source.most_seconds = 0.05
    with source, pytest.raises(TimestampUnavailableError, match="slow"):
        source.stamp(DIGEST)


@pytest.mark.parametrize(
    "url",
    [
        "http://tsa.example/",
        "http://10.0.0.1/tsa",
        "http://127.0.0.1.example/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://",
        "tsa",
        "",
        "http://[",
    ],
)
def test_addresses_that_others_could_listen_to_are_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        HttpTimestampSource(url)


@pytest.mark.parametrize(
    "url",
    ["https://tsa.example/x", "http://127.0.0.1:8000/tsa", "http://localhost/", "http://[::1]/"],
)
def test_addresses_on_this_machine_or_under_tls_are_taken(url: str) -> None:
    HttpTimestampSource(url).close()


# The service -------------------------------------------------------------------------------------


def _client(served: TimestampAuthority | None) -> TestClient:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
        yield {"services": SimpleNamespace(timestamp_authority=served)}

    app = FastAPI(lifespan=lifespan)
    app.include_router(timestamps.router)
    return TestClient(app)


def test_the_service_answers_in_the_protocol() -> None:
    request = TimestampRequest.of(DIGEST)
    with _client(authority()) as client:
        answer = client.post("/tsa", content=request.encode(), headers={"content-type": QUERY_TYPE})
    assert (answer.status_code, answer.headers["content-type"]) == (200, REPLY_TYPE)
    assert read_response(answer.content, request).info.imprint == DIGEST


def test_a_question_that_cannot_be_read_is_refused_in_the_protocol() -> None:
    with _client(authority()) as client:
        answer = client.post("/tsa", content=b"0", headers={"content-type": QUERY_TYPE})
    assert (answer.status_code, answer.content) == (200, refused())


def test_the_service_takes_no_other_type_and_no_long_question() -> None:
    with _client(authority()) as client:
        other = client.post("/tsa", content=b"0", headers={"content-type": "text/plain"})
        long = client.post(
            "/tsa", content=bytes(MAX_REQUEST_BYTES + 1), headers={"content-type": QUERY_TYPE}
        )
    assert (other.status_code, long.status_code) == (415, 413)


def test_an_instance_without_an_authority_has_no_such_page() -> None:
    with _client(None) as client:
        answer = client.post("/tsa", content=b"0", headers={"content-type": QUERY_TYPE})
    assert answer.status_code == 404
