"""The figures that everybody may read, counted at most every five minutes for all who ask."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from verify.supervision.desk import PublicFigures, SupervisionDesk

KEPT: Final = timedelta(minutes=5)


@dataclass(slots=True)
class PublishedFigures:
    """公示: remembers what was counted last; for threads.

    Attributes:
        desk: Returns who counts.
    """

    desk: Callable[[], SupervisionDesk]
    _kept: tuple[datetime, PublicFigures] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self) -> PublicFigures:
        """Return the figures, counted anew where they are older than five minutes."""
        desk = self.desk()
        with self._lock:
            now = desk.clock.now()
            if self._kept is None or not now - KEPT < self._kept[0] <= now:
                self._kept = (now, desk.published())
            return self._kept[1]
