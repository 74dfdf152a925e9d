"""Synthetic rows for business licenses (营业执照)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import social_credit_code
from certs.samples.rows import Row
from certs.samples.words import TRADE_NAMES, address, districts, person, place_name
from certs.validity_ranges import PERMANENT

_EARLIEST: Final = date(2004, 1, 2)
_DAYS: Final = 7_600
_LATEST_ISSUE: Final = date(2026, 2, 27)
# Type, ending of the name, prefix of the credit code, capital in words and in 10,000 yuan.
_COMPANIES: Final = (
    ("有限责任公司（自然人投资或控股）", "科技有限公司", "91", "壹佰万圆整", "100"),
    ("有限责任公司（自然人独资）", "贸易有限公司", "91", "伍拾万圆整", "50"),
    ("股份有限公司（非上市）", "新材料股份有限公司", "91", "叁仟贰佰万圆整", "3200"),
    ("个人独资企业", "设计工作室", "91", "", ""),
    ("农民专业合作社", "种植专业合作社", "93", "", ""),
    ("个体工商户", "餐饮店", "92", "", ""),
    ("个体工商户", "便利店", "92", "", ""),
)
_SCOPES: Final = (
    "一般项目：软件开发；信息技术咨询服务；计算机软硬件及辅助设备零售（除许可业务外，可自主依法经营法律法规非禁止或限制的项目）",
    "许可项目：餐饮服务；食品销售（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
    "一般项目：日用百货销售；办公用品销售；互联网销售（除销售需要许可的商品）",
    "许可项目：道路货物运输（不含危险货物）。一般项目：普通货物仓储服务；装卸搬运",
)


def business_license_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; the same arguments give the same rows."""
    random = Random(f"business/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places)) for _ in range(count))


def _row(random: Random, district: RegionCode) -> Row:
    kind, ending, prefix, words, figures = random.choice(_COMPANIES)
    established_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    is_sole_trader = kind == "个体工商户"
    end = PERMANENT if random.random() < 0.7 else _after_thirty_years(established_on)  # noqa: PLR2004
    return MappingProxyType(
        {
            "company_name": f"{place_name(district)}{random.choice(TRADE_NAMES)}（样例）{ending}",
            "credit_code": social_credit_code(random, district, prefix=prefix),
            "company_type": kind,
            "legal_representative": person(random),
            "registered_capital": words,
            "capital_amount": figures,
            "composition": random.choice(("个人经营", "家庭经营")) if is_sole_trader else "",
            "established_on": established_on.isoformat(),
            "valid_from": established_on.isoformat(),
            "valid_to": end,
            "domicile": address(random, district),
            "business_scope": random.choice(_SCOPES),
            "industry": random.choice(("I6510", "F5299", "H6210", "G5430")),
            "issued_on": _issued_on(random, established_on).isoformat(),
        }
    )


def _after_thirty_years(start: date) -> str:
    # Not every year has a 29 February; a day or two do not matter here.
    end = start.replace(year=start.year + 30, day=min(start.day, 28)) - timedelta(days=1)
    return end.isoformat()


def _issued_on(random: Random, established_on: date) -> date:
    """Return a day of the last change, from the establishment on."""
    return established_on + timedelta(days=random.randrange((_LATEST_ISSUE - established_on).days))
