"""Supervision's figures as rows: one set of columns for CSV, the command line and the page."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from certs.catalogue import Catalogue
from certs.civil_dates import BEIJING
from certs.corrections import DayLimits
from certs.marks import marks_text
from certs.masking import redact
from certs.overasks import KeptOverAsk
from verify.matters.catalogue import MatterCatalogue
from verify.supervision.figures import Figures
from verify.supervision.tallies import Grouping, monday_of

HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "group": "分组 group",
        "cases": "办件 cases",
        "required": "应免材料 spared by rule",
        "exempt": "直接取消 abolished",
        "e_license": "电子证照 e-license",
        "data_check": "数据核验 data check",
        "department_check": "部门核验 department check",
        "replacement_rate": "替代率 replaced",
        "demanded": "要求纸质 demanded",
        "reasons": "要求纸质原因 reasons",
        "voluntary": "自愿提交 voluntary",
        "commitments": "告知承诺 declared",
        "deferrals": "容缺办理 deferred",
        "breaches": "违诺 broken promises",
        "refusals": "系统拒绝 refused",
        "overrides": "第二人同意 approved by another",
        "valid_but_paper": "有证仍要纸质 valid but paper",
        "silent": "数据源无应答 silent sources",
        "alarm": "警示 alarm",
        "overasks": "超范围调用 over-asking",
        "answered": "纠错答复 corrections answered",
        "answer_days_mean": "答复平均天数 mean days",
        "answer_days_median": "答复中位天数 median days",
        "late_answers": "超期答复 answered late",
        "freshness": "依据时效 age of what decisions rest on",
    }
)
OVERASK_HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "at": "时间 at",
        "department": "部门 department",
        "region": "颁发地区 region",
        "matter": "事项 matter",
        "type": "证照类型 type",
        "case": "办件 case",
        "operator": "窗口人员 operator",
        "fields": "超出的信息项 fields beyond",
        "marks": "标记 marks",
    }
)
_Cell = str | int | float | None
# A spreadsheet would take a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def row_of(figures: Figures, limits: DayLimits) -> dict[str, str | int | float | None]:
    """Return one group's figures; what has codes of its own is written ``code=number``."""
    rate, answers = figures.replacement_rate, figures.answers
    return {
        "group": figures.group,
        "cases": figures.cases,
        "required": figures.required,
        **figures.replaced,
        "replacement_rate": None if rate is None else round(rate, 4),
        "demanded": sum(figures.demanded.values()),
        "reasons": _listed(figures.demanded),
        "voluntary": figures.voluntary,
        "commitments": figures.commitments,
        "deferrals": figures.deferrals,
        "breaches": figures.breaches,
        "refusals": _listed(figures.refusals),
        "overrides": _listed(figures.overrides),
        "valid_but_paper": _listed(figures.valid_but_paper),
        "silent": _listed(figures.silent),
        "alarm": "P99 > 1 %" if figures.is_alarming else "",
        "overasks": _listed(figures.overasks),
        "answered": answers.answered,
        "answer_days_mean": None if answers.mean is None else round(answers.mean, 2),
        "answer_days_median": answers.median,
        "late_answers": answers.over(limits),
        "freshness": "；".join(f"{age.zh} {number}" for age, number in figures.freshness.items()),
    }


def _listed(counts: Mapping[str, int]) -> str:
    return " ".join(f"{code}={number}" for code, number in sorted(counts.items()))


def csv_text(found: Iterable[Figures], name_of: Callable[[str], str], *, limits: DayLimits) -> str:
    """Return figures as CSV with a line of headings; no cell is a formula."""
    rows = (row_of(figures, limits) | {"group": name_of(figures.group)} for figures in found)
    return _table(HEADINGS, rows)


def write_csv(path: Path, text: str) -> None:
    """Write a table for a spreadsheet, which knows UTF-8 by its mark."""
    path.write_text(text, encoding="utf-8-sig", newline="")


def overask_row(kept: KeptOverAsk) -> dict[str, str]:
    """Return a refused request without anybody's data: staff numbers of windows alone are told."""
    refusal = kept.refusal
    return {
        "at": refusal.at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "department": refusal.department,
        "region": refusal.region,
        "matter": refusal.matter,
        "type": refusal.type_code,
        "case": refusal.case_id,
        "operator": refusal.user if refusal.case_id else "",
        "fields": " ".join(map(redact, refusal.fields)),
        "marks": marks_text(refusal.marks),
    }


def overask_csv(found: Iterable[KeptOverAsk]) -> str:
    """Return refused requests as CSV with a line of headings; no cell is a formula."""
    return _table(OVERASK_HEADINGS, map(overask_row, found))


def _table(headings: Mapping[str, str], rows: Iterable[Mapping[str, _Cell]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(headings.values())
    writer.writerows([_cell(row[key]) for key in headings] for row in rows)
    return stream.getvalue()


def _cell(value: _Cell) -> str | int | float:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if value is None else value


def group_name(by: Grouping | None, matters: MatterCatalogue) -> Callable[[str], str]:
    """Return what names the groups for people."""
    names = {code: matters.latest(code).name_zh for code in matters.codes()}

    def name(group: str) -> str:
        match by:
            case None:
                return "合计 total"
            case Grouping.WEEK:
                return monday_of(int(group)).isoformat()
            case Grouping.MATTER:
                return f"{names.get(group, '')} {group}".strip() or "—"
            case Grouping.DEPARTMENT | Grouping.REGION | Grouping.OPERATOR:
                return group or "—"

    return name


def type_names(counts: Mapping[str, int], catalogue: Catalogue) -> list[tuple[str, int]]:
    """Return licenses by the name of their type, most first."""
    names = {str(item.code): item.name for item in catalogue}
    rows = [(names.get(code, code), number) for code, number in counts.items()]
    return sorted(rows, key=lambda row: -row[1])
