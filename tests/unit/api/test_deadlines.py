"""The deadline of an exchange, kept where bytes are read."""

import threading

import httpcore
import pytest

from api.clients.deadlines import Deadlines
from tests.doubles.seconds import Seconds


def test_nobody_waits_longer_than_to_the_deadline() -> None:
    seconds = Seconds()
    deadlines = Deadlines(seconds)

    with deadlines.until(seconds() + 5):
        assert deadlines.within(3.0, httpcore.ReadTimeout) == 3.0
        seconds.advance(4)
        assert deadlines.within(3.0, httpcore.ReadTimeout) == 1.0
        assert deadlines.within(None, httpcore.ReadTimeout) == 1.0
        seconds.advance(1)
        with pytest.raises(httpcore.ReadTimeout):
            deadlines.within(3.0, httpcore.ReadTimeout)


def test_outside_of_an_exchange_there_is_no_deadline() -> None:
    seconds = Seconds()
    deadlines = Deadlines(seconds)
    assert deadlines.within(None, httpcore.ReadTimeout) is None

    with deadlines.until(seconds()):
        pass

    assert deadlines.within(3.0, httpcore.ReadTimeout) == 3.0


def test_an_exchange_within_another_has_its_own_deadline() -> None:
    seconds = Seconds()
    deadlines = Deadlines(seconds)

    with deadlines.until(seconds() + 9):
        with deadlines.until(seconds() + 1):
            assert deadlines.within(None, httpcore.ReadTimeout) == 1.0
        assert deadlines.within(None, httpcore.ReadTimeout) == 9.0


def test_threads_have_deadlines_of_their_own() -> None:
    seconds = Seconds()
    deadlines = Deadlines(seconds)
    found: list[float | None] = []

    with deadlines.until(seconds() + 1):
        thread = threading.Thread(
            target=lambda: found.append(deadlines.within(7.0, httpcore.ReadTimeout))
        )
        thread.start()
        thread.join()

    assert found == [7.0]
