"""Work that a served region does again and again beside its requests, in a thread of its own."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def repeating(
    step: Callable[[], object], *, interval: float, name: str, trouble: str
) -> Iterator[None]:
    """Call ``step`` at once and every ``interval`` seconds until the block ends.

    Whatever goes wrong is logged and tried again: it must not take the service with it.

    Args:
        step: The work.
        interval: Seconds between two calls.
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
            if ended.wait(interval):
                return

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
