"""``yinxin case audit``: which papers another system took that could have been had."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from api.auditing import UNREADABLE, AuditReport, audit_file, write_workbook
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from certs.errors import MalformedSheetError
from verify.supervision.audit import Auditor
from verify.supervision.audited import AuditResult

_SHOWN: Final = 50


def register(group: Commands, parents: Sequence[argparse.ArgumentParser]) -> None:
    """Join ``yinxin case``."""
    audit = add_command(
        group,
        "audit",
        _audit,
        text="事后核查其他受理系统的办件 · audit an export of another system",
        parents=parents,
    )
    audit.add_argument("file", type=Path, help=".xlsx .csv .jsonl")
    audit.add_argument("--report", type=Path, metavar="OUT.json", help="报告 the report")
    audit.add_argument("--xlsx", type=Path, metavar="OUT.xlsx", help="违规清单 the breaches")


def _audit(options: argparse.Namespace, output: Output) -> int:
    out = options.report or options.file.with_name(f"{options.file.name}.audit.json")
    progress = out.with_name(f"{out.name}.part")
    with open_services(options.home) as services:
        if services.registers is None or services.case_sources is None:
            raise UsageError("此实例不查询证照 · this instance looks up no licenses")
        auditor = Auditor(
            matters=services.matters,
            registers_at=services.registers.at,
            facts=services.case_sources.registers,
        )
        try:
            report = audit_file(options.file, auditor, progress=progress)
        except MalformedSheetError as error:
            raise UsageError(str(error)) from error
    out.write_text(json.dumps(report.document(), ensure_ascii=False, indent=2), encoding="utf-8")
    if options.xlsx is not None:
        write_workbook(options.xlsx, report)
    if not _is_open(report):
        progress.unlink()
    output.result(
        report.document(),
        *map(_shown, report.breaches[:_SHOWN]),
        f"{len(report.breaches)} 项违规 breaches，{report.counts}",
        f"报告 report: {out}",
    )
    return _exit_code(report)


def _is_open(report: AuditReport) -> bool:
    """Tell whether lines are left that a later audit may settle."""
    return AuditResult.SILENT in report.counts


def _exit_code(report: AuditReport) -> int:
    if report.breaches:
        return FAILED
    untold = {UNREADABLE, AuditResult.UNKNOWN_PARTY} & report.counts.keys()
    return INDETERMINATE if _is_open(report) or untold else OK


def _shown(breach: dict[str, Any]) -> str:
    parts = ("party", "type", "region")
    license = " ".join(str(breach[name]) for name in parts if name in breach)
    since = f"，自 since {breach['since']}" if "since" in breach else ""
    return (
        f"第 {breach['line']} 行 line {breach['line']}：{breach['case']} {breach['material']} "
        f"{breach['day']} {breach['breach']} {license}{since}"
    )
