"""Synthetic rows for real estate titles (不动产权证书)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import citizen_number, social_credit_code
from certs.samples.rows import Row
from certs.samples.words import TRADE_NAMES, address, districts, person, place_name
from certs.validity_ranges import PERMANENT

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
_PROVINCES: Final = MappingProxyType({"34": "皖", "61": "陕"})
_LAND_AND_HOUSE: Final = "国有建设用地使用权/房屋（构筑物）所有权"
# Kind of right, nature of the land, nature of the house, use of both, years of use.
_FLATS: Final = (
    (_LAND_AND_HOUSE, "出让", "市场化商品房", "城镇住宅用地", "成套住宅", 70),
    (_LAND_AND_HOUSE, "出让", "市场化商品房", "批发零售用地", "商业、金融、信息", 40),
    (_LAND_AND_HOUSE, "划拨", "经济适用住房", "城镇住宅用地", "住宅", 0),
    ("宅基地使用权/房屋（构筑物）所有权", "批准拨用", "集资建房", "农村宅基地", "住宅", 0),
)
_PLANTS: Final = (
    (_LAND_AND_HOUSE, "出让", "集资建房", "工业用地", "工业、交通、仓储", 50),
    (_LAND_AND_HOUSE, "出让", "市场化商品房", "商务金融用地", "办公", 40),
)


def real_estate_title_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; title numbers run from 1 in each region, whatever the seed."""
    random = Random(f"title/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    is_company = random.randrange(6) == 0
    registered_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    province = _PROVINCES.get(district.value[:2], "皖")
    place = district.city.name or "样例市"
    return MappingProxyType(
        {
            **(_company(random, district) if is_company else _people(random, district)),
            **_property(random, district, registered_on, sequence, is_company=is_company),
            "notes": "业务编号：样例" + f"{sequence:08d}",
            "number": f"{province}（{registered_on.year}）{place}不动产权第{sequence:07d}号",
            "issued_on": registered_on.isoformat(),
            "valid_from": registered_on.isoformat(),
            "valid_to": PERMANENT,
        }
    )


def _company(random: Random, district: RegionCode) -> dict[str, str]:
    return {
        "owner": f"{place_name(district)}{random.choice(TRADE_NAMES)}（样例）实业有限公司",
        "holder_code": social_credit_code(random, district, prefix="91"),
        "holder_code_type": "001",
        "ownership": "单独所有",
    }


def _people(random: Random, district: RegionCode) -> dict[str, str]:
    ownership = random.choice(("单独所有", "共同共有", "共同共有", "按份共有"))
    is_shared = ownership != "单独所有"
    share = "（50%）" if ownership == "按份共有" else ""
    return {
        "owner": person(random),
        "holder_code": citizen_number(random, district),
        "holder_code_type": "111",
        "ownership": ownership,
        "co_owners": f"{person(random)}{share}" if is_shared else "",
    }


def _property(
    random: Random, district: RegionCode, registered_on: date, sequence: int, *, is_company: bool
) -> dict[str, str]:
    right, land_nature, house_nature, land_use, house_use, years = random.choice(
        _PLANTS if is_company else _FLATS
    )
    house_area = random.randint(4200, 18_000) * (20 if is_company else 1)
    storeys = random.randint(2, 33)
    own, shared = house_area * 82 // 100, house_area - house_area * 82 // 100
    facts = (
        f"专有建筑面积：{own / 100:.2f}平方米；分摊建筑面积：{shared / 100:.2f}平方米；"
        f"房屋结构：钢筋混凝土结构；房屋总层数：{storeys}层；所在层：{random.randint(1, storeys)}层"
    )
    building = f"{random.randint(1, 40)}幢{random.randint(1, storeys)}层"
    return {
        "location": f"{address(random, district)}{building}",
        "unit_number": f"{district}{'9' * 6}GB{random.randint(1, 99_999):05d}F{sequence:08d}",
        "right_kind": right,
        "land_nature": land_nature,
        "house_nature": house_nature,
        "land_use": land_use,
        "house_use": house_use,
        "land_area": f"{random.randint(600, 90_000) / 10:.2f}",
        "house_area": f"{house_area / 100:.2f}",
        "use_from": registered_on.replace(year=2010).isoformat() if years else "",
        "use_to": registered_on.replace(year=2010 + years).isoformat() if years else "",
        "other_facts": facts,
    }
