"""Synthetic rows for use registrations of special equipment (特种设备使用登记证)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import social_credit_code
from certs.samples.rows import Row
from certs.samples.words import TRADE_NAMES, address, districts, place_name
from certs.validity_ranges import PERMANENT

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
_PLACES: Final = MappingProxyType({"3401": "皖A", "3402": "皖B", "6103": "陕C"})
# Letter and class of the number, kind, class, variety and its code, product, model.
_EQUIPMENT: Final = (
    ("梯11", "电梯", "曳引与强制驱动电梯", "曳引驱动乘客电梯", "3110", "乘客电梯", "YX-E1000/1.75"),
    ("梯33", "电梯", "自动扶梯与自动人行道", "自动扶梯", "3310", "自动扶梯", "YX-FT35"),
    ("锅10", "锅炉", "承压蒸汽锅炉", "承压蒸汽锅炉", "1100", "燃气蒸汽锅炉", "WNS4-1.25-Q"),
    ("容15", "压力容器", "固定式压力容器", "第二类压力容器", "2150", "液氧储罐", "CFL-20/0.8"),
    ("起11", "起重机械", "桥式起重机", "通用桥式起重机", "4110", "双梁桥式起重机", "QD16/3.2t"),
    ("车11", "场（厂）内专用机动车辆", "机动工业车辆", "叉车", "5110", "平衡重式叉车", "CPD30"),
    ("乐60", "大型游乐设施", "观览车类", "观览车类", "6100", "摩天轮", "YX-42"),
)  # fmt: skip


def special_equipment_use_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; numbers run from 1 in each city, whatever the seed.

    The sequence of a number has five digits: after 99,999 the year is the next one.
    """
    random = Random(f"equipment/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    letter, kind, class_name, variety, code, product, model = random.choice(_EQUIPMENT)
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    place = _PLACES.get(district.value[:4], "皖Z")
    year, count = divmod(sequence, 10**5)
    return MappingProxyType(
        {
            "user": f"{place_name(district)}{random.choice(TRADE_NAMES)}（样例）物业服务有限公司",
            "credit_code": social_credit_code(random, district, prefix="91"),
            "location": f"{address(random, district)}{random.randint(1, 40)}幢",
            "kind": kind,
            "class": class_name,
            "variety": variety,
            "product": product,
            "model": model,
            "maker": f"样例{random.choice(TRADE_NAMES)}特种设备制造有限公司",
            "device_code": f"{code}{district}{random.randint(2012, 2025)}YX{random.randrange(10)}",
            "serial_number": f"YX{random.randrange(10**8):08d}",
            "inner_number": f"{random.randint(1, 60)}#",
            "in_use_since": (issued_on - timedelta(days=random.randrange(30))).isoformat(),
            "next_inspection_on": (issued_on + timedelta(days=365)).isoformat(),
            "number": f"{letter}{place}{count:05d}({25 + year:02d})",
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": PERMANENT,
        }
    )
