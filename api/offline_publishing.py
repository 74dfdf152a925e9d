"""Grounds of offline verification, learned at most once a minute for all who ask."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from api.http_errors import TrustListMissingError
from verify.offline_grounds import OfflineGrounds, offline_grounds
from verify.ports import Clock, RegionClient
from verify.trust_lists import TrustList

KEPT: Final = timedelta(minutes=1)


@dataclass(slots=True)
class OfflinePublisher:
    """离线核验依据: remembers what was learned last; for threads.

    Attributes:
        trust: Returns the trust list that this instance goes by, or None.
        client: Asks the regions.
    """

    trust: Callable[[], TrustList | None]
    client: RegionClient
    clock: Clock
    _kept: tuple[datetime, OfflineGrounds] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self) -> OfflineGrounds:
        """Return the grounds, learned anew where they are older than a minute.

        Raises:
            TrustListMissingError: There is no list, or it does not stand now.
        """
        trust, now = self.trust(), self.clock.now()
        if trust is None or not trust.is_fresh_at(now):
            raise TrustListMissingError("no trust list that stands now")
        with self._lock:
            kept = self._kept
            is_recent = kept is not None and now - KEPT < kept[0] <= now
            if kept is None or not is_recent or kept[1].trust is not trust:
                kept = self._kept = (now, offline_grounds(trust, self.client, now))
            return kept[1]

    def status_list(self, region: str, number: int) -> bytes | None:
        """Return a status list of a region that the grounds tell of as it came, or None."""
        for item in self.get().regions:
            if str(item.region.code) == region and number in item.lists:
                return self.client.status_list(item.region.service_url, number)
        return None
