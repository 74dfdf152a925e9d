"""Synthetic rows for social security cards (社会保障卡)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import citizen_number
from certs.samples.rows import Row
from certs.samples.words import districts, person, place_name
from certs.validity_ranges import PERMANENT

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
_BANKS: Final = ("样例银行", "样例农村商业银行", "样例邮政储蓄银行")


def social_security_card_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows, each of another citizen number; none is of a living person."""
    random = Random(f"social/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    rows: dict[str, Row] = {}
    while len(rows) < count:
        district = random.choice(places)
        citizen = citizen_number(random, district)
        rows.setdefault(citizen, _row(random, district, citizen, len(rows) + 1))
    return tuple(rows.values())


def _row(random: Random, district: RegionCode, citizen: str, sequence: int) -> Row:
    generation = random.choice(("第一代", "第二代", "第三代", "第三代"))
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    is_first = generation == "第一代"
    end = PERMANENT if is_first else issued_on.replace(year=issued_on.year + 10).isoformat()
    return MappingProxyType(
        {
            "name": person(random),
            "holder_code": citizen,
            "sex": "男" if int(citizen[16]) % 2 else "女",
            # No card is lettered so: such numbers belong to nobody.
            "card_number": f"YX{sequence:07d}",
            "generation": generation,
            "bank": "" if is_first else random.choice(_BANKS),
            "insured_in": place_name(district),
            "number": citizen,
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": end,
        }
    )
