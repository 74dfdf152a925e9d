"""Synthetic rows for permits to drain into the sewerage (城镇污水排入排水管网许可证)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import social_credit_code
from certs.samples.rows import Row
from certs.samples.words import ROADS, TRADE_NAMES, address, districts, person, place_name

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
_PER_YEAR: Final = 10**5
_PLANTS: Final = ("样例第一污水处理厂", "样例城东污水处理厂", "样例滨江污水处理厂")
_LIMITS: Final = (
    "pH 6.5-9.5；悬浮物 400；五日生化需氧量 350；化学需氧量 500；氨氮 45；总氮 70；总磷 8",
    "pH 6.5-9.5；悬浮物 400；化学需氧量 500；氨氮 45；石油类 15；阴离子表面活性剂 20",
)
# Kind of drainer, ending of the name, whether on the list, liters a day at most.
_DRAINERS: Final = (
    ("工业", "食品加工有限公司", "是", 900_000),
    ("工业", "电子科技有限公司", "否", 240_000),
    ("餐饮", "餐饮管理有限公司", "否", 18_000),
    ("医疗", "医院管理有限公司", "是", 320_000),
    ("洗车、汽修", "汽车服务有限公司", "否", 9_000),
    ("宾馆、商场", "酒店管理有限公司", "否", 150_000),
    ("建筑", "建设工程有限公司", "否", 60_000),
)


def drainage_permit_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; permit numbers run from 1 in each region, whatever the seed."""
    random = Random(f"drainage/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    kind, ending, is_listed, most_liters = random.choice(_DRAINERS)
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    end = issued_on.replace(year=issued_on.year + 5) - timedelta(days=1)
    year, count = divmod(sequence, _PER_YEAR)
    return MappingProxyType(
        {
            "drainer": f"{place_name(district)}{random.choice(TRADE_NAMES)}（样例）{ending}",
            "credit_code": social_credit_code(random, district, prefix="91"),
            "legal_representative": person(random),
            "address": address(random, district),
            "drainer_kind": kind,
            "is_key_polluter": is_listed,
            **_outlets(random, most_liters),
            "pollutants": random.choice(_LIMITS),
            "remarks": "",
            "number": f"{district}{2025 + year}{count:05d}",
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": end.isoformat(),
        }
    )


def _outlets(random: Random, most_liters: int) -> dict[str, str]:
    """Return one to three outlets and their sum, in cubic meters a day."""
    volumes = [random.randint(10, most_liters // 100) for _ in range(random.randint(1, 3))]
    values = {"total_volume": _tenths(sum(volumes))}
    for number, volume in enumerate(volumes, 1):
        road = random.choice(ROADS)
        values |= {
            f"outlet{number}_number": f"WS-{number:03d}",
            f"outlet{number}_place": f"厂区{'东南西北'[random.randrange(4)]}侧污水检查井",
            f"outlet{number}_goes_to": f"{road}污水管",
            f"outlet{number}_volume": _tenths(volume),
            f"outlet{number}_ends_in": random.choice(_PLANTS),
        }
    return values


def _tenths(volume: int) -> str:
    return f"{volume // 10}.{volume % 10}"
