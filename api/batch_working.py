"""Batches beside the service of one machine: a worker starts when there is work, and ends with it.

Minting keeps a processor busy and would make requests wait, so it has a process of its own. Where
workers share a queue, on PostgreSQL, they are started apart, on as many hosts as are wanted.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from subprocess import Popen
from typing import Final

from api.batch_jobs import has_work
from api.batch_workers import worker_process
from api.bootstrap import OpenHome
from api.services import Services

_LOOK_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 10.0
_END_SECONDS: Final = 8.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchShift:
    """Looks for work, and lets a worker do it.

    Attributes:
        has_work: Tells whether there is something to do.
        worker: Starts a worker that ends when nothing is left, or with its block.
        stop: Set when the service ends.
    """

    has_work: Callable[[], bool]
    worker: Callable[[], AbstractContextManager[Popen[bytes]]]
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look and work until told to stop; what goes wrong is logged and tried again."""
        while not self.stop.is_set():
            is_well = True
            try:
                is_well = not self.has_work() or self._work()
            except Exception:
                logger.exception("batches could not be worked on")
                is_well = False
            self.stop.wait(_LOOK_SECONDS if is_well else _RETRY_SECONDS)

    def _work(self) -> bool:
        """Wait for a worker; tell whether it ended well. Told to stop, it ends between licenses."""
        with self.worker() as process:
            while process.poll() is None and not self.stop.wait(_LOOK_SECONDS / 4):
                pass
            return process.returncode == 0


@contextmanager
def working_batches(services: Services, instance: OpenHome, passphrase: str) -> Iterator[None]:
    """Work on batches until the block ends, where no queue tells other workers what to do."""
    if services.queue is not None or not services.desks:
        yield
        return
    shift = BatchShift(
        has_work=partial(has_work, services),
        worker=partial(worker_process, instance.home.root, passphrase, "--once"),
    )
    thread = threading.Thread(target=shift.run, name="batches", daemon=True)
    thread.start()
    try:
        yield
    finally:
        shift.stop.set()
        thread.join(_END_SECONDS)
