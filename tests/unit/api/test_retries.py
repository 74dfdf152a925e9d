"""Pauses between attempts."""

import pytest

from api.clients.retries import Retries, full_jitter
from tests.doubles.seconds import Seconds


def longest(seconds: Seconds, **more: float) -> Retries:
    """Pauses as long as they can be."""
    return Retries(sleep=seconds.sleep, clock=seconds, jitter=lambda most: most, **more)  # type: ignore[arg-type]  # seconds


def test_pauses_grow_twofold_up_to_a_bound() -> None:
    seconds = Seconds()
    retries = longest(seconds)

    for failed in range(1, 6):
        assert retries.pause(failed, deadline=seconds() + 60)

    assert seconds.slept == [0.2, 0.4, 0.8, 1.0, 1.0]


def test_nobody_waits_past_the_deadline() -> None:
    seconds = Seconds()
    retries = longest(seconds)

    assert not retries.pause(1, deadline=seconds() + 0.2)
    assert seconds.slept == []
    assert retries.pause(1, deadline=seconds() + 0.21)


def test_jitter_is_anything_from_nothing_to_the_whole_pause() -> None:
    drawn = [full_jitter(0.4) for _ in range(2000)]

    assert all(0 <= item <= 0.4 for item in drawn)
    assert min(drawn) < 0.04
    assert max(drawn) > 0.36
    assert len(set(drawn)) > 1900


@pytest.mark.parametrize("failed", [1, 2, 3, 9])
def test_jitter_is_drawn_within_the_pause_of_that_attempt(failed: int) -> None:
    asked: list[float] = []
    seconds = Seconds()

    def jitter(most: float) -> float:
        asked.append(most)
        return 0.0

    Retries(sleep=seconds.sleep, clock=seconds, jitter=jitter).pause(
        failed, deadline=seconds() + 60
    )

    assert asked == [min(1.0, 0.2 * 2 ** (failed - 1))]
