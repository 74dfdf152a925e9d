"""The quality report as a workbook: one sheet of departments, one of lints."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.quality_reports import QualityReport
from certs.lints.dimensions import Dimension
from certs.rows.figures import Figure, write_figures

_HEADINGS: Final = (
    "证照类型代码",
    "证照类型",
    "颁发机构代码",
    "证照数",
    "有问题的证照数",
    *(f"{item.zh}性问题" for item in Dimension),
    "较上次检查",
    "入库天数中位数",
    "入库天数 P90",
    "已打开核验",
    "其中可用",
    "未办结纠错",
)


def write_report(path: Path, report: QualityReport) -> None:
    """Write a report; a file that is there is replaced.

    Raises:
        OSError: The workbook cannot be written.
    """
    sheets = {"按部门": _departments(report), "按检查项": _lints(report)}
    write_figures(path, sheets, title="数据质量报告")


def _departments(report: QualityReport) -> Iterator[tuple[Figure, ...]]:
    yield _HEADINGS
    for item in report.departments:
        yield (
            item.department.type_code,
            report.type_name(item.department),
            item.department.issuer_code,
            item.licenses,
            item.affected,
            *item.by_dimension.values(),
            item.trend,
            item.median_days,
            item.p90_days,
            item.opened,
            item.usable,
            item.open_corrections,
        )


def _lints(report: QualityReport) -> Iterator[tuple[Figure, ...]]:
    yield ("证照类型", "颁发机构代码", "检查项", "说明", "证照数")
    for item in report.departments:
        name = report.type_name(item.department)
        for lint, count in item.by_lint.items():
            yield (name, item.department.issuer_code, lint, report.words.heading(lint), count)
