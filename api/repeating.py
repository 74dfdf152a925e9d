"""Work that a served region does again and again beside its requests, in a thread of its own."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_END_SECONDS: Final = 5.0
"""How long the end of a service waits for work that a silent network holds up."""

logger = logging.getLogger(__name__)


@contextmanager
def repeating(
    step: Callable[[], object], *, interval: float, jitter: float = 0.0, name: str, trouble: str
) -> Iterator[None]:
    """Call ``step`` at once and every ``interval`` seconds until the block ends.

    Whatever goes wrong is logged and tried again: it must not take the service with it.

    Args:
        step: The work; it may be broken off at any point, as by a crash, when the service ends.
        interval: Seconds between two calls.
        jitter: The share by which each pause may be shorter or longer.
        name: The thread's.
        trouble: What the log says of a failure.
    """
    ended = threading.Event()

    def run() -> None:
        while True:
            try:
                step()
            except Exception:
                logger.exception(trouble)
            if ended.wait(pause(interval, jitter)):
                return

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_END_SECONDS)


def pause(interval: float, jitter: float) -> float:
    """Return the seconds until the next call, drawn so that many instances do not ask together."""
    return interval * secrets.SystemRandom().uniform(1 - jitter, 1 + jitter)
