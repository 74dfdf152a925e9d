"""The columns of a workbook of matters: which heading is which key, and what stands below it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

_SEPARATORS: Final = re.compile(r"[、，,;；\s]+")
_NUMBER: Final = re.compile(r"-?[0-9]{1,6}")
MATTER: Final = "事项编码"
MATERIAL: Final = "材料编码"
QUESTION: Final = "问题编码"


@unique
class SheetKind(StrEnum):
    """The sheets, by their names."""

    MATTERS = "事项"
    QUESTIONS = "情形"
    PARTIES = "当事人"
    MATERIALS = "材料"
    RULES = "规则"
    EXCEPTIONS = "例外"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        heading: What stands above it.
        key: The key of the schema; empty for columns that only say where a row belongs.
        read: Makes of a text what the schema wants; a text that it cannot read stays one, for
            the schema to refuse.
    """

    heading: str
    key: str
    read: Callable[[str], object] = str


def _number(text: str) -> object:
    return int(text) if _NUMBER.fullmatch(text) else text


def _truth(text: str) -> object:
    return {"是": True, "否": False}.get(text, text)


def _list(text: str) -> object:
    return [part for part in _SEPARATORS.split(text) if part]


def _when(text: str) -> object:
    """Read ``question=choice/choice; question=choice``; groups have 或 between them."""
    groups = [_group(part) for part in re.split("或者|或", text)]
    return groups[0] if len(groups) == 1 else groups


def _group(text: str) -> dict[str, list[str]]:
    parts = [part.partition("=") for part in re.split(r"[;；]", text) if part.strip()]
    return {
        code.strip(): [item.strip() for item in choices.split("/") if item.strip()]
        for code, _, choices in parts
    }


def _words(**words: str) -> Callable[[str], object]:
    """Read Chinese words as those of the schema; others stay."""
    known = MappingProxyType({zh: word for word, zh in words.items()})
    return lambda text: known.get(text, text)


_AUDIENCES: Final = _words(person="自然人", enterprise="法人")
_SOURCES: Final = _words(self="申请人自备", government_issued="政府部门核发", other="其他")
_NECESSITIES: Final = _words(required="必要", optional="非必要")
_WAYS: Final = _words(
    exempt="直接取消",
    data_check="数据共享核验",
    department_check="部门核验",
    e_license="电子证照",
    commitment="告知承诺",
    deferral="容缺办理",
)
_RISKS: Final = _words(low="低", medium="中")
_KINDS: Final = _words(later="材料后补", waived="免交", reviewed_after="审查后置", released="豁免")

_BASIS: Final = Column(heading="依据", key="legal_basis")
_TERM: Final = (
    Column(heading="起", key="valid_from"),
    Column(heading="止", key="valid_to"),
)

COLUMNS: Final[Mapping[SheetKind, tuple[Column, ...]]] = MappingProxyType(
    {
        SheetKind.MATTERS: (
            Column(heading=MATTER, key="code"),
            Column(heading="版本", key="version", read=_number),
            Column(heading="名称", key="name_zh"),
            Column(heading="英文名称", key="name_en"),
            Column(heading="服务对象", key="audience", read=_AUDIENCES),
            Column(heading="地区", key="region"),
            Column(heading="主管部门", key="department_zh"),
            Column(heading="一件事", key="one_thing"),
            _BASIS,
            *_TERM,
        ),
        SheetKind.QUESTIONS: (
            Column(heading=MATTER, key=""),
            Column(heading=QUESTION, key="code"),
            Column(heading="问题", key="zh"),
            Column(heading="英文问题", key="en"),
            Column(heading="选项编码", key="choice.code"),
            Column(heading="选项", key="choice.zh"),
            Column(heading="英文选项", key="choice.en"),
            Column(heading="适用情形", key="when", read=_when),
        ),
        SheetKind.PARTIES: (
            Column(heading=MATTER, key=""),
            Column(heading="当事人编码", key="code"),
            Column(heading="当事人", key="zh"),
            Column(heading="英文名称", key="en"),
        ),
        SheetKind.MATERIALS: (
            Column(heading=MATTER, key=""),
            Column(heading=MATERIAL, key="code"),
            Column(heading="名称", key="name_zh"),
            Column(heading="英文名称", key="name_en"),
            Column(heading="来源", key="source", read=_SOURCES),
            Column(heading="必要性", key="necessity", read=_NECESSITIES),
            Column(heading="持证人", key="party"),
            Column(heading="适用情形", key="when", read=_when),
        ),
        SheetKind.RULES: (
            Column(heading=MATTER, key=""),
            Column(heading=MATERIAL, key=""),
            Column(heading="方式", key="way", read=_WAYS),
            _BASIS,
            Column(heading="证照类型", key="license_types", read=_list),
            Column(heading="必备字段", key="required_fields", read=_list),
            Column(heading="最少剩余天数", key="min_remaining_days", read=_number),
            Column(heading="颁发地区", key="regions", read=_list),
            Column(heading="须有授信约定", key="needs_agreement", read=_truth),
            Column(heading="数据源", key="source"),
            Column(heading="核验事项", key="item"),
            Column(heading="核验部门", key="department"),
            Column(heading="核验问题", key="question_zh"),
            Column(heading="英文核验问题", key="question_en"),
            Column(heading="答复时限（小时）", key="answer_hours", read=_number),
            Column(heading="承诺内容", key="text_zh"),
            Column(heading="英文承诺内容", key="text_en"),
            Column(heading="承诺书版本", key="text_version", read=_number),
            Column(heading="风险", key="risk", read=_RISKS),
            Column(heading="核查期限（天）", key="follow_up_days", read=_number),
            Column(heading="容缺方式", key="kind", read=_KINDS),
            Column(heading="补交期限（天）", key="due_days", read=_number),
            *_TERM,
        ),
        SheetKind.EXCEPTIONS: (
            Column(heading=MATTER, key=""),
            Column(heading=MATERIAL, key=""),
            Column(heading="理由", key="reason"),
            Column(heading="依据", key="legal_zh"),
        ),
    }
)
"""What each sheet may have."""
