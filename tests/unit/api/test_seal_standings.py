"""The bulletin of seals over HTTP, and how it reaches other regions and stays with them."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.clients.local import LocalFirstClient
from api.clients.memory import MemoryClient
from api.clients.region_publications import seal_standings_of
from api.clients.regions import HttpRegionClient
from api.own_publications import Recent
from certs.envelopes import parse_envelope
from certs.seals.events import SealMove, SealState
from certs.seals.lifecycle import move_seal
from certs.seals.standings import MAX_BYTES, SealStandings
from tests import world
from tests.doubles.seconds import Seconds
from tests.instances import Country
from tests.seal_lives import event
from tests.seal_standing_cases import bulletin, moved, standings
from tests.unit.api.test_region_client import URL, Service, constant
from tests.unit.api.test_seals import CODE
from verify.errors import NotAtHandError

PATH = "/api/v1/seal-standings"
ELSEWHERE = "http://baoji.test"


def read(data: bytes) -> SealStandings:
    envelope = parse_envelope(data, max_bytes=MAX_BYTES)
    envelope.verify()
    return SealStandings.of(envelope)


def test_anybody_reads_the_bulletin_and_reads_it_again_only_when_it_changed(
    country: Country,
) -> None:
    client = country.wuhu.client
    first = client.get(PATH)
    tag = first.headers["etag"]
    same = client.get(PATH, headers={"If-None-Match": tag})
    move_seal(
        CODE,
        event(SealMove.SUSPENDED, country.clock.now()),
        unit_of_work=country.wuhu.services.unit_of_work,
    )
    second = client.get(PATH, headers={"If-None-Match": tag})

    assert (first.status_code, same.status_code, second.status_code) == (200, 304, 200)
    assert same.content == b""
    assert read(first.content).seals[CODE].phases[-1].state is SealState.ENABLED
    assert read(second.content).seals[CODE].phases[-1].state is SealState.SUSPENDED
    assert (second.headers["etag"] == tag, second.headers["cache-control"]) == (
        False,
        "public, max-age=10",
    )
    signer = parse_envelope(first.content).message.signer
    assert signer == world.region("340200").status_signer.certificate


def test_a_process_without_the_key_says_so(country: Country) -> None:
    for found in (None, lambda: None):
        services = replace(country.wuhu.services, seal_standings=found)
        with TestClient(create_app(services)) as client:
            answer = client.get(PATH)

        assert (answer.status_code, answer.json()["code"]) == (503, "NOT_SERVED_HERE")


def test_a_region_keeps_the_last_bulletin_that_was_one() -> None:
    good, other = bulletin(), bulletin(standings(moved(SealMove.REVOKED, world.NOON)))
    answers = iter([(200, good), (200, good[:-1]), (500, other), (200, b"{}"), (200, other)])
    service = Service(lambda _: _response(*next(answers)))
    with service.client() as client:
        found = []
        for _ in range(5):
            found.append(client.seal_standings(URL))
            service.seconds.advance(61)

    assert found == [good, good, good, good, other]
    assert {request.url.path for request in service.asked} == {PATH}


def _response(status: int, content: bytes) -> httpx.Response:
    return httpx.Response(status, content=content)


def test_whoever_asks_about_one_seal_looks_for_the_bulletin_on_the_side() -> None:
    data = bulletin()

    def answer(request: httpx.Request) -> httpx.Response:
        return _response(200, data if request.url.path == PATH else b"an answer")

    service = Service(answer)
    with service.client() as client:
        at = world.NOON
        assert client.ask_seal_status(URL, CODE, at=at, nonce="a" * 32) == b"an answer"
        assert [request.url.path for request in service.asked] == [f"/api/v1/seals/{CODE}/status"]
        client.publications.refresh_due()
        kept = client.publications.peek(seal_standings_of(URL))

    assert kept is not None
    assert kept.value == data


def local(others: HttpRegionClient) -> LocalFirstClient:
    return LocalFirstClient(
        own_url=URL,
        own_status=lambda _identifier, _nonce: b"",
        own_lists=tuple,
        own_seal_status=lambda _code, *, at, nonce: b"",  # noqa: ARG005 - never asked
        own_seal_standings=lambda: b"our own",
        others=others,
    )


def test_an_instance_reads_its_own_bulletin_without_the_network() -> None:
    data = bulletin()
    service = constant(content=data)
    with service.client() as others:
        own = local(others)

        assert own.seal_standings(URL) == b"our own"
        assert service.asked == []
        assert own.seal_standings(ELSEWHERE) == data
        assert replace(own, own_seal_standings=None).seal_standings(URL) is None


def test_from_memory_comes_what_was_fetched_before_and_nothing_else() -> None:
    data, seconds = bulletin(), Seconds()
    with constant(content=data).client() as others:
        own = Recent(lambda: b"our own", clock=seconds)
        memory = MemoryClient(whole=local(others), own_standings=own)
        for url in (URL, ELSEWHERE):
            with pytest.raises(NotAtHandError):
                memory.seal_standings(url)
        others.seal_standings(ELSEWHERE)
        own.get()

        assert memory.seal_standings(ELSEWHERE) == data
        assert memory.seal_standings(URL) == b"our own"


def test_a_face_of_another_region_that_does_not_answer_about_seals_is_judged_by_its_bulletin(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = country.wuhu.file(str(country.wuhu.mint()["identifier"]))
    country.clock.advance(timedelta(minutes=2))
    # A region whose online answers fail while what it publishes can be read.
    monkeypatch.setattr(type(country.post), "ask_seal_status", lambda *_, **__: None)

    findings = country.baoji.verify(pdf)["findings"]

    assert isinstance(findings, list)
    (found,) = [item for item in findings if item["check"] == "seal.status"]
    assert (found["outcome"], found["reason"]) == ("ok", "listed")
    assert "状态截至 2026-03-18 12:07" in found["zh"]
