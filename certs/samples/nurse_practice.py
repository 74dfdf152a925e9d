"""Synthetic rows for practice licenses of nurses (护士执业证书)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import citizen_number
from certs.samples.rows import Row
from certs.samples.words import TRADE_NAMES, districts, person, place_name

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
_FIRST_REGISTRATIONS: Final = date(2008, 7, 1)
_CAREER_DAYS: Final = 5_000
_TITLES: Final = ("护士", "护师", "主管护师", "副主任护师", "主任护师")
_PLACES: Final = (
    "样例医院",
    "样例中医院",
    "样例妇幼保健院",
    "样例社区卫生服务中心",
    "（样例）护理院有限公司",
)
# Numbers of this year are of no nurse: the register of today began later.
_YEAR: Final = "1900"


def nurse_practice_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; license numbers run from 1 in each province, whatever the seed."""
    random = Random(f"nurse/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    citizen = citizen_number(random, district)
    registration = random.choice(("首次注册", "延续注册", "变更注册", "重新注册"))
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    first = issued_on
    if registration != "首次注册":
        first = _FIRST_REGISTRATIONS + timedelta(days=random.randrange(_CAREER_DAYS))
    hospital = f"{random.choice(TRADE_NAMES)}{random.choice(_PLACES)}"
    return MappingProxyType(
        {
            "name": person(random),
            "holder_code": citizen,
            "holder_code_type": "111",
            "sex": "男" if int(citizen[16]) % 2 else "女",
            "born_on": date.fromisoformat(citizen[6:14]).isoformat(),
            "nationality": "中国",
            "title": random.choice(_TITLES),
            "education": random.choice(("中专", "大专", "本科", "硕士")),
            "registration": registration,
            "first_registered_on": first.isoformat(),
            "institution": f"{place_name(district)}{hospital}",
            "remarks": "",
            "number": f"{_YEAR}{district.value[:2]}{sequence:06d}",
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": issued_on.replace(year=issued_on.year + 5).isoformat(),
        }
    )
