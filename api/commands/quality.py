"""``yinxin report``: what supervisors and departments ask for in figures."""

import argparse
from pathlib import Path

from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.quality_reports import (
    HEADINGS,
    department_line,
    dimension_rows,
    quality_report,
    report_json,
)
from api.quality_workbooks import write_report


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "report", text="统计报告 · reports", parents=[shared])
    quality = add_command(
        group, "quality", _quality, text="数据质量报告 · data quality", parents=[shared]
    )
    quality.add_argument("--xlsx", type=Path, metavar="OUT", help="另存表格 write a workbook")


def _quality(options: argparse.Namespace, output: Output) -> int:
    if options.xlsx is not None and options.xlsx.suffix.lower() != ".xlsx":
        raise UsageError("文件名应以 .xlsx 结尾 · the name must end in .xlsx")
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
        output.say(department_line(item))
    if report.last_run is None:
        output.say("尚未检查存量，请运行 yinxin license lint · the stock was never looked over")
    return OK
