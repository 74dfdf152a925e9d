"""How far a search reaches (查询范围): the own region, regions under agreements, the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from verify.acceptance.ports import LicenseFinder
from verify.matters.ways import LicenseRule
from verify.mutual_recognition import MutualRecognition, Power


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """授信约定 as they stand for one matter of one region at one moment.

    Attributes:
        accepting: The region that accepts licenses.
        matter: The matter's code.
        agreements: Every agreement of the trust list.
        at: The moment.
    """

    accepting: RegionCode
    matter: str
    agreements: tuple[MutualRecognition, ...]
    at: datetime

    def exempts(self, issuing: RegionCode, license_type: LicenseTypeCode) -> bool:
        """Tell whether a license of a region may spare the paper here by an agreement in force."""
        return issuing == self.accepting or any(
            Power.EXEMPT in item.powers
            and item.holds_at(self.at)
            and item.covers(
                accepting=self.accepting,
                issuing=issuing,
                license_type=license_type,
                matter=self.matter,
            )
            for item in self.agreements
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A register that is asked, and for what."""

    finder: LicenseFinder
    license_types: tuple[LicenseTypeCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who is asked, in the order in which they count, and who is not.

    Attributes:
        asked: The registers: the own, then those under an agreement, then the others.
        outside: The regions that are not asked about every type, for want of an agreement.
    """

    asked: tuple[Reached, ...]
    outside: tuple[RegionCode, ...]


def reach_of(
    rule: LicenseRule, finders: Sequence[LicenseFinder], recognition: Recognition
) -> Reach:
    """Return how far a search by a rule reaches."""
    serving = [finder for finder in finders if rule.serves(finder.region)]
    covered = {item.region: _covered(rule, item.region, recognition) for item in serving}
    ranked = sorted(serving, key=lambda item: _rank(item.region, covered, recognition))
    if not rule.needs_agreement:
        every = (Reached(finder=item, license_types=rule.license_types) for item in ranked)
        return Reach(asked=tuple(every), outside=())
    return Reach(
        asked=tuple(
            Reached(finder=item, license_types=covered[item.region])
            for item in ranked
            if covered[item.region]
        ),
        outside=tuple(
            item.region for item in ranked if len(covered[item.region]) < len(rule.license_types)
        ),
    )


def _covered(
    rule: LicenseRule, region: RegionCode, recognition: Recognition
) -> tuple[LicenseTypeCode, ...]:
    return tuple(item for item in rule.license_types if recognition.exempts(region, item))


def _rank(
    region: RegionCode,
    covered: dict[RegionCode, tuple[LicenseTypeCode, ...]],
    recognition: Recognition,
) -> int:
    if region == recognition.accepting:
        return 0
    return 1 if covered[region] else 2


def regions_text(regions: Iterable[RegionCode]) -> str:
    """Return regions as one text, in their order."""
    return " ".join(map(str, regions))
