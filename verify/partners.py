"""The regions with which this one exchanges letters: who counts as one, and what each revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from certs.regions import RegionCode
from signing.revocation_lists import RevocationList
from verify.ports import Clock, TrustSource
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion


class RevocationSource(Protocol):
    """Fetches what regions publish of certificates that they revoked."""

    def revocation_lists(self, service_url: str) -> Sequence[bytes]:
        """Return a region's certificate revocation lists as they came."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Partners:
    """The regions of the trust list, while it is fresh.

    Attributes:
        trust: Gives the trust list.
        published: Fetches what regions publish.
        clock: Tells the time.
    """

    trust: TrustSource
    published: RevocationSource
    clock: Clock

    def find(self, region: RegionCode) -> TrustedRegion | None:
        """Return a region; None where no list that is fresh now names it."""
        trust = self.trust.current()
        if trust is None or not trust.is_fresh_at(self.clock.now()):
            return None
        return trust.region(region)

    def lists(self, region: TrustedRegion) -> tuple[RevocationList, ...]:
        """Return what a region revoked, as far as it can be read."""
        return parse_lists(self.published.revocation_lists(region.service_url))
