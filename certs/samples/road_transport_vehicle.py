"""Synthetic rows for road transport certificates of vehicles (道路运输证)."""

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
_VALID_DAYS: Final = 3 * 365
_INSPECTED_DAYS: Final = 365
_VIN_LETTERS: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_PLATES: Final = MappingProxyType({"3402": "皖B", "6103": "陕C", "3401": "皖A"})
# Kind of transport, vehicle, make, tonnes, seats, measures in mm, color of the plate, scope.
_VEHICLES: Final = (
    ("普通货物运输", "重型半挂牵引车", "样例牌YX4250", "24.5", "", (6950, 2550, 3860), "黄色",
     "道路普通货物运输、货物专用运输（集装箱）"),
    ("普通货物运输", "轻型厢式货车", "样例牌YX5041XXY", "1.495", "", (5995, 2150, 3050), "蓝色",
     "道路普通货物运输"),
    ("普通货物运输", "纯电动厢式货车", "样例牌YX5045XXYBEV", "1.2", "", (5995, 2100, 2950),
     "渐变绿色", "道路普通货物运输"),
    ("危险货物运输", "重型罐式货车", "样例牌YX5310GYY", "17.8", "", (11990, 2550, 3680), "黄色",
     "危险货物运输（3类）"),
    ("旅客运输", "大型普通客车", "样例牌YX6122H", "", "49", (12000, 2550, 3695), "黄色",
     "县际班车客运、市际包车客运"),
)  # fmt: skip


def road_transport_vehicle_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; license numbers run from 1 in each region, whatever the seed."""
    random = Random(f"vehicle/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    kind, vehicle, model, tonnage, seats, measures, color, scope = random.choice(_VEHICLES)
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    operator, code, code_type = _operator(random, district)
    length, width, height = (str(measure) for measure in measures)
    return MappingProxyType(
        {
            "operator": operator,
            "holder_code": code,
            "holder_code_type": code_type,
            "address": address(random, district),
            "operating_license": f"{district}{random.randrange(10**6):06d}",
            "plate": f"{_PLATES.get(district.value[:4], '皖Z')}样{sequence % 10_000:04d}",
            "plate_color": color,
            "vehicle_type": vehicle,
            "model": model,
            "vin": "YX" + "".join(random.choice(_VIN_LETTERS) for _ in range(15)),
            "transport_kind": kind,
            "tonnage": tonnage,
            "seats": seats,
            "length_mm": length,
            "width_mm": width,
            "height_mm": height,
            "fuel": "电" if "电" in vehicle else "柴油",
            "technical_grade": random.choice(("一级", "二级")),
            "inspection_until": (issued_on + timedelta(days=_INSPECTED_DAYS)).isoformat(),
            "business_scope": scope,
            "remarks": "",
            "number": f"{district}{sequence:06d}",
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": (issued_on + timedelta(days=_VALID_DAYS)).isoformat(),
        }
    )


def _operator(random: Random, district: RegionCode) -> tuple[str, str, str]:
    """Return name, code and kind of code: one in six is a man with his own lorry."""
    if random.randrange(6) == 0:
        return person(random), citizen_number(random, district), "111"
    name = f"{place_name(district)}{random.choice(TRADE_NAMES)}（样例）运输有限公司"
    return name, social_credit_code(random, district, prefix="91"), "001"
