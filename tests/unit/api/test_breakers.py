"""Circuit breakers: when a region is asked, and when not."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.clients.breakers import (
    COOL_DOWN_SECONDS,
    FAILURES,
    Breaker,
    Breakers,
    BreakerState,
    Heard,
    Pass,
)
from tests.doubles.seconds import Seconds


def try_once(breaker: Breaker, heard: Heard) -> bool:
    """Whether the attempt went through; if so, it ended like this."""
    used = breaker.let_through()
    if used is None:
        return False
    breaker.report(used, heard)
    return True


def state_of(breaker: Breaker) -> BreakerState:
    return breaker.state


def opened(seconds: Seconds) -> Breaker:
    breaker = Breaker(clock=seconds)
    for _ in range(FAILURES):
        assert try_once(breaker, Heard.BADLY)
    return breaker


def test_five_failures_in_a_row_open_it() -> None:
    breaker = Breaker(clock=Seconds())
    for _ in range(FAILURES):
        assert state_of(breaker) is BreakerState.CLOSED
        assert try_once(breaker, Heard.BADLY)

    assert FAILURES == 5
    assert state_of(breaker) is BreakerState.OPEN
    assert breaker.let_through() is None


def test_a_success_in_between_starts_the_count_anew() -> None:
    breaker = Breaker(clock=Seconds())
    for heard in (*[Heard.BADLY] * 4, Heard.WELL, *[Heard.BADLY] * 4):
        try_once(breaker, heard)

    assert state_of(breaker) is BreakerState.CLOSED


def test_what_nobody_can_say_counts_neither_way() -> None:
    breaker = Breaker(clock=Seconds())
    for heard in (*[Heard.BADLY] * 4, *[Heard.NOTHING] * 9):
        try_once(breaker, heard)
    assert state_of(breaker) is BreakerState.CLOSED

    try_once(breaker, Heard.BADLY)

    assert state_of(breaker) is BreakerState.OPEN


def test_after_the_cool_down_one_probe_may_go() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.advance(COOL_DOWN_SECONDS - 0.001)
    assert breaker.let_through() is None
    seconds.advance(0.001)
    assert state_of(breaker) is BreakerState.HALF_OPEN

    assert breaker.let_through() == Pass(is_probe=True)
    assert breaker.let_through() is None


def test_of_many_threads_at_a_half_open_breaker_one_probes() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.advance(COOL_DOWN_SECONDS)

    with ThreadPoolExecutor(8) as pool:
        passes = list(pool.map(lambda _: breaker.let_through(), range(64)))

    assert sum(item is not None for item in passes) == 1


def test_a_good_probe_closes_it() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.advance(COOL_DOWN_SECONDS)

    assert try_once(breaker, Heard.WELL)

    assert state_of(breaker) is BreakerState.CLOSED
    for _ in range(FAILURES - 1):
        try_once(breaker, Heard.BADLY)
    assert state_of(breaker) is BreakerState.CLOSED


def test_a_bad_probe_opens_it_for_another_cool_down() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.advance(COOL_DOWN_SECONDS)
    assert try_once(breaker, Heard.BADLY)

    seconds.advance(COOL_DOWN_SECONDS - 0.001)
    assert state_of(breaker) is BreakerState.OPEN
    seconds.advance(0.001)
    assert state_of(breaker) is BreakerState.HALF_OPEN


def test_a_probe_that_was_given_up_lets_the_next_one_go() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.advance(COOL_DOWN_SECONDS)
    assert try_once(breaker, Heard.NOTHING)

    assert breaker.let_through() == Pass(is_probe=True)


@pytest.mark.parametrize("heard", [Heard.BADLY, Heard.NOTHING])
def test_a_latecomer_from_before_changes_nothing_about_the_probe(heard: Heard) -> None:
    seconds = Seconds()
    breaker = Breaker(clock=seconds)
    latecomer = breaker.let_through()
    assert latecomer is not None
    for _ in range(FAILURES):
        try_once(breaker, Heard.BADLY)
    seconds.advance(COOL_DOWN_SECONDS)
    assert breaker.let_through() == Pass(is_probe=True)

    breaker.report(latecomer, heard)

    assert state_of(breaker) is BreakerState.HALF_OPEN
    assert breaker.let_through() is None


def test_one_silent_region_does_not_silence_another() -> None:
    seconds = Seconds()
    breakers = Breakers(clock=seconds)
    for _ in range(FAILURES):
        try_once(breakers.of("http://a.test"), Heard.BADLY)
    try_once(breakers.of("http://b.test"), Heard.WELL)

    assert breakers.states() == {
        "http://a.test": BreakerState.OPEN,
        "http://b.test": BreakerState.CLOSED,
    }
    seconds.advance(COOL_DOWN_SECONDS)
    assert breakers.states()["http://a.test"] is BreakerState.HALF_OPEN
