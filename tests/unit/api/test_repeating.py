"""Work done again and again: what ends it, and what does not."""

import logging
import threading
import time

import pytest

from api import repeating as module
from api.repeating import pause, repeating


def test_work_that_fails_is_logged_and_tried_again_until_the_block_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    calls = 0
    again = threading.Event()

    def step() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError(28, "no space left")
        again.set()

    with repeating(step, interval=0.001, name="work", trouble="the work failed"):
        assert again.wait(10)
    done = calls

    assert [record.getMessage() for record in caplog.records] == ["the work failed"]
    assert caplog.records[0].levelno == logging.ERROR
    assert "work" not in {thread.name for thread in threading.enumerate()}
    assert calls == done


def test_work_that_hangs_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_END_SECONDS", 0.01)
    goes_on = threading.Event()
    started = time.monotonic()

    with repeating(lambda: goes_on.wait(30), interval=1, name="work", trouble=""):
        pass

    assert time.monotonic() - started < 10
    goes_on.set()


def test_instances_started_together_do_not_ask_together() -> None:
    pauses = [pause(600, 0.1) for _ in range(200)]

    assert len(set(pauses)) > 100
    assert all(540 <= seconds <= 660 for seconds in pauses)
    assert pause(600, 0) == 600
