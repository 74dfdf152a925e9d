"""What people are told of a matter: its materials, the ways to spare paper, its open questions."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from certs.catalogue import LicenseType
from certs.identifiers import LicenseTypeCode
from certs.type_folders import shipped_types
from verify.matters.materials import Material, MaterialSource, Necessity
from verify.matters.notices import Notice
from verify.matters.situations import Question
from verify.matters.ways import (
    CancelledRule,
    CommitmentRule,
    DataRule,
    DeferralKind,
    DeferralRule,
    DepartmentRule,
    ExemptionClass,
    LicenseRule,
    Risk,
    Rule,
    Way,
)

WAYS: Final[Mapping[Way, str]] = MappingProxyType(
    {
        Way.NONE: "提交材料 to be brought",
        Way.EXEMPT: "直接取消 abolished",
        Way.DATA_CHECK: "数据共享核验 data check",
        Way.DEPARTMENT_CHECK: "部门核验 department check",
        Way.E_LICENSE: "电子证照 e-license",
        Way.COMMITMENT: "告知承诺 commitment",
        Way.DEFERRAL: "容缺办理 deferral",
    }
)
EXEMPTIONS: Final[Mapping[ExemptionClass, str]] = MappingProxyType(
    {
        ExemptionClass.ISSUED: "政府核发 issued by government",
        ExemptionClass.SHARED: "数据共享 shared data",
        ExemptionClass.LICENSED: "电子证照 e-license",
    }
)
SOURCES: Final[Mapping[MaterialSource, str]] = MappingProxyType(
    {
        MaterialSource.SELF: "申请人自备 the applicant's own",
        MaterialSource.GOVERNMENT_ISSUED: "政府部门核发 government-issued",
        MaterialSource.OTHER: "其他机构出具 made by others",
    }
)
_DEFERRALS: Final[Mapping[DeferralKind, Callable[[int], str]]] = MappingProxyType(
    {
        DeferralKind.LATER: lambda days: f"{days} 天内补交 follows within {days} days",
        DeferralKind.WAIVED: lambda _: "暂缺可免交 waived where it is missing",
        DeferralKind.REVIEWED_AFTER: lambda days: f"办结后 {days} 天内审查 reviewed after",
        DeferralKind.RELEASED: lambda _: "信用良好的豁免 released for a good record",
    }
)
_RISKS: Final[Mapping[Risk, str]] = MappingProxyType({Risk.LOW: "低", Risk.MEDIUM: "中"})


def notice_lines(notice: Notice) -> Iterator[str]:
    """Yield a notice as people read it: what is asked for, what depends, what is to be answered."""
    matter = notice.matter
    yield f"{matter.name_zh} {matter.name_en}　{matter.code} 版本 version {matter.version}"
    if matter.department_zh:
        yield f"主管部门 · department：{matter.department_zh}"
    if matter.one_thing:
        yield f"一件事 · one thing：{matter.one_thing}"
    if matter.legal_basis:
        yield f"依据 · legal basis：{matter.legal_basis}"
    yield f"所需材料 · materials：{len(notice.asked_for)}"
    for number, material in enumerate(notice.asked_for, start=1):
        yield from _material_lines(f"{number}.", material)
    if notice.depending:
        yield f"视情形还可能需要 · depending on answers：{len(notice.depending)}"
        for material in notice.depending:
            yield from _material_lines("?", material)
    if notice.open_questions:
        yield "请先回答 · to be answered, with --answer 问题 question=选项 choice"
        for question in notice.open_questions:
            yield from _question_lines(question)


def _material_lines(mark: str, material: Material) -> Iterator[str]:
    optional = "，非必要 optional" if material.necessity is Necessity.OPTIONAL else ""
    yield (
        f"  {mark} {material.name_zh} · {material.name_en}　{material.code}　"
        f"{SOURCES[material.source]}{optional}"
    )
    for rule in material.rules:
        yield f"     {WAYS[rule.way]}：{rule_words(rule)}　[{rule.legal_basis}]"
    for exception in material.exceptions:
        yield f"     例外 exception {exception.reason}：{exception.legal_zh}"


def _question_lines(question: Question) -> Iterator[str]:
    yield f"  {question.code}　{question.zh} · {question.en}"
    yield from (f"    {item.code}　{item.zh} · {item.en}" for item in question.choices)


def rule_words(rule: Rule) -> str:
    """Say what a rule comes to."""
    match rule:
        case CancelledRule():
            return "不再需要 nobody needs it"
        case LicenseRule():
            return _license_words(rule)
        case DataRule():
            return f"{rule.source}：{rule.question_zh} {rule.question_en}"
        case DepartmentRule():
            return (
                f"{rule.department}（{rule.answer_hours} 小时 hours）："
                f"{rule.question_zh} {rule.question_en}"
            )
        case CommitmentRule():
            return (
                f"第 {rule.text_version} 版，风险 risk {_RISKS[rule.risk]} {rule.risk}："
                f"{rule.text_zh} {rule.text_en}"
            )
        case DeferralRule():
            return _DEFERRALS[rule.kind](rule.due_days)


def _license_words(rule: LicenseRule) -> str:
    types = [item for item in map(_type, rule.license_types) if item is not None]
    labels = {spec.name: spec.label_zh for item in types for spec in item.fields}
    codes = (str(code) for code in rule.license_types)
    names = "或 ".join(f"{item.name} {item.name_en}" for item in types) or "、".join(codes)
    parts = [names, "、".join(labels.get(name, name) for name in rule.required_fields)]
    if rule.min_remaining_days:
        days = rule.min_remaining_days
        parts.append(f"至少还有效 {days} 天 valid for {days} days or more")
    if rule.needs_agreement:
        parts.append("外地的须有授信约定 of other regions under an agreement")
    return "；".join(part for part in parts if part)


def _type(code: LicenseTypeCode) -> LicenseType | None:
    # Of several versions any has the names; an instance's own matters may name its own types.
    return next((item for item in shipped_types() if item.code == code), None)
