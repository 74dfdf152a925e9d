"""Regions of a trust list by code, by issuer and by anchor, so that many cost no more than two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from certs.identifiers import SocialCreditCode
from certs.regions import RegionCode
from signing.certificates import Certificate
from verify.trusted_regions import TrustedRegion


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionIndex:
    """Where each region of a list is found.

    Attributes:
        by_issuer: Places in the list of the regions that name an issuer.
        by_anchor: Places of the regions with an anchor of a subject name, DER.
    """

    regions: tuple[TrustedRegion, ...]
    by_code: Mapping[RegionCode, TrustedRegion]
    by_issuer: Mapping[SocialCreditCode, tuple[int, ...]]
    by_anchor: Mapping[bytes, tuple[int, ...]]

    @classmethod
    def of(cls, regions: tuple[TrustedRegion, ...]) -> Self:
        """Index the regions of a list."""
        issuers: dict[SocialCreditCode, dict[int, None]] = {}
        anchors: dict[bytes, dict[int, None]] = {}
        for place, region in enumerate(regions):
            for issuer in region.issuers:
                issuers.setdefault(issuer.code, {})[place] = None
            for anchor in region.anchors:
                anchors.setdefault(anchor.certificate.subject_name, {})[place] = None
        return cls(
            regions=regions,
            by_code={region.code: region for region in regions},
            by_issuer={code: tuple(places) for code, places in issuers.items()},
            by_anchor={name: tuple(places) for name, places in anchors.items()},
        )

    def of_issuer(self, code: SocialCreditCode) -> TrustedRegion | None:
        """Return the one region whose issuer this is.

        An authority that moved is its new region's: entries that ended count only where no
        other does. Two regions that claim one authority at the same time are no answer.
        """
        named = [self.regions[place] for place in self.by_issuer.get(code, ())]
        standing = [
            region
            for region in named
            if any(entry.valid_to is None for entry in region.entries_named(code))
        ]
        found = standing or named
        return found[0] if len(found) == 1 else None

    def anchoring(self, certificates: Iterable[Certificate]) -> tuple[TrustedRegion, ...]:
        """Return the regions with an anchor that is, or may have issued, one of these."""
        places: set[int] = set()
        for certificate in certificates:
            for name in (certificate.subject_name, certificate.issuer_name):
                places.update(self.by_anchor.get(name, ()))
        return tuple(self.regions[place] for place in sorted(places))
