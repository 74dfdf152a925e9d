"""Synthetic rows for practice licenses of medical institutions (医疗机构执业许可证)."""

from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from certs.regions import RegionCode
from certs.samples.codes import social_credit_code
from certs.samples.rows import Row
from certs.samples.words import TRADE_NAMES, address, districts, person, place_name

_EARLIEST: Final = date(2025, 1, 2)
_DAYS: Final = 420
_MANY_BEDS: Final = 100
_CLINIC: Final = "预防保健科/内科/外科/中医科"
_HOSPITAL: Final = (
    "预防保健科/全科医疗科/内科：呼吸内科专业；消化内科专业；神经内科专业；心血管内科专业/外科：普通外科专业；"
    "骨科专业；泌尿外科专业/妇产科/儿科/眼科/耳鼻咽喉科/口腔科/皮肤科/急诊医学科/康复医学科/麻醉科/"
    "医学检验科/病理科/医学影像科/中医科"
)
# Kind and its code, ending of the name, ownership, economic type and its code, class, beds,
# dental chairs, subjects.
_INSTITUTIONS: Final = (
    ("综合医院", "A100", "样例医院", "全民", ("国有", "11"), "非营利性", 480, 6, _HOSPITAL),
    ("中医医院", "A210", "样例中医院", "全民", ("国有", "11"), "非营利性", 220, 0, _HOSPITAL),
    ("口腔医院", "A511", "（样例）口腔医院有限公司", "私人", ("私有", "17"), "营利性", 20, 35,
     "口腔科/麻醉科/医学影像科：X线诊断专业"),
    ("社区卫生服务中心", "B100", "样例社区卫生服务中心", "集体", ("集体", "12"),
     "非营利性", 30, 2, _CLINIC),
    ("乡卫生院", "C220", "样例卫生院", "全民", ("国有", "11"), "非营利性", 45, 1, _CLINIC),
    ("普通诊所", "D211", "（样例）诊所", "私人", ("私有", "17"), "营利性", 0, 0, "全科医疗科"),
    ("口腔诊所", "D215", "（样例）口腔诊所", "私人", ("私有", "17"), "营利性", 0, 4, "口腔科"),
)  # fmt: skip
_CLASSES: Final = MappingProxyType({"非营利性": 1, "营利性": 2})


def medical_institution_rows(region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
    """Return valid rows; license numbers run from 1 in each region, whatever the seed."""
    random = Random(f"medical/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    places = districts(region)
    return tuple(_row(random, random.choice(places), number + 1) for number in range(count))


def _row(random: Random, district: RegionCode, sequence: int) -> Row:
    kind, kind_code, ending, ownership, economy, owner, beds, chairs, subjects = random.choice(
        _INSTITUTIONS
    )
    prefix = "12" if owner == "非营利性" else "91"
    issued_on = _EARLIEST + timedelta(days=random.randrange(_DAYS))
    years = 15 if beds >= _MANY_BEDS else 5
    return MappingProxyType(
        {
            "institution": f"{place_name(district)}{random.choice(TRADE_NAMES)}{ending}",
            "credit_code": social_credit_code(random, district, prefix=prefix),
            "legal_representative": person(random),
            "principal": person(random),
            "address": address(random, district),
            "ownership": ownership,
            "economic_type": economy[0],
            "category": kind,
            "class": owner,
            "serves": "社会",
            "beds": str(beds),
            "dental_chairs": str(chairs) if chairs else "",
            "subjects": subjects,
            "number": f"YX{sequence:06d}X{district}{economy[1]}{kind_code}{_CLASSES[owner]}",
            "issued_on": issued_on.isoformat(),
            "valid_from": issued_on.isoformat(),
            "valid_to": issued_on.replace(year=issued_on.year + years).isoformat(),
        }
    )
