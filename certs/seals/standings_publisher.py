"""Issues the bulletin of seals, anew only when there is a reason to."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from certs.errors import MalformedRecordError
from certs.ports import Clock
from certs.seals.ports import SealWork
from certs.seals.standings import LIFETIME, SealStandings, listed_seals
from certs.status_lists.tokens import TIME_TO_LIVE
from signing.signer import CertifiedSigner

RENEWED_AFTER: Final = TIME_TO_LIVE / 2
"""An unchanged bulletin is signed again, as status lists are, so that what a region said last
before it fell silent is fresh enough for policies that ask for knowledge of this half-day."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The last bulletin, and what the register held when it was made."""

    events: int
    issued_at: datetime
    data: bytes | None


@dataclass(slots=True)
class StandingsPublisher:
    """Keeps the bulletin of one instance; safe for threads.

    Attributes:
        region: 行政区划代码 of the instance.
        signer: The key of the role ``status``.
    """

    region: str
    unit_of_work: Callable[[], SealWork]
    clock: Clock
    signer: CertifiedSigner
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)
    _kept: _Kept | None = field(default=None, init=False, repr=False)

    def current(self) -> bytes | None:
        """Return the bulletin over the register as it is now.

        Returns:
            The signed bulletin; None when the region has more seals than one can hold.

        Raises:
            KeyUnavailableError: The key store did not answer.
        """
        with self._lock:
            now = self.clock.now().replace(microsecond=0)
            with self.unit_of_work() as work:
                work.only_read()
                # The register only grows, so the number of its events is its version.
                events = work.seals.count_events()
                kept = self._kept
                if kept is not None and kept.events == events and _is_fresh(kept, now):
                    return kept.data
                seals = listed_seals(work.seals.digests(), work.seals.lives())
            standings = SealStandings(
                region=self.region, issued_at=now, expires_at=now + LIFETIME, seals=seals
            )
            self._kept = _Kept(events, now, _signed(standings, self.signer))
            return self._kept.data


def _is_fresh(kept: _Kept, now: datetime) -> bool:
    # A clock that was set back must not keep a bulletin of tomorrow.
    return timedelta() <= now - kept.issued_at < RENEWED_AFTER


def _signed(standings: SealStandings, signer: CertifiedSigner) -> bytes | None:
    """Return the bulletin with its reasons if they fit, else without."""
    for fitting in (standings, standings.without_reasons()):
        try:
            return fitting.sign(signer)
        except MalformedRecordError:
            continue
    logger.error("%d seals do not fit into one bulletin", len(standings.seals))
    return None
