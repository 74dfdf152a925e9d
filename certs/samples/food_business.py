"""Synthetic rows for food-business licenses (食品经营许可证) in the cities of the demo.

Every operator's name says 样例, every road has an invented name, every person's name
holds the character 样, which no register would confuse with a real one.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from types import MappingProxyType

from certs.license_numbers import FoodLicenseNumber
from certs.regions import REGION_NAMES, RegionCode
from certs.samples.codes import social_credit_code

_EARLIEST = date(2025, 1, 2)
_DAYS = 420
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
_GIVEN = "安宁禾舟砚竹溪岚松澄予朗晴越柏川"
_WORDS = ("青禾", "云栖", "拾味", "稻香园", "小满", "望江", "知味", "禾木", "春野", "南舍",
          "山止", "半亩", "月白", "一盏", "松间", "鹿鸣")  # fmt: skip
_ROADS = ("样例东路", "样例西路", "云锦样例路", "听泉样例路", "梧桐样例街", "长汀样例巷")
_AGENCIES = ("青山", "临水", "新桥", "北园", "望湖")
# Kind of business (主体业态代码), form, name endings, items of business.
_BUSINESSES: tuple[tuple[int, str, tuple[str, ...], str], ...] = (
    (1, "食品销售经营者", ("便利店", "食品商行"), "散装食品销售；预包装食品销售"),
    (1, "食品销售经营者（网络经营）", ("食品经营部",), "预包装食品销售；特殊食品销售"),
    (2, "餐饮服务经营者", ("小吃店", "面馆", "餐厅"), "热食类食品制售；冷食类食品制售"),
    (2, "餐饮服务经营者（含网络经营）", ("茶饮店", "咖啡馆"), "自制饮品制售；糕点类食品制售"),
    (3, "集中用餐单位食堂（学校食堂）", ("实验学校食堂",), "热食类食品制售"),
)

Row = Mapping[str, str]
"""The values of one license by field name, as ``parse_application`` takes them."""


def food_business_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; the same arguments give the same rows.

    Args:
        region: A city or district with a name in ``REGION_NAMES``.
        count: How many, below a million.
        seed: Chooses the rows. License numbers run from 1 whatever it is.
    """
    random = Random(f"{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    districts = _districts(region)
    return tuple(_row(random, random.choice(districts), number + 1) for number in range(count))


def _districts(region: RegionCode) -> list[RegionCode]:
    """Return the named districts of a region, or the region where none has a name."""
    inside = [RegionCode(code) for code in REGION_NAMES if region.contains(RegionCode(code))]
    return [code for code in inside if code.value[4:] != "00"] or [region]


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    place = f"{district.city.name or district.city}{district.name or district}"
    kind, form, endings, items = random.choice(_BUSINESSES)
    address = f"{place}{random.choice(_ROADS)}{random.randint(1, 299)}号"
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    number = FoodLicenseNumber.of(kind=kind, region=district, sequence=sequence)
    return MappingProxyType(
        {
            "operator": f"{place}{random.choice(_WORDS)}（样例）{random.choice(endings)}",
            "credit_code": social_credit_code(random, district),
            "legal_representative": _person(random),
            "domicile": address,
            "premises": f"{address}{random.randint(1, 6)}号商铺",
            "business_form": form,
            "business_items": items,
            "number": number.value,
            "supervising_agency": f"{place}市场监督管理局{random.choice(_AGENCIES)}样例所",
            "supervisors": f"{_person(random)}、{_person(random)}",
            "hotline": "12315",
            "signatory": _person(random),
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": _end_of_five_years(issued_on).isoformat(),
        }
    )


def _person(random: Random) -> str:
    return f"{random.choice(_SURNAMES)}样{random.choice(_GIVEN)}"


def _end_of_five_years(start: date) -> date:
    """Return the day before the fifth anniversary (no sample starts on 29 February)."""
    return start.replace(year=start.year + 5) - timedelta(days=1)
