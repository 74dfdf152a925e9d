"""``yinxin report``: what supervisors and departments ask for in figures."""

import argparse
from pathlib import Path
from typing import Final

from api.commands.exemptions import add_exemptions
from api.commands.registry import Commands, add_command, add_group
from api.commands.type_names import type_code
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.quality_reports import (
    HEADINGS,
    department_line,
    dimension_rows,
    lint_lines,
    quality_report,
    report_json,
)
from api.quality_workbooks import write_report
from api.quality_worklists import (
    finding_json,
    finding_line,
    work_page,
    write_worklist,
)
from api.stock_linting import FindingWords
from certs.lints.worklists import WorkScope

_SHOWN: Final = 100


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "report", text="统计报告 · reports", parents=[shared])
    add_exemptions(group, shared)
    quality = add_command(
        group, "quality", _quality, text="数据质量报告 · data quality", parents=[shared]
    )
    quality.add_argument("--xlsx", type=Path, metavar="OUT", help="另存表格 write a workbook")
    findings = add_command(
        group, "findings", _findings, text="逐件问题清单 · open findings", parents=[shared]
    )
    findings.add_argument("--type", default="", metavar="T", help="证照类型 short name or code")
    findings.add_argument("--lint", default="", metavar="NAME", help="检查项 of this lint only")
    findings.add_argument("--after", type=int, default=0, metavar="N", help="接上页 next page")
    findings.add_argument("--xlsx", type=Path, metavar="OUT", help="全部另存表格 all, a workbook")


def _quality(options: argparse.Namespace, output: Output) -> int:
    _check_name(options.xlsx)
    with open_services(options.home) as services:
        report = quality_report(services)
    if options.xlsx is not None:
        write_report(options.xlsx, report)
    if output.as_json:
        output.result(report_json(report))
        return OK
    output.say("数据质量 · data quality")
    for item in report.departments:
        title = f"{report.type_name(item.department)} {item.department.issuer_code}".rstrip()
        output.table(title, HEADINGS, dimension_rows(item))
        for line in lint_lines(item, report.words):
            output.say(line)
        output.say(department_line(item))
    if report.last_run is None:
        output.say("尚未检查存量，请运行 yinxin license lint · the stock was never looked over")
    if any(item.findings for item in report.departments):
        output.say("逐件清单 · license by license: yinxin report findings")
    return OK


def _findings(options: argparse.Namespace, output: Output) -> int:
    _check_name(options.xlsx)
    with open_services(options.home) as services:
        words = FindingWords.of(services.catalogue)
        if options.lint and not words.knows(options.lint):
            raise UsageError(f"没有该检查项 · no such lint: {options.lint[:100]}")
        scope = WorkScope(type_code=type_code(options.type, services), lint=options.lint)
        if options.xlsx is not None:
            written = write_worklist(options.xlsx, services, scope)
            output.result({"written": written}, f"已写入 {written} 条 · findings written")
            return OK
        found, following = work_page(services, scope, after=options.after, limit=_SHOWN)
    more = [f"还有更多：--after {following}，或 --xlsx 导出全部 · more"] if following else []
    output.result(
        {"findings": [finding_json(item, words) for item in found], "next": following},
        *(finding_line(item, words) for item in found),
        *more,
    )
    return OK


def _check_name(path: Path | None) -> None:
    if path is not None and path.suffix.lower() != ".xlsx":
        raise UsageError("文件名应以 .xlsx 结尾 · the name must end in .xlsx")
