"""Synthetic rows for disability cards (残疾人证)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import citizen_number
from certs.samples.rows import Row
from certs.samples.words import address, districts, person

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
_KINDS: Final = MappingProxyType(
    {"视力": 1, "听力": 2, "言语": 3, "肢体": 4, "智力": 5, "精神": 6, "多重": 7}
)
_GRADES: Final = ("一级", "二级", "三级", "四级")
_WITH_GUARDIAN: Final = frozenset({"智力", "精神"})
_ETHNICITIES: Final = ("汉族",) * 12 + ("回族", "满族", "畲族", "维吾尔族")


def disability_card_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows, each of another citizen number; none is of a living person."""
    random = Random(f"disability/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    rows: dict[str, Row] = {}
    while len(rows) < count:
        district = random.choice(places)
        rows.setdefault(
            citizen := citizen_number(random, district), _row(random, district, citizen)
        )
    return tuple(rows.values())


def _row(random: Random, district: RegionCode, citizen: str) -> Row:
    kind, grade = random.choice(tuple(_KINDS)), random.randint(1, 4)
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    has_guardian = kind in _WITH_GUARDIAN
    return MappingProxyType(
        {
            "name": person(random),
            "holder_code": citizen,
            "sex": "男" if int(citizen[16]) % 2 else "女",
            "ethnicity": random.choice(_ETHNICITIES),
            "born_on": date.fromisoformat(citizen[6:14]).isoformat(),
            "address": address(random, district),
            "category": kind,
            "grade": _GRADES[grade - 1],
            "multiple_kinds": "视力一级、听力二级" if kind == "多重" else "",
            "guardian": person(random) if has_guardian else "",
            "guardian_phone": f"100{random.randrange(10**8):08d}" if has_guardian else "",
            "number": f"{citizen}{_KINDS[kind]}{grade}",
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": issued_on.replace(year=issued_on.year + 10).isoformat(),
        }
    )
