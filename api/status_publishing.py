"""Publishes status lists in the background, while ``yinxin serve`` runs."""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from api.repeating import repeating
from certs.errors import StatusListBusyError
from certs.ports import Clock, UnitOfWork
from certs.status_lists.publishing import Publication, StatusPublisher
from signing.signer import CertifiedSigner
from storage.status_folder import StatusFolder

INTERVAL_SECONDS: Final = 2.0
"""A change waits this long at most before somebody looks, and a fraction of it to be published."""

_FOLDER: Final = "status"
_PATIENCE_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = 0.2
logger = logging.getLogger(__name__)


def open_publisher(
    *,
    unit_of_work: Callable[[], UnitOfWork],
    clock: Clock,
    signer: CertifiedSigner,
    public_url: str,
    public: Path,
) -> StatusPublisher:
    """Return a publisher of its own name, with its shelf in ``status`` below ``public``."""
    return StatusPublisher(
        unit_of_work=unit_of_work,
        clock=clock,
        signer=signer,
        public_url=public_url,
        shelf=StatusFolder(public / _FOLDER),
        owner=secrets.token_hex(16),
    )


@contextmanager
def publishing(
    publisher: StatusPublisher | None, *, interval: float = INTERVAL_SECONDS
) -> Iterator[None]:
    """Publish what is due every ``interval`` seconds until the block ends.

    Whatever goes wrong is logged and tried again: a list that cannot be signed grows old, which
    verifiers see, and must not take the service with it.

    Args:
        publisher: Who publishes; None where this process may not.
        interval: Seconds between two looks.
    """
    if publisher is None:
        yield
        return
    with repeating(
        partial(_step, publisher),
        interval=interval,
        name="status-publisher",
        trouble="the status lists could not be published",
    ):
        yield


def publish_now(publisher: StatusPublisher, *, rebuild: bool = False) -> tuple[Publication, ...]:
    """Publish what is due, waiting a little for another process that publishes just now.

    Raises:
        StatusListBusyError: It did not come to an end.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            found = publisher.publish(rebuild=rebuild)
        except StatusListBusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            publisher.fill_shelf()
            return found


def _step(publisher: StatusPublisher) -> None:
    try:
        publisher.publish()
    except StatusListBusyError:
        # Another process is at it; what it publishes lies on our shelf at the next look.
        logger.debug("another process publishes status lists")
    publisher.fill_shelf()
