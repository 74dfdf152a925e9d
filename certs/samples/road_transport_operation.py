"""Synthetic rows for road transport operation licenses (道路运输经营许可证)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import citizen_number, social_credit_code
from certs.samples.rows import Row
from certs.samples.words import TRADE_NAMES, address, districts, person, place_name

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
_WORDS: Final = MappingProxyType(
    {"3401": "皖交运管许可合", "3402": "皖交运管许可芜", "6103": "陕交运管许可宝"}
)
# Kind of operation, ending of the name, years of validity, scope.
_OPERATIONS: Final = (
    ("道路货物运输", "运输有限公司", 4, "道路普通货物运输"),
    ("道路货物运输", "物流有限公司", 4,
     "道路普通货物运输、货物专用运输（集装箱）、大型物件运输（一类）"),
    ("道路危险货物运输", "危货运输有限公司", 4, "危险货物运输（2类1项、3类），剧毒化学品除外"),
    ("道路旅客运输", "客运有限公司", 8, "县际班车客运、市际包车客运、省际旅游客运"),
    ("道路旅客运输", "汽车运输集团股份有限公司", 6, "省际班车客运、市际班车客运、县内包车客运"),
    ("道路运输站（场）", "客运站有限公司", 6, "道路旅客运输站经营（二级）"),
)  # fmt: skip


def road_transport_operation_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; license numbers run from 1 in each region, whatever the seed."""
    random = Random(f"operation/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    operator, years = _operator(random, district)
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    end = issued_on.replace(year=issued_on.year + years) - timedelta(days=1)
    return MappingProxyType(
        {
            **operator,
            "address": address(random, district),
            "word": _WORDS.get(district.value[:4], "样交运管许可样"),
            "number": f"{district}{sequence:06d}",
            "hotline": "12328",
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": end.isoformat(),
        }
    )


def _operator(random: Random, district: RegionCode) -> tuple[dict[str, str], int]:
    """Return who operates what, and for how many years; one in eight is a single haulier."""
    if random.randrange(8) == 0:
        holder = {"operator": person(random), "holder_code": citizen_number(random, district)}
        kind = {"holder_code_type": "111", "economic_nature": "个体"}
        scope = {"operation_kind": "道路货物运输", "business_scope": "道路普通货物运输"}
        return {**holder, **kind, **scope}, 4
    operation, ending, years, scope_of_company = random.choice(_OPERATIONS)
    return {
        "operator": f"{place_name(district)}{random.choice(TRADE_NAMES)}（样例）{ending}",
        "holder_code": social_credit_code(random, district, prefix="91"),
        "holder_code_type": "001",
        "legal_representative": person(random),
        "economic_nature": random.choice(("国有", "集体", "私营", "股份制")),
        "operation_kind": operation,
        "business_scope": scope_of_company,
    }, years
