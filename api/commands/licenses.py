"""``yinxin license``: issue, show, list, revoke and export licenses."""

import argparse
import json
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from api.bootstrap import open_services
from api.commands.registry import Commands, add_command, add_group
from api.console import FAILED, OK, Output
from api.errors import UsageError
from api.services import Services
from certs.applications import LicenseApplication, parse_application
from certs.batches import BatchSummary, mint_sheet
from certs.catalogue import Element, LicenseType
from certs.civil_dates import BEIJING, start_of
from certs.errors import DuplicateLicenseError
from certs.faces.fonts import missing_characters
from certs.issuance import IssueRequest, issue, resume
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.lifecycle import record_status
from certs.statuses import StatusEvent, StatusKind

_MAX_REQUEST_BYTES = 1_048_576
_FILES = ("pdf", "json", "p7s")


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "license", text="电子证照 · licenses", parents=[shared])
    one = add_command(group, "issue", _issue, text="签发一件 · issue one", parents=[shared])
    one.add_argument("file", help="JSON as for POST /licenses; - reads standard input")
    batch = add_command(
        group, "batch", _batch, text="按表格批量签发 · issue a spreadsheet", parents=[shared]
    )
    batch.add_argument("file", type=Path)
    batch.add_argument("--type", default="food_business", help="证照类型 short name or code")
    for name, handler, text in (
        ("show", _show, "查看 · show"),
        ("list", _list, "列出最近签发 · list the newest"),
        ("resume", _resume, "完成中断的签发 · finish what a crash left open"),
    ):
        parser = add_command(group, name, handler, text=text, parents=[shared])
        if name == "show":
            parser.add_argument("identifier")
    revoke = add_command(
        group, "revoke", _revoke, text="吊销、撤销或撤回 · end a license", parents=[shared]
    )
    revoke.add_argument("identifier")
    revoke.add_argument("--kind", choices=["revoked", "rescinded", "withdrawn"], default="revoked")
    revoke.add_argument("--effective", metavar="TIME", help="生效时间, default now")
    revoke.add_argument("--decision-no", required=True, help="文书号")
    revoke.add_argument("--reason", required=True)
    export = add_command(group, "export", _export, text="导出文件 · export files", parents=[shared])
    export.add_argument("identifier")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")


def desk_of(services: Services, name: str) -> IssuingDesk:
    """Return the desk that issues a type.

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
    return desk


def application_of(body: Mapping[str, Any], license_type: LicenseType) -> LicenseApplication:
    """Return the application that a request body fills in.

    Raises:
        UsageError: The body is not of the form of ``POST /licenses``.
        InvalidApplicationError: Values that the type refuses.
    """
    holder, fields = body.get("holder"), body.get("fields", {})
    if not isinstance(holder, dict) or not isinstance(fields, dict):
        raise UsageError("holder 与 fields 应为对象 · holder and fields are objects")
    elements = {
        Element.HOLDER_CODE: holder.get("code", ""),
        Element.HOLDER_CODE_TYPE: holder.get("code_type", ""),
        Element.HOLDER_NAME: holder.get("name", ""),
        Element.NUMBER: body.get("number", ""),
        Element.ISSUED_ON: body.get("issued_on", ""),
        Element.VALID_FROM: body.get("valid_from", ""),
        Element.VALID_TO: body.get("valid_to", ""),
    }
    raw = {str(name): str(value) for name, value in fields.items()}
    for element, value in elements.items():
        spec = license_type.field_of(element)
        if spec is not None:
            raw[spec.name] = str(value)
    return parse_application(license_type, raw, missing_characters=missing_characters)


def _issue(options: argparse.Namespace, output: Output) -> int:
    body = _read_body(options.file)
    with open_services(options.home) as services:
        desk = desk_of(services, str(body.get("type", "")))
        application = application_of(body, desk.license_type)
        request = IssueRequest(f"cli:{secrets.token_hex(16)}", application)
        (outcome,) = issue([request], desk=desk)
    if outcome.license is None:
        raise outcome.refusal or DuplicateLicenseError("refused")
    output.result(license_json(outcome.license), f"已签发 · issued {outcome.license.identifier}")
    return OK


def _read_body(name: str) -> dict[str, Any]:
    data = sys.stdin.buffer.read(_MAX_REQUEST_BYTES) if name == "-" else Path(name).read_bytes()
    try:
        body = json.loads(data)
    except ValueError as error:
        raise UsageError(f"{name} 不是 JSON · not JSON") from error
    if not isinstance(body, dict):
        raise UsageError(f"{name} 应为 JSON 对象 · a JSON object is expected")
    return body


def _batch(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, output.progress() as progress:
        desk = desk_of(services, options.type)
        resume(desk)
        task = progress.add_task("制证 minting", total=None)
        summary = mint_sheet(
            options.file,
            desk=desk,
            missing_characters=missing_characters,
            on_progress=lambda done: progress.update(task, completed=done),
        )
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


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        license = work.licenses.get(options.identifier)
        events = work.licenses.events(options.identifier)
    value = license_json(license) | {"history": [_event_json(event) for event in events]}
    lines = [
        f"{license.type_name} {license.number}",
        f"{license.holder_shown} · {license.status.zh} {license.status.value}",
        *(f"{_day(event.effective_at)} {event.kind.zh} {event.decision_no}" for event in events),
    ]
    output.result(value, *lines)
    return OK


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        found = work.licenses.newest(100)
    output.result(
        [license_json(item) for item in found],
        *(f"{item.identifier}  {item.status.zh}  {item.holder_shown}" for item in found),
    )
    return OK


def _resume(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        finished = [item for desk in services.desks.values() for item in resume(desk)]
    output.result(
        [item.identifier for item in finished],
        f"补完 {len(finished)} 件 · {len(finished)} finished",
    )
    return OK


def _revoke(options: argparse.Namespace, output: Output) -> int:
    now = datetime.now(UTC)
    event = StatusEvent(
        kind=StatusKind(options.kind),
        effective_at=parse_time(options.effective) if options.effective else now,
        recorded_at=now,
        reason=options.reason,
        decision_no=options.decision_no,
        actor="cli",
    )
    with open_services(options.home) as services:
        record_status(options.identifier, event, unit_of_work=services.unit_of_work)
    output.result(_event_json(event), f"已{event.kind.zh} · {options.kind}: {options.identifier}")
    return OK


def parse_time(text: str) -> datetime:
    """Return an instant: ISO 8601, in Beijing time where no zone is given.

    Raises:
        UsageError: Not a day or time.
    """
    try:
        if len(text) == len("2026-03-01"):
            return start_of(date.fromisoformat(text)).astimezone(UTC)
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=BEIJING)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"时间应如 2026-03-01 或 2026-03-01T09:00 · not a time: {text}") from error


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
    names = (license.files.pdf, license.files.record, license.files.signature)
    paths = [folder / f"{license.identifier}.{suffix}" for suffix in _FILES]
    for path, name in zip(paths, names, strict=True):
        path.write_bytes(services.objects.get(name))
    return paths


def license_json(license: License) -> dict[str, Any]:
    """Return a license for programs."""
    return {
        "identifier": license.identifier,
        "version": license.identifier.split(".")[-2],
        "type": license.type_code,
        "number": license.number,
        "holder": license.holder_shown,
        "valid_from": license.valid_from.isoformat(),
        "valid_to": license.valid_to.isoformat() if license.valid_to else None,
        "status": license.status.value,
        "files": {
            "pdf": license.files.pdf,
            "json": license.files.record,
            "p7s": license.files.signature,
        },
    }


def _event_json(event: StatusEvent) -> dict[str, str]:
    return {
        "kind": event.kind.value,
        "effective_at": event.effective_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "decision_no": event.decision_no,
        "reason": event.reason,
    }


def _day(instant: datetime) -> str:
    return instant.astimezone(BEIJING).date().isoformat()
