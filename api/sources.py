"""The sources of this instance (数据源), and whether they work: regions, and registers of facts."""

from collections.abc import Callable
from dataclasses import dataclass

from certs.regions import RegionCode
from verify.acceptance.probes import register_of, source_of_region
from verify.mutual_recognition import MutualRecognition
from verify.ports import TrustSource


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedSources:
    """What there is to be probed, by the trust list as it stands.

    Attributes:
        own: This region.
        trust: Names the others.
        is_up: Tells whether the service at an address answers at all.
    """

    own: RegionCode
    trust: TrustSource
    is_up: Callable[[str], bool]

    def names(self) -> frozenset[str]:
        """Return every other region of the trust list."""
        trust = self.trust.current()
        regions = trust.regions if trust is not None else ()
        return frozenset(source_of_region(item.code) for item in regions if item.code != self.own)

    def works(self, source: str) -> bool:
        """Tell whether a source works; a register that nobody connected does not."""
        if register_of(source) is not None:
            return False
        return self._region_works(source)

    def _region_works(self, source: str) -> bool:
        if source == source_of_region(self.own):
            return True
        trust = self.trust.current()
        regions = trust.regions if trust is not None else ()
        return any(
            self.is_up(item.service_url)
            for item in regions
            if source_of_region(item.code) == source
        )


def agreements_of(trust: TrustSource) -> tuple[MutualRecognition, ...]:
    """Return the agreements (授信约定) of the trust list as it stands; none without a list."""
    current = trust.current()
    return current.agreements if current is not None else ()
