"""The metadata of a package (元数据): elements of DA/T 46 under the tags of DA/T 48.

One table says which elements there are, which must be there, and what each may hold; the
envelope is written from it, and the checks of DA/T 70 read it too.
Source: unconfirmed; element names as public implementations of DA/T 46 and DA/T 48 use them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from certs.packages.bag_info import Retention
from certs.records import LicenseRecord

_ANY: Final = re.compile(r".*", re.DOTALL)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR: Final = re.compile(r"\d{4}")
_CODE: Final = re.compile(r"[0-9A-Z]{1,18}")
_ARCHIVE_NUMBER: Final = re.compile(r"[0-9A-Z]{1,18}-\d{4}-(?:Y|D30|D10)-[0-9A-Za-z.\-]{1,120}")
"""档号: fonds, year, retention period, and what follows. Source: unconfirmed (DA/T 13)."""
_RETENTION_CODES: Final = {
    Retention.PERMANENT: "Y",
    Retention.THIRTY_YEARS: "D30",
    Retention.TEN_YEARS: "D10",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element.

    Attributes:
        path: Tags from the outermost group to the element, joined by a solidus.
        required: Whether it must hold something.
        longest: How many characters it may have.
        form: What it must look like.
        values: What it may hold; empty if that is open.
    """

    path: str
    required: bool = True
    longest: int = 500
    form: re.Pattern[str] = _ANY
    values: frozenset[str] = frozenset()


ELEMENTS: Final = (
    Element(path="聚合层次", values=frozenset({"件", "卷"})),
    Element(path="来源/立档单位名称", longest=200),
    Element(path="来源/立档单位代码", form=_CODE),
    Element(path="电子文件号", longest=200),
    Element(path="档号/全宗号", form=_CODE),
    Element(path="档号/年度", form=_YEAR),
    Element(path="档号/保管期限", values=frozenset(Retention)),
    Element(path="档号/机构或问题", longest=200),
    Element(path="档号/档号", form=_ARCHIVE_NUMBER),
    Element(path="内容描述/题名", longest=500),
    Element(path="内容描述/文件编号", longest=128),
    Element(path="内容描述/责任者", longest=200),
    Element(path="内容描述/日期", form=_DAY),
    Element(path="内容描述/有效期起始", form=_DAY, required=False),
    Element(path="内容描述/有效期截止", required=False, longest=10),
    Element(path="内容描述/密级", values=frozenset({"公开", "内部"})),
    Element(path="形式特征/文件类型", values=frozenset({"电子证照", "办件"})),
    Element(path="形式特征/载体", values=frozenset({"电子"})),
    Element(path="权限管理/控制标识", longest=50),
    Element(path="信息系统描述/系统名称", longest=100),
    Element(path="信息系统描述/行政区划代码", form=re.compile(r"\d{6}")),
)
BY_PATH: Final = {element.path: element for element in ELEMENTS}
SYSTEM: Final = "印信 Yinxin"
_RESTRICTED: Final = "按授权利用"


def license_metadata(
    record: LicenseRecord, *, fonds: str, retention: Retention, type_folder: str = ""
) -> dict[str, str]:
    """Return the metadata of a license.

    Args:
        record: What it says.
        fonds: 全宗号 of whoever archives it.
        retention: How long it is kept.
        type_folder: 机构或问题; the name of the type if empty.
    """
    identifier = record.identifier
    year = f"{record.issued_on:%Y}"
    return {
        "聚合层次": "件",
        "来源/立档单位名称": record.authority.name,
        "来源/立档单位代码": str(record.authority.code),
        "电子文件号": str(identifier),
        "档号/全宗号": fonds,
        "档号/年度": year,
        "档号/保管期限": retention,
        "档号/机构或问题": type_folder or record.type_name,
        # The printed number may be a person's own; the serial never is.
        "档号/档号": archive_number(
            fonds, year, retention, f"{identifier.serial}.{identifier.version:03d}"
        ),
        "内容描述/题名": record.type_name,
        "内容描述/文件编号": record.number,
        "内容描述/责任者": record.authority.name,
        "内容描述/日期": record.issued_on.isoformat(),
        "内容描述/有效期起始": record.valid_from.isoformat(),
        "内容描述/有效期截止": record.valid_to.isoformat() if record.valid_to else "长期",
        "内容描述/密级": "内部",
        "形式特征/文件类型": "电子证照",
        "形式特征/载体": "电子",
        "权限管理/控制标识": _RESTRICTED,
        "信息系统描述/系统名称": SYSTEM,
        "信息系统描述/行政区划代码": str(record.authority.region),
    }


def case_metadata(
    identifier: str,
    *,
    title: str,
    terms: tuple[str, str, Retention],
    region: str,
    decided_on: date,
) -> dict[str, str]:
    """Return the metadata of a case.

    Args:
        identifier: Its number.
        title: What the matter is called; applicants are named in the case's own record alone.
        terms: 立档单位名称, 全宗号, 保管期限.
        region: 行政区划代码.
        decided_on: When the last material was decided.
    """
    organization, fonds, retention = terms
    year = f"{decided_on:%Y}"
    return {
        "聚合层次": "件",
        "来源/立档单位名称": organization,
        "来源/立档单位代码": fonds,
        "电子文件号": identifier,
        "档号/全宗号": fonds,
        "档号/年度": year,
        "档号/保管期限": retention,
        "档号/机构或问题": title,
        "档号/档号": archive_number(fonds, year, retention, identifier),
        "内容描述/题名": title,
        "内容描述/文件编号": identifier,
        "内容描述/责任者": organization,
        "内容描述/日期": decided_on.isoformat(),
        "内容描述/密级": "内部",
        "形式特征/文件类型": "办件",
        "形式特征/载体": "电子",
        "权限管理/控制标识": _RESTRICTED,
        "信息系统描述/系统名称": SYSTEM,
        "信息系统描述/行政区划代码": region,
    }


def archive_number(fonds: str, year: str, retention: Retention, item: str) -> str:
    """Return a 档号."""
    return f"{fonds}-{year}-{_RETENTION_CODES[retention]}-{item}"


def problems_of(values: Mapping[str, str], *, kinds: frozenset[str]) -> tuple[str, ...]:
    """Return the elements that break the table, each with what it breaks.

    Args:
        values: By path.
        kinds: Which rules to look at: ``length``, ``form``, ``values``, ``required``, ``known``.
    """
    found: list[str] = []
    for element in ELEMENTS:
        value = values.get(element.path, "")
        broken = {
            "required": element.required and not value.strip(),
            "length": len(value) > element.longest,
            "form": bool(value) and element.form.fullmatch(value) is None,
            "values": bool(value and element.values) and value not in element.values,
        }
        found += [f"{element.path}: {kind}" for kind in sorted(kinds) if broken.get(kind)]
    if "known" in kinds:
        found += [f"{path}: known" for path in values if path not in BY_PATH]
    return tuple(found)
