"""``yinxin license``: issue and export licenses; looking at them and changing them stand apart."""

import argparse
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.commands import license_moves, license_notices, license_versions, license_views
from api.commands.license_views import license_json
from api.commands.registry import Commands, add_command, add_group
from api.commands.requests import read_license
from api.composition import open_services
from api.console import FAILED, OK, Output
from api.errors import UsageError
from api.minting import mint
from api.services import Services
from certs.batches import BatchSummary, mint_sheet
from certs.errors import MalformedSheetError
from certs.issuance import resume
from certs.issuing_desk import IssuingDesk
from certs.licenses import License


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "license", text="电子证照 · licenses", parents=[shared])
    one = add_command(group, "issue", _issue, text="签发一件 · issue one", parents=[shared])
    one.add_argument("file", help="JSON as for POST /licenses; - reads standard input")
    _add_operator(one)
    batch = add_command(
        group, "batch", _batch, text="按表格批量签发 · issue a spreadsheet", parents=[shared]
    )
    batch.add_argument("file", type=Path)
    batch.add_argument("--type", default="food_business", help="证照类型 short name or code")
    _add_operator(batch)
    reconcile = add_command(
        group,
        "reconcile",
        _reconcile,
        text="完成中断的签发 · finish what a crash left open",
        parents=[shared],
    )
    _add_operator(reconcile)
    license_views.register(group, shared)
    license_moves.register(group, shared)
    license_versions.register(group, shared)
    license_notices.register(group, shared)
    export = add_command(group, "export", _export, text="导出文件 · export files", parents=[shared])
    export.add_argument("identifier")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")


def _add_operator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--operator", default="", metavar="PERSON", help="用印人 who seals; needed in production"
    )


def desk_of(services: Services, name: str, *, operator: str = "") -> IssuingDesk:
    """Return the desk that issues a type, with ``operator`` at it where somebody is named.

    Raises:
        UsageError: There is no such type, or no seal to issue it with.
    """
    license_type = services.license_type(name)
    if license_type is None:
        known = ", ".join(item.short_name for item in services.catalogue)
        raise UsageError(f"没有证照类型 {name} · unknown type; known: {known}")
    desk = services.desks.get(str(license_type.code))
    if desk is None:
        raise UsageError("还没有印章，请先运行 yinxin seal make · make a seal first")
    return replace(desk, operator=operator or desk.operator)


def _issue(options: argparse.Namespace, output: Output) -> int:
    body = read_license(options.file)
    with open_services(options.home) as services:
        license = mint(
            body,
            key=f"cli:{secrets.token_hex(16)}",
            services=services,
            operator=options.operator,
        )
    output.result(license_json(license), f"已签发 · issued {license.identifier}")
    return OK


def _batch(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, output.progress() as progress:
        desk = desk_of(services, options.type, operator=options.operator)
        resume(desk)
        task = progress.add_task("制证 minting", total=None)
        try:
            summary = mint_sheet(
                options.file,
                desk=desk,
                missing_characters=desk.renderer.missing_characters,
                on_progress=lambda done: progress.update(task, completed=done),
            )
        except MalformedSheetError as error:
            raise UsageError(f"表格无法读取 · the spreadsheet cannot be read: {error}") from error
    output.result(summary_json(summary), *summary_lines(summary))
    return FAILED if summary.refused else OK


def summary_lines(summary: BatchSummary) -> list[str]:
    """Return the summary in words: every refused cell with row, column, value and reason."""
    lines = [
        f"第 {item.row} 行 {item.column} 列 {item.heading or item.problem.label_zh}"
        f"「{item.problem.value}」：{item.problem.zh} · {item.problem.en}"
        for item in summary.refused
    ]
    lines.append(
        f"签发 {len(summary.minted)} 件，拒绝 {summary.refused_rows} 行 · "
        f"{len(summary.minted)} minted, {summary.refused_rows} refused"
    )
    return lines


def summary_json(summary: BatchSummary) -> dict[str, Any]:
    """Return the summary for programs."""
    return {
        "minted": [{"row": row, "identifier": item.identifier} for row, item in summary.minted],
        "refused": [
            {
                "row": item.row,
                "column": item.column,
                "heading": item.heading,
                "value": item.problem.value,
                "code": item.problem.code.value,
                "zh": item.problem.zh,
                "en": item.problem.en,
            }
            for item in summary.refused
        ],
    }


def _reconcile(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        finished = [
            item
            for desk in services.desks.values()
            for item in resume(replace(desk, operator=options.operator or desk.operator))
        ]
    output.result(
        [item.identifier for item in finished],
        f"补完 {len(finished)} 件 · {len(finished)} finished",
    )
    return OK


def _export(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        with services.unit_of_work() as work:
            license = work.licenses.get(options.identifier)
        options.out.mkdir(parents=True, exist_ok=True)
        paths = export_files(license, services, options.out)
    output.result([str(path) for path in paths], *(str(path) for path in paths))
    return OK


def export_files(license: License, services: Services, folder: Path) -> list[Path]:
    """Write a license's files, named by its identifier, and return their paths."""
    names = {
        "pdf": license.files.pdf,
        "ofd": license.files.ofd,
        "json": license.files.record,
        "p7s": license.files.signature,
    }
    paths: list[Path] = []
    for suffix, name in names.items():
        if name:
            paths.append(folder / f"{license.identifier}.{suffix}")
            paths[-1].write_bytes(services.objects.get(name))
    return paths
