"""``yinxin batch``: look after batches."""

import argparse
from pathlib import Path
from typing import Any, Final

from api.batch_quarantine import quarantine
from api.batch_reports import report_of
from api.batch_views import view_of
from api.batch_words import (
    batch_json,
    counts_json,
    next_lines,
    reconciliation_lines,
    view_json,
    view_line,
)
from api.commands.registry import Commands, Handler, add_command, add_group
from api.composition import open_services
from api.console import FAILED, OK, Output
from api.errors import UsageError
from certs.batches.decisions import BatchDecision, decide

_LISTED: Final = 50


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "batch", text="批次 · batches", parents=[shared])
    add_command(group, "list", _list, text="列出批次 · list batches", parents=[shared])
    for name, handler, text in (
        ("show", _show, "查看与对账 · show and reconcile"),
        ("confirm", _decide(BatchDecision.CONFIRM), "确认签发 · let what was read be minted"),
        ("pause", _decide(BatchDecision.PAUSE), "暂停 · pause"),
        ("resume", _decide(BatchDecision.RESUME), "继续 · go on"),
        ("cancel", _decide(BatchDecision.CANCEL), "取消余下各行 · call off what is left"),
    ):
        add_command(group, name, handler, text=text, parents=[shared]).add_argument("batch")
    refused = add_command(
        group, "refused", _refused, text="导出退回表 · write refused rows", parents=[shared]
    )
    refused.add_argument("batch")
    refused.add_argument("--out", type=Path, required=True, metavar="XLSX")


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        now = services.clock.now()
        found = [
            view_of(item, work, now=now, is_counted=False) for item in work.batches.newest(_LISTED)
        ]
    output.result([view_json(view) for view in found], *(view_line(view) for view in found))
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        report = report_of(options.batch, work)
        view = view_of(report.batch, work, now=services.clock.now(), is_counted=False)
    value: dict[str, Any] = view_json(view) | {
        "recount": counts_json(report.recount),
        "reconciled": report.is_reconciled,
    }
    output.result(value, *reconciliation_lines(report), *next_lines(view))
    return OK if report.is_reconciled else FAILED


def _decide(decision: BatchDecision) -> Handler:
    def handle(options: argparse.Namespace, output: Output) -> int:
        with open_services(options.home) as services, services.unit_of_work() as work:
            now = services.clock.now()
            batch = decide(options.batch, decision, work=work, now=now)
            counts = work.batches.counts(batch.id)
            work.commit()
        output.result(batch_json(batch, counts), f"{batch.state.zh} · {batch.state}: {batch.id}")
        return OK

    return handle


def _refused(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        batch = work.batches.get(options.batch)
        license_type = services.license_type(batch.type_code)
        if license_type is None:
            raise UsageError("该证照类型已不在目录中 · its type is not in the catalogue any more")
        written = quarantine(batch, options.out, license_type=license_type, work=work)
    output.result([str(item) for item in written], *(str(item) for item in written))
    return OK
