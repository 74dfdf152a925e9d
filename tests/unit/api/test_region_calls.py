"""Calls to other regions: signed, asked again where that may help, and not asked at all."""

import gzip
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from api.clients.breakers import COOL_DOWN_SECONDS, BreakerState
from api.clients.regions import MOST_IDENTIFIERS
from certs.status_answer_batches import MAX_BATCH_BYTES
from signing.errors import KeyUnavailableError
from signing.request_forms import RequestHead
from signing.request_signatures import parse_request_signature
from signing.signer import CertifiedSigner
from tests import world
from tests.unit.api.test_region_client import (
    BAOJI,
    IDENTIFIER,
    NONCE,
    URL,
    WUHU,
    Service,
    constant,
    voice,
)

GONE = httpx.ConnectError("refused")


def turns(*turns: int | Exception) -> Service:
    """One status or trouble after the other; the last of them for ever."""
    left = list(turns)

    def answer(_: httpx.Request) -> httpx.Response:
        turn = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(turn, Exception):
            raise turn
        return httpx.Response(turn, content=b"answer")

    return Service(answer)


def in_pieces(
    *pieces: bytes, trouble: Exception | None = None, headers: dict[str, str] | None = None
) -> Service:
    """An answer that arrives bit by bit, and may break off."""

    def content(service: Service) -> Callable[[httpx.Request], httpx.Response]:
        def stream() -> object:
            for piece in pieces:
                service.seconds.advance(1)
                yield piece
            if trouble is not None:
                raise trouble

        return lambda _: httpx.Response(200, content=stream(), headers=headers)  # type: ignore[arg-type]  # an iterator

    service = constant()
    service.answer = content(service)
    return service


def lines(service: Service, count: int = 1, *, signed: bool = True) -> list[bytes] | None:
    """What a question about many licenses brings."""
    with (
        service.client(voice() if signed else None) as client,
        client.ask_statuses(URL, ["1.2.3"] * count, NONCE, to=WUHU) as found,
    ):
        return None if found is None else list(found)


@pytest.mark.parametrize(
    "trouble",
    [GONE, httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut off"), 502, 503, 504],
)
def test_a_question_is_put_again_where_that_may_help(trouble: int | Exception) -> None:
    service = turns(trouble, trouble, 200)
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, NONCE) == b"answer"

    assert len(service.asked) == 3
    assert service.seconds.slept == [0.2, 0.4]


@pytest.mark.parametrize(
    "trouble",
    [400, 401, 404, 429, 500, 301, httpx.DecodingError("x"), httpx.UnsupportedProtocol("x")],
)
def test_a_question_is_not_put_again_where_it_may_not_help(trouble: int | Exception) -> None:
    service = turns(trouble, 200)
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, NONCE) is None

    assert len(service.asked) == 1


def test_a_question_is_put_three_times_at_most() -> None:
    service = turns(GONE)
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, NONCE) is None

    assert len(service.asked) == 3


def test_what_leaves_a_trace_there_is_put_once() -> None:
    service = turns(GONE, 200)
    with service.client() as client:
        assert client.share(URL, b"query") is None

    assert len(service.asked) == 1


def test_no_attempt_begins_after_the_time_for_all_of_them() -> None:
    service = turns(GONE)

    def slow(request: httpx.Request) -> httpx.Response:
        service.seconds.advance(5)
        raise httpx.ReadTimeout("slow", request=request)

    service.answer = slow
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, NONCE) is None

    assert len(service.asked) == 2


def test_a_region_that_keeps_failing_is_not_asked_for_a_while() -> None:
    service = turns(*[GONE] * 5, 200)
    with service.client() as client:
        for _ in range(9):
            assert client.ask_status(URL, IDENTIFIER, NONCE) is None
        assert len(service.asked) == 5
        assert client.states() == {URL: BreakerState.OPEN}

        service.seconds.advance(COOL_DOWN_SECONDS)
        assert client.states() == {URL: BreakerState.HALF_OPEN}
        assert client.ask_status(URL, IDENTIFIER, NONCE) == b"answer"
        assert client.states() == {URL: BreakerState.CLOSED}


def test_a_probe_that_fails_is_the_only_one() -> None:
    service = turns(GONE)
    with service.client() as client:
        for _ in range(2):
            client.ask_status(URL, IDENTIFIER, NONCE)
        service.seconds.advance(COOL_DOWN_SECONDS)
        client.ask_status(URL, IDENTIFIER, NONCE)

        assert len(service.asked) == 6
        assert client.states() == {URL: BreakerState.OPEN}


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_region_that_answers_at_all_is_not_cut_off(status: int) -> None:
    """Or else anybody's strange question could silence a region for everybody."""
    service = turns(status)
    with service.client() as client:
        for _ in range(9):
            client.ask_status(URL, IDENTIFIER, NONCE)

        assert client.states() == {URL: BreakerState.CLOSED}
    assert len(service.asked) == 9


@pytest.mark.parametrize("status", [429, 503])
def test_a_region_that_is_busy_is_left_alone(status: int) -> None:
    with turns(status).client() as client:
        for _ in range(5):
            client.ask_status(URL, IDENTIFIER, NONCE)

        assert client.states() == {URL: BreakerState.OPEN}


def test_what_a_region_publishes_comes_from_memory_while_it_is_not_asked() -> None:
    service = turns(200, GONE)
    with service.client() as client:
        assert client.status_list(URL, 1) == b"answer"
        for _ in range(9):
            client.ask_status(URL, IDENTIFIER, NONCE)
        service.seconds.advance(20)

        assert client.states() == {URL: BreakerState.OPEN}
        assert client.status_list(URL, 1) == b"answer"
    assert len(service.asked) == 6


def test_a_packed_answer_is_silence() -> None:
    """A few bytes could unpack to any number of them before anybody counts."""
    plain = in_pieces(b"answer", headers={"content-encoding": "identity"})
    service = in_pieces(gzip.compress(b"answer"), headers={"content-encoding": "gzip"})
    with plain.client() as client:
        assert client.ask_status(URL, IDENTIFIER, NONCE) == b"answer"
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, NONCE) is None
    assert service.asked[0].headers["accept-encoding"] == "identity"


def test_questions_that_anybody_may_ask_are_not_signed() -> None:
    service = constant(content=b"answer")
    with service.client(voice()) as client:
        client.ask_status(URL, IDENTIFIER, NONCE)
        client.revocation_lists(URL)

    assert not any("signature" in request.headers for request in service.asked)


def test_a_question_about_many_is_signed_for_the_region_it_goes_to() -> None:
    service = constant(content=b"one\n")
    assert lines(service) == [b"one"]

    (request,) = service.asked
    signature = parse_request_signature(request.headers.multi_items())
    assert (signature.region, signature.to) == (str(BAOJI), str(WUHU))
    assert signature.created == world.NOON
    signature.verify(
        RequestHead(
            method="POST",
            path="/api/v1/verifications",
            query=f"nonce={NONCE}",
            content_type="application/x-ndjson",
        )
    )
    signature.check_body(b'{"identifier":"1.2.3"}\n')
    assert request.content == b'{"identifier":"1.2.3"}\n'
    assert request.headers["content-type"] == "application/x-ndjson"


def test_each_attempt_is_signed_anew_so_that_none_is_a_replay() -> None:
    service = turns(GONE, 503, 200)
    assert lines(service) == [b"answer"]

    nonces = {
        parse_request_signature(request.headers.multi_items()).nonce for request in service.asked
    }
    assert len(nonces) == 3


def test_without_a_key_a_question_about_many_goes_out_unsigned() -> None:
    service = constant(content=b"one\n")

    assert lines(service, signed=False) == [b"one"]
    assert "signature" not in service.asked[0].headers


def test_a_key_that_cannot_sign_is_silence_and_not_the_fault_of_the_region() -> None:
    class Broken(world.MemorySigner):
        def sign(self, message: bytes) -> bytes:
            raise KeyUnavailableError(f"no key for {len(message)} bytes")

    signer = Broken("broken")
    signer._pair = world.region("610300").service.signer._pair  # type: ignore[attr-defined]  # the test's own key
    own = replace(
        voice(),
        signer=CertifiedSigner(
            signer=signer, certificate=world.region("610300").service.certificate
        ),
    )
    service = constant(content=b"one\n")
    with service.client(own) as client:
        for _ in range(9):
            with client.ask_statuses(URL, ["1.2.3"], NONCE, to=WUHU) as found:
                assert found is None
        assert client.states() == {URL: BreakerState.CLOSED}
    assert service.asked == []


@pytest.mark.parametrize("status", [204, 301, 401, 404, 500, 503])
def test_another_status_than_200_brings_no_lines(status: int) -> None:
    assert lines(turns(status)) is None


@pytest.mark.parametrize(
    "pieces",
    [
        (b"one\ntwo\nthree\n",),
        (b"one\ntwo\nthree",),
        (b"o", b"ne", b"\nt", b"wo\n", b"three\n"),
        (b"one\n\n", b"two\n", b"", b"three\n"),
    ],
)
def test_lines_are_the_same_however_they_arrive(pieces: tuple[bytes, ...]) -> None:
    assert lines(in_pieces(*pieces), 9) == [b"one", b"two", b"three"]


@pytest.mark.parametrize(
    ("pieces", "trouble", "left"),
    [
        ((b"one\n", b"tw"), httpx.ReadTimeout("slow"), [b"one"]),
        ((b"one\n", b"two\n"), httpx.RemoteProtocolError("cut off"), [b"one", b"two"]),
        ((b"one\n", b"x" * (MAX_BATCH_BYTES + 1)), None, [b"one"]),
        ((b"one\n", b"x" * (MAX_BATCH_BYTES // 2), b"x" * MAX_BATCH_BYTES + b"\n"), None, [b"one"]),
        ((b"one\n", b"\n" * 99), None, [b"one"]),
        ((b"one\n", *[b"x"] * 60, b"\n"), None, [b"one"]),
    ],
    ids=["slow", "cut-off", "long-line", "long-line-in-pieces", "too-many", "too-slow"],
)
def test_lines_that_go_wrong_end_early_and_open_the_breaker(
    pieces: tuple[bytes, ...], trouble: Exception | None, left: list[bytes]
) -> None:
    service = in_pieces(*pieces, trouble=trouble)
    service_answer = service.answer
    with service.client(voice()) as client:
        for _ in range(5):
            with client.ask_statuses(URL, ["1.2.3"] * 9, NONCE, to=WUHU) as found:
                assert found is not None
                assert list(found) == left
                assert list(found) == []
        assert client.states() == {URL: BreakerState.OPEN}
        with client.ask_statuses(URL, ["1.2.3"] * 9, NONCE, to=WUHU) as found:
            assert found is None
    assert service.answer is service_answer
    assert len(service.asked) == 5


def test_who_stops_reading_blames_nobody() -> None:
    service = in_pieces(b"one\n", b"two\n", trouble=httpx.ReadTimeout("slow"))
    with service.client(voice()) as client:
        for _ in range(9):
            with client.ask_statuses(URL, ["1.2.3"] * 9, NONCE, to=WUHU) as found:
                assert found is not None
                assert next(found) == b"one"
        assert client.states() == {URL: BreakerState.CLOSED}


def test_a_reader_that_fails_frees_the_probe() -> None:
    service = turns(*[GONE] * 5, 200)
    with service.client(voice()) as client:
        for _ in range(2):
            client.ask_status(URL, IDENTIFIER, NONCE)
        service.seconds.advance(COOL_DOWN_SECONDS)

        with (
            pytest.raises(ZeroDivisionError),
            client.ask_statuses(URL, ["1.2.3"], NONCE, to=WUHU),
        ):
            raise ZeroDivisionError

        assert client.ask_status(URL, IDENTIFIER, NONCE) == b"answer"


def test_ten_thousand_may_be_asked_about_and_not_more() -> None:
    assert MOST_IDENTIFIERS == 10_000
    assert lines(constant(content=b"one\n"), MOST_IDENTIFIERS) == [b"one"]
    with pytest.raises(ValueError, match="10000"):
        lines(constant(), MOST_IDENTIFIERS + 1)


def test_the_log_of_a_silent_region_names_no_license(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="api")
    with turns(GONE, 404).client() as client:
        client.ask_status(URL, IDENTIFIER, NONCE)

    assert len(caplog.records) == 2
    assert IDENTIFIER not in caplog.text


def test_a_time_before_the_epoch_or_after_its_ten_digits_signs_nothing() -> None:
    early = replace(voice(), now=lambda: world.NOON - timedelta(days=365 * 60))
    service = constant(content=b"one\n")
    with (
        service.client(early) as client,
        client.ask_statuses(URL, ["1.2.3"], NONCE, to=WUHU) as found,
    ):
        assert found is None
