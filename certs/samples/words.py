"""Words that samples are made of: names, roads and places that belong to nobody.

Every person's name holds the character 样, every road and company says 样例, so that no
register would confuse them with real ones.
"""

from random import Random
from typing import Final

from certs.regions import REGION_NAMES, RegionCode

ROADS: Final = ("样例东路", "样例西路", "云锦样例路", "听泉样例路", "梧桐样例街", "长汀样例巷")
TRADE_NAMES: Final = (
    "青禾", "云栖", "拾味", "稻香园", "小满", "望江", "知味", "禾木", "春野", "南舍",
    "山止", "半亩", "月白", "一盏", "松间", "鹿鸣",
)  # fmt: skip
SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
_GIVEN: Final = "安宁禾舟砚竹溪岚松澄予朗晴越柏川"


def person(random: Random, *, surname: str = "") -> str:
    """Return a name of three characters."""
    return f"{surname or random.choice(SURNAMES)}样{random.choice(_GIVEN)}"


def districts(region: RegionCode) -> list[RegionCode]:
    """Return the named districts of a region, or the region where none has a name."""
    inside = [RegionCode(code) for code in REGION_NAMES if region.contains(RegionCode(code))]
    return [code for code in inside if code.value[4:] != "00"] or [region]


def place_name(district: RegionCode) -> str:
    """Return the names of city and district."""
    return f"{district.city.name or district.city}{district.name or district}"


def address(random: Random, district: RegionCode) -> str:
    """Return an address in a district."""
    return f"{place_name(district)}{random.choice(ROADS)}{random.randint(1, 299)}号"
