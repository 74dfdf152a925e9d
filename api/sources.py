"""The sources of this instance (数据源), and whether they work: regions, and registers of facts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from certs.regions import RegionCode
from verify.acceptance.probes import register_of, source_of_region, source_of_register
from verify.mutual_recognition import MutualRecognition
from verify.ports import TrustSource
from verify.trust_lists import TrustedRegion


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedSources:
    """What there is to be probed, by the trust list as it stands.

    Attributes:
        own: This region.
        trust: Names the others.
        registers: The regions whose registers of facts answer, by the register's name.
        offered: The names of the registers that are offered here.
        is_up: Tells whether the service at an address answers at all.
        registers_at: Returns the names of the registers that are offered at an address.
    """

    own: RegionCode
    trust: TrustSource
    registers: Mapping[str, RegionCode]
    offered: frozenset[str]
    is_up: Callable[[str], bool]
    registers_at: Callable[[str], Collection[str]]

    def names(self) -> frozenset[str]:
        """Return every other region of the trust list, and every register of the settings."""
        others = (item.code for item in self._regions() if item.code != self.own)
        return frozenset(map(source_of_region, others)) | frozenset(
            map(source_of_register, self.registers)
        )

    def works(self, source: str) -> bool:
        """Tell whether a source works; a register that nobody connected does not."""
        register = register_of(source)
        if register is not None:
            return self._register_works(register)
        return source == source_of_region(self.own) or any(
            self.is_up(url) for url in self._addresses(source)
        )

    def _register_works(self, register: str) -> bool:
        region = self.registers.get(register)
        if region is None or region == self.own:
            return region is not None and register in self.offered
        return any(
            register in self.registers_at(url) for url in self._addresses(source_of_region(region))
        )

    def _addresses(self, source: str) -> list[str]:
        return [
            item.service_url for item in self._regions() if source_of_region(item.code) == source
        ]

    def _regions(self) -> tuple[TrustedRegion, ...]:
        trust = self.trust.current()
        return trust.regions if trust is not None else ()


def agreements_of(trust: TrustSource) -> tuple[MutualRecognition, ...]:
    """Return the agreements (授信约定) of the trust list as it stands; none without a list."""
    current = trust.current()
    return current.agreements if current is not None else ()
