"""Regions (行政区划): six-digit codes of GB/T 2260.

The codes change over time; only those the demonstration uses carry a name here.
"""

import re
from dataclasses import dataclass
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

    def contains(self, other: "RegionCode") -> bool:
        """Tell whether ``other`` is this region or lies in it."""
        return self in {other, other.city, other.province}
