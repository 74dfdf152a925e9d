"""Routes for other regions: a signed request passes once, and nobody learns why it does not."""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, File, Response, UploadFile
from fastapi.testclient import TestClient
from httpx2 import Response as Received
from starlette.types import Message, Scope

from api.app import _install_problems
from api.clients.calls import RegionCalls, Voice
from api.clients.regions import HttpRegionClient
from api.region_callers import MAX_SIGNED_BODY_BYTES, OptionalRegionCallerDep, RegionCallerDep
from certs.regions import RegionCode
from signing.request_forms import RequestHead
from storage.database import connect
from storage.request_nonces import SqlRequestNonces
from tests.caller_cases import (
    BODY,
    CASES,
    HEAD,
    NOW,
    CallerCase,
    Sent,
    service,
    signed,
    sound,
    trust,
)
from tests.databases import NewDatabase
from tests.doubles.nonces import MemoryNonces
from tests.instance_parts import BAOJI, WUHU, MovingClock, revocations
from tests.region_servers import serving
from verify.callers import REMEMBERED, WINDOW, Distrust
from verify.ports import NonceStore
from verify.trust_lists import TrustList


@dataclass
class Parts:
    """Of the services of an instance, those that a signed request meets."""

    region: RegionCode = field(default_factory=lambda: RegionCode(WUHU))
    trusted: TrustList | None = field(default_factory=trust)
    lists: tuple[bytes, ...] = field(default_factory=lambda: revocations(BAOJI))
    clock: MovingClock = field(default_factory=lambda: MovingClock(NOW))
    request_nonces: NonceStore | None = field(default_factory=MemoryNonces)
    asked: list[str] = field(default_factory=list)

    @property
    def trust(self) -> "Parts":
        return self

    @property
    def verifier(self) -> "Parts":
        return self

    @property
    def regions(self) -> "Parts":
        return self

    def current(self) -> TrustList | None:
        return self.trusted

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        self.asked.append(service_url)
        return self.lists


def application(parts: Parts) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        yield {"services": parts}

    app = FastAPI(lifespan=lifespan)

    @app.post("/api/v1/verifications")
    @app.put("/api/v1/verifications")
    @app.post("/api/v1/licenses")
    @app.post("/api/v1/verifications/")
    def answer(caller: RegionCallerDep) -> Response:
        return Response(f"{caller.region.code} ".encode() + caller.body)

    @app.post("/api/v1/open")
    def open_to_all(
        caller: OptionalRegionCallerDep, file: Annotated[UploadFile | None, File()] = None
    ) -> dict[str, Any]:
        return {
            "region": str(caller.region.code) if caller else None,
            "size": len(caller.body) if caller else 0,
            "file": file.file.read().decode() if file else None,
        }

    _install_problems(app, parts)  # type: ignore[arg-type]  # the parts that are met
    return app


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
def client(parts: Parts) -> Iterator[TestClient]:
    with TestClient(application(parts), base_url="http://wuhu.test") as client:
        yield client


def send(client: TestClient, sent: Sent) -> Received:
    query = f"?{sent.query}" if sent.query else ""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in sent.headers]
    if sent.content_type:
        headers.append((b"Content-Type", sent.content_type.encode()))
    return client.request(sent.method, f"{sent.path}{query}", content=sent.body, headers=headers)


def arrange(parts: Parts, sent: Sent) -> None:
    """Make the instance one that receives the request."""
    parts.region, parts.trusted, parts.lists = RegionCode(sent.own), sent.trust, sent.lists
    parts.clock.instant = sent.now


def test_a_signed_request_reaches_its_route_with_region_and_body(client: TestClient) -> None:
    answer = send(client, sound())

    assert answer.status_code == 200
    assert answer.content == f"{BAOJI} ".encode() + BODY


def refusal(client: TestClient) -> dict[str, Any]:
    """What the least of all faults brings."""
    answer = client.post("/api/v1/verifications", content=BODY)
    assert answer.status_code == 401
    document: dict[str, Any] = answer.json()
    return document


# A path that holds a question mark cannot be sent.
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.name != "query-moved-into-the-path"],
    ids=lambda case: case.name,
)
def test_every_request_that_goes_wrong_gets_the_same_answer(
    client: TestClient, parts: Parts, case: CallerCase, caplog: pytest.LogCaptureFixture
) -> None:
    sent = case.change(sound())
    arrange(parts, sent)
    for _ in range(sent.times_before):
        assert send(client, sent).status_code == 200

    answer = send(client, sent)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == refusal(client) | {"instance": sent.path}
    assert answer.json()["type"] == "urn:yinxin:problem:caller-not-trusted"
    assert [record.args for record in caplog.records if record.name == "api.region_callers"] == [
        (case.reason,)
    ]


def test_a_401_says_how_to_do_better(client: TestClient) -> None:
    answer = client.post("/api/v1/verifications")

    assert answer.headers["www-authenticate"] == 'Signature realm="yinxin.region-request/1"'


def test_a_request_passes_once_whichever_worker_it_reaches(new_database: NewDatabase) -> None:
    url = new_database()
    engines = [connect(url) for _ in range(2)]
    workers = [Parts(request_nonces=SqlRequestNonces(engine)) for engine in engines]
    sent = sound()
    with TestClient(application(workers[0])) as first, TestClient(application(workers[1])) as other:
        assert send(first, sent).status_code == 200
        assert send(other, sent).status_code == 401
        assert send(first, sent).status_code == 401
        assert send(other, sound()).status_code == 200
    for engine in engines:
        engine.dispose()


def test_an_instance_without_a_store_of_nonces_serves_no_signed_request(
    client: TestClient, parts: Parts
) -> None:
    parts.request_nonces = None

    answer = send(client, sound())

    assert (answer.status_code, answer.json()["code"]) == (503, "NOT_SERVED_HERE")


def test_a_route_for_all_takes_signed_and_unsigned_requests(client: TestClient) -> None:
    head = replace(HEAD, path="/api/v1/open", query="")
    sent = replace(sound(), path=head.path, query="", headers=signed(head))

    assert client.post("/api/v1/open").json() == {"region": None, "size": 0, "file": None}
    assert client.post("/api/v1/open", files={"file": b"x"}).json()["file"] == "x"
    assert send(client, sent).json() == {"region": BAOJI, "size": len(BODY), "file": None}


def test_a_route_for_all_refuses_a_signature_that_does_not_hold(client: TestClient) -> None:
    assert send(client, replace(sound(), path="/api/v1/open")).status_code == 401


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=x", "Application/X-WWW-Form-Urlencoded"]
)
def test_forms_are_not_signed(client: TestClient, content_type: str) -> None:
    head = RequestHead(method="POST", path="/api/v1/open", content_type=content_type)
    body = b"--x--\r\n"
    sent = replace(
        sound(),
        path=head.path,
        query="",
        content_type=content_type,
        body=body,
        headers=signed(head, body),
    )

    assert send(client, sent).status_code == 401


def test_two_content_types_are_none(client: TestClient) -> None:
    sent = sound()
    twice = replace(sent, headers=(*sent.headers, ("Content-Type", sent.content_type)))

    assert send(client, twice).status_code == 401


def test_a_body_over_the_limit_is_not_kept(client: TestClient) -> None:
    body = bytes(MAX_SIGNED_BODY_BYTES)
    assert send(client, replace(sound(), body=body, headers=signed(body=body))).status_code == 200
    body += b"x"

    answer = send(client, replace(sound(), body=body, headers=signed(body=body)))

    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")


class _Body:
    """A body that tells whether anybody read it, and may take its time."""

    def __init__(self, parts: Parts, takes: timedelta = timedelta(0)) -> None:
        self.parts = parts
        self.takes = takes
        self.was_read = False
        self.status = 0

    async def receive(self) -> Message:
        self.was_read = True
        self.parts.clock.advance(self.takes)
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(self, message: Message) -> None:
        self.status = message.get("status", self.status)

    def scope(self, parts: Parts, sent: Sent, **more: object) -> Scope:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "http",
            "path": sent.path,
            "raw_path": sent.path.encode(),
            "query_string": sent.query.encode(),
            "root_path": "",
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in (*sent.headers, ("content-type", sent.content_type))
            ],
            "client": None,
            "server": ("wuhu.test", 80),
            "state": {"services": parts},
            **more,
        }


async def _call(body: _Body, scope: Scope) -> None:
    await application(body.parts)(scope, body.receive, body.send)


@pytest.mark.anyio
async def test_the_body_of_a_stranger_is_not_read(parts: Parts) -> None:
    stranger, friend = _Body(parts), _Body(parts)

    await _call(stranger, stranger.scope(parts, replace(sound(), headers=signed(to="110000"))))
    await _call(friend, friend.scope(parts, sound()))

    assert (stranger.status, stranger.was_read) == (401, False)
    assert (friend.status, friend.was_read) == (200, True)


@pytest.mark.anyio
async def test_a_body_that_takes_too_long_comes_too_late(parts: Parts) -> None:
    slow = _Body(parts, takes=WINDOW + timedelta(seconds=1))

    await _call(slow, slow.scope(parts, sound()))

    assert slow.status == 401


@pytest.mark.anyio
async def test_the_prefix_of_a_proxy_is_not_signed(parts: Parts) -> None:
    body, sent = _Body(parts), sound()
    scope = body.scope(
        parts,
        sent,
        root_path="/yinxin",
        path="/yinxin" + sent.path,
        raw_path=b"/yinxin" + sent.path.encode(),
    )

    await _call(body, scope)

    assert body.status == 200


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_the_log_says_why_and_names_nobody(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="api.region_callers")
    send(client, replace(sound(), path="/api/v1/licenses", query="name=zhang"))

    (record,) = [item for item in caplog.records if item.name == "api.region_callers"]
    assert record.getMessage() == f"a signed request is refused: {Distrust.SIGNATURE}"


def test_what_the_client_signs_a_real_server_accepts(parts: Parts) -> None:
    own = Voice(region=RegionCode(BAOJI), signer=service(), now=parts.clock.now)
    with (
        serving(application(parts)) as url,
        HttpRegionClient(calls=RegionCalls(voice=own)) as client,
    ):
        for to, answers in ((WUHU, [f'{BAOJI} {{"identifier":"1.2.3"}}'.encode()]), (BAOJI, [])):
            with client.ask_statuses(url, ["1.2.3"], "0" * 32, to=RegionCode(to)) as lines:
                assert list(lines or ()) == answers


def test_a_nonce_is_kept_for_as_long_as_the_request_could_be_taken(parts: Parts) -> None:
    kept: list[tuple[datetime, datetime]] = []

    class Store:
        def use(self, region: str, nonce: str, *, until: datetime, now: datetime) -> bool:
            assert (region, len(nonce)) == (BAOJI, 32)
            kept.append((until, now))
            return True

    parts.request_nonces = Store()
    with TestClient(application(parts)) as client:
        send(client, sound())

    assert kept == [(NOW + REMEMBERED, NOW)]
