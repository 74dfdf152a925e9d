"""The quality report (数据质量报告) of an instance: figures by type and issuer, with names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.services import Services
from api.stock_linting import FindingWords
from certs.lints.figures import Department, DepartmentQuality, departments_of
from certs.lints.runs import LintRun

HEADINGS: Final = ("维度 dimension", "有问题 with findings", "占比 share", "")
_BAR: Final = 24
"""Characters of a bar that stands for all licenses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What is known of the quality of all licenses.

    Attributes:
        made_at: When it was counted.
        last_run: The look over the stock that was finished last; None before the first.
        type_names: Names of types, by code.
        words: What people read of lints.
    """

    made_at: datetime
    last_run: LintRun | None
    departments: tuple[DepartmentQuality, ...]
    type_names: dict[str, str]
    words: FindingWords

    def type_name(self, department: Department) -> str:
        """Return what people call a department's type."""
        return self.type_names.get(department.type_code, department.type_code)


def quality_report(services: Services) -> QualityReport:
    """Count how good the data of an instance are."""
    now = services.clock.now()
    with services.unit_of_work() as work:
        last = work.quality.last_run()
        figures = work.quality.figures(at=now, before=last.started_at if last else None)
    return QualityReport(
        made_at=now,
        last_run=last,
        departments=departments_of(figures),
        type_names={str(item.code): item.name for item in services.catalogue.versions},
        words=FindingWords.of(services.catalogue),
    )


def report_json(report: QualityReport) -> dict[str, Any]:
    """Return a report for programs."""
    return {
        "made_at": report.made_at.isoformat(),
        "last_run": run_json(report.last_run) if report.last_run else None,
        "departments": [_department_json(report, item) for item in report.departments],
    }


def run_json(run: LintRun) -> dict[str, Any]:
    """Return a look over the stock for programs."""
    return {
        "run": run.number,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "licenses": run.licenses,
        "findings": run.found,
    }


def _department_json(report: QualityReport, item: DepartmentQuality) -> dict[str, Any]:
    return {
        "type": item.department.type_code,
        "type_name": report.type_name(item.department),
        "issuer": item.department.issuer_code,
        "licenses": item.licenses,
        "with_findings": item.affected,
        "dimensions": {name.value: count for name, count in item.by_dimension.items()},
        "lints": item.by_lint,
        "open_findings": item.findings,
        "trend": item.trend,
        "days_to_store": {"median": item.median_days, "p90": item.p90_days},
        "opened": item.opened,
        "usable": item.usable,
        "usable_share": item.usable_share,
        "open_corrections": item.open_corrections,
    }


def dimension_rows(item: DepartmentQuality) -> Iterable[tuple[str, ...]]:
    """Yield a department's dimensions under ``HEADINGS``, with bars that show the worst."""
    for dimension, count in item.by_dimension.items():
        share = min(count / item.licenses, 1.0) if item.licenses else 0.0
        bar = "█" * round(_BAR * share) or ("▏" if count else "")
        yield f"{dimension.zh} {dimension.value}", str(count), f"{share:.1%}", bar


def lint_lines(item: DepartmentQuality, words: FindingWords) -> Iterable[str]:
    """Yield what lints found in a department's licenses, the most frequent first."""
    for name, count in item.by_lint.items():
        yield f"{count:>8}  {words.heading(name)}"


def department_line(item: DepartmentQuality) -> str:
    """Return a department's other figures for people."""
    parts = [f"{item.licenses} 件 licenses", f"{item.affected} 件有问题 with findings"]
    if item.trend is not None:
        parts.append(f"较上次 trend {item.trend:+d}")
    if item.median_days is not None:
        parts.append(f"入库 {item.median_days} 天，90% 不超过 {item.p90_days} 天 days to store")
    if item.opened:  # in numbers, as a share would round the last bad one away
        parts.append(f"可用 usable {item.usable}/{item.opened}")
    if item.open_corrections:
        parts.append(f"待纠错 corrections {item.open_corrections}")
    return "；".join(parts)
