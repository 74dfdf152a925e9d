"""Synthetic rows for food-business licenses (食品经营许可证) in the cities of the demo.

Every operator's name says 样例, every road has an invented name, every person's name
holds the character 样, which no register would confuse with a real one.
"""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType

from certs.license_numbers import FoodLicenseNumber
from certs.regions import RegionCode
from certs.samples.codes import social_credit_code
from certs.samples.rows import Row
from certs.samples.words import TRADE_NAMES, address, districts, person, place_name

_EARLIEST = date(2025, 1, 2)
_DAYS = 420
_AGENCIES = ("青山", "临水", "新桥", "北园", "望湖")
# Kind of business (主体业态代码), form, name endings, items of business.
_BUSINESSES: tuple[tuple[int, str, tuple[str, ...], str], ...] = (
    (1, "食品销售经营者", ("便利店", "食品商行"), "散装食品销售；预包装食品销售"),
    (1, "食品销售经营者（网络经营）", ("食品经营部",), "预包装食品销售；特殊食品销售"),
    (2, "餐饮服务经营者", ("小吃店", "面馆", "餐厅"), "热食类食品制售；冷食类食品制售"),
    (2, "餐饮服务经营者（含网络经营）", ("茶饮店", "咖啡馆"), "自制饮品制售；糕点类食品制售"),
    (3, "集中用餐单位食堂（学校食堂）", ("实验学校食堂",), "热食类食品制售"),
)


def food_business_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; the same arguments give the same rows.

    Args:
        region: A city or district with a name in ``REGION_NAMES``.
        count: How many, below a million.
        seed: Chooses the rows. License numbers run from 1 whatever it is.
    """
    random = Random(f"{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    place = place_name(district)
    kind, form, endings, items = random.choice(_BUSINESSES)
    domicile = address(random, district)
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    number = FoodLicenseNumber.of(kind=kind, region=district, sequence=sequence)
    return MappingProxyType(
        {
            "operator": f"{place}{random.choice(TRADE_NAMES)}（样例）{random.choice(endings)}",
            "credit_code": social_credit_code(random, district),
            "legal_representative": person(random),
            "domicile": domicile,
            "premises": f"{domicile}{random.randint(1, 6)}号商铺",
            "business_form": form,
            "business_items": items,
            "number": number.value,
            "supervising_agency": f"{place}市场监督管理局{random.choice(_AGENCIES)}样例所",
            "supervisors": f"{person(random)}、{person(random)}",
            "hotline": "12315",
            "signatory": person(random),
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": _end_of_five_years(issued_on).isoformat(),
        }
    )


def _end_of_five_years(start: date) -> date:
    """Return the day before the fifth anniversary (no sample starts on 29 February)."""
    return start.replace(year=start.year + 5) - timedelta(days=1)
