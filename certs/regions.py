"""Regions (行政区划): six-digit codes of GB/T 2260.

The codes change over time. Only those that the demonstration uses carry a name here, and only
the changes of its cities are known.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from types import MappingProxyType

from certs.errors import MalformedIdentifierError
from certs.masking import redact

_PATTERN = re.compile(r"[1-8][0-9]{5}")

REGION_NAMES = MappingProxyType(
    {
        "340000": "安徽省",
        "340100": "合肥市",
        "340102": "瑶海区",
        "340103": "庐阳区",
        "340104": "蜀山区",
        "340111": "包河区",
        "340200": "芜湖市",
        "340202": "镜湖区",
        "340207": "鸠江区",
        "340209": "弋江区",
        "340210": "湾沚区",
        "610000": "陕西省",
        "610300": "宝鸡市",
        "610302": "渭滨区",
        "610303": "金台区",
        "610304": "陈仓区",
        "610305": "凤翔区",
    }
)
"""Names by code: two provinces, three cities, some of their districts. Source: unconfirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerRegion:
    """A code that is not given any more (已撤销的行政区划代码).

    Attributes:
        name: What the region was called.
        until: The last day of the code; where only the year is known, its last day.
        successors: The codes that its territory goes by since.
    """

    name: str
    until: date
    successors: tuple[str, ...]


FORMER_REGIONS = MappingProxyType(
    {
        # Well known: 芜湖 in 2020, 凤翔 in 2021, 宝鸡县 in 2003; the days are not.
        "340203": FormerRegion(name="弋江区", until=date(2020, 12, 31), successors=("340209",)),
        "340208": FormerRegion(name="三山区", until=date(2020, 12, 31), successors=("340209",)),
        "340221": FormerRegion(name="芜湖县", until=date(2020, 12, 31), successors=("340210",)),
        "340222": FormerRegion(name="繁昌县", until=date(2020, 12, 31), successors=("340212",)),
        "340225": FormerRegion(name="无为县", until=date(2019, 12, 31), successors=("340281",)),
        "341400": FormerRegion(
            name="巢湖市", until=date(2011, 12, 31), successors=("340100", "340200", "340500")
        ),
        "341422": FormerRegion(name="无为县", until=date(2011, 12, 31), successors=("340225",)),
        "610321": FormerRegion(name="宝鸡县", until=date(2003, 12, 31), successors=("610304",)),
        "610322": FormerRegion(name="凤翔县", until=date(2021, 12, 31), successors=("610305",)),
    }
)
"""Abolished codes in and around the cities of the demonstration, by code. Source: unconfirmed."""

FIRST_DAYS = MappingProxyType(
    {
        "340209": date(2020, 1, 1),
        "340210": date(2020, 1, 1),
        "340212": date(2020, 1, 1),
        "340281": date(2019, 1, 1),
        "340225": date(2011, 1, 1),
        "610304": date(2003, 1, 1),
        "610305": date(2021, 1, 1),
    }
)
"""When young codes began; where only the year is known, its first day. Source: unconfirmed."""


@unique
class RegionStanding(StrEnum):
    """How a code stood on a day; of codes that are not listed nothing is known."""

    IN_USE = "in-use"
    ABOLISHED = "abolished"
    NOT_YET = "not-yet"


@unique
class RegionLevel(StrEnum):
    """How large a region is, read from its code."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class RegionCode:
    """行政区划代码: two digits each for province, city and county."""

    value: str

    def __post_init__(self) -> None:
        if not _PATTERN.fullmatch(self.value):
            raise MalformedIdentifierError(f"not a region code: {redact(self.value[:20])!r}")

    def __str__(self) -> str:
        return self.value

    @property
    def level(self) -> RegionLevel:
        """Province, city or county, by the trailing zeros."""
        if self.value.endswith("0000"):
            return RegionLevel.PROVINCE
        return RegionLevel.CITY if self.value.endswith("00") else RegionLevel.COUNTY

    @property
    def province(self) -> "RegionCode":
        """The province it lies in; itself for a province."""
        return RegionCode(self.value[:2] + "0000")

    @property
    def city(self) -> "RegionCode":
        """The city it lies in; itself for a city or a province."""
        return RegionCode(self.value[:4] + "00")

    @property
    def name(self) -> str | None:
        """The region's own name, without those above it; None where it is not listed."""
        return REGION_NAMES.get(self.value)

    @property
    def former(self) -> FormerRegion | None:
        """What is known of a code that is not given any more; None for any other."""
        return FORMER_REGIONS.get(self.value)

    def standing_on(self, day: date) -> RegionStanding:
        """Return how the code stood on ``day``; a code of which nothing is known was in use."""
        former, first = self.former, FIRST_DAYS.get(self.value)
        if former is not None and day > former.until:
            return RegionStanding.ABOLISHED
        if first is not None and day < first:
            return RegionStanding.NOT_YET
        return RegionStanding.IN_USE

    def contains(self, other: "RegionCode") -> bool:
        """Tell whether ``other`` is this region or lies in it."""
        return self in {other, other.city, other.province}
