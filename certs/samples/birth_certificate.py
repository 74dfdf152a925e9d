"""Synthetic rows for medical certificates of birth (出生医学证明)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import citizen_number
from certs.samples.rows import Row
from certs.samples.words import address, districts, person, place_name
from certs.validity_ranges import PERMANENT

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
# No form of the certificate is lettered so: such numbers belong to nobody.
_LETTER: Final = "X"
_ETHNICITIES: Final = ("汉族",) * 12 + ("回族", "满族", "土家族", "维吾尔族")


def birth_certificate_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; license numbers run from 1 in each province, whatever the seed."""
    random = Random(f"birth/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    born_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    issued_on = born_on + timedelta(days=random.randrange(1, 20))
    father = _parent(random, district, "father") if random.randrange(20) else {}
    surname = father.get("father_name", "")[:1]
    return MappingProxyType(
        {
            "child_name": person(random, surname=surname),
            "sex": random.choice(("男", "女")),
            "born_on": born_on.isoformat(),
            "born_at": f"{random.randrange(24):02d}:{random.randrange(60):02d}",
            "gestation_weeks": str(random.randint(36, 41)),
            "weight_g": str(random.randint(2500, 4200)),
            "length_cm": str(random.randint(46, 54)),
            "health": "良好",
            "birthplace": place_name(district),
            "hospital": f"{place_name(district)}样例妇幼保健院",
            "midwife": person(random),
            **_parent(random, district, "mother"),
            **father,
            "signatory": person(random),
            "number": f"{_LETTER}{district.value[:2]}{sequence:07d}",
            "issued_on": issued_on.isoformat(),
            "valid_to": PERMANENT,
        }
    )


def _parent(random: Random, district: RegionCode, who: str) -> dict[str, str]:
    return {
        f"{who}_name": person(random),
        f"{who}_age": str(random.randint(22, 42)),
        f"{who}_nationality": "中国",
        f"{who}_ethnicity": random.choice(_ETHNICITIES),
        f"{who}_id_kind": "居民身份证",
        f"{who}_id_number": citizen_number(random, district),
        f"{who}_address": address(random, district),
    }
