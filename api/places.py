"""Places for what a process does only so often at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.http_errors import BusyError


class Places:
    """So many places; whoever finds none is told to come again."""

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a place.

        Raises:
            BusyError: There is none.
        """
        if not self._free.acquire(blocking=False):
            raise BusyError("as many as can be are being served")
        try:
            yield
        finally:
            self._free.release()
