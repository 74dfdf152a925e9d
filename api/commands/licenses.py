"""``yinxin license``: issue, show, list, revoke and export licenses."""

import argparse
import secrets
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.commands.batches import add_batch_command
from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.minting import mint
from api.schemas.licenses import LicenseIn
from api.services import Services
from certs.civil_dates import BEIJING, start_of
from certs.issuance import resume
from certs.licenses import License
from certs.lifecycle import record_status
from certs.masking import redact
from certs.statuses import StatusEvent, StatusKind

_MAX_REQUEST_BYTES = 1_048_576


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "license", text="电子证照 · licenses", parents=[shared])
    one = add_command(group, "issue", _issue, text="签发一件 · issue one", parents=[shared])
    one.add_argument("file", help="JSON as for POST /licenses; - reads standard input")
    _add_operator(one)
    add_batch_command(group, shared)
    for name, handler, text in (
        ("show", _show, "查看 · show"),
        ("list", _list, "列出最近签发 · list the newest"),
        ("resume", _resume, "完成中断的签发 · finish what a crash left open"),
    ):
        parser = add_command(group, name, handler, text=text, parents=[shared])
        if name == "show":
            parser.add_argument("identifier")
        if name == "resume":
            _add_operator(parser)
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


def _add_operator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--operator", default="", metavar="PERSON", help="用印人 who seals; needed in production"
    )


def _issue(options: argparse.Namespace, output: Output) -> int:
    body = _read_body(options.file)
    with open_services(options.home) as services:
        license = mint(
            body,
            key=f"cli:{secrets.token_hex(16)}",
            services=services,
            operator=options.operator,
        )
    output.result(license_json(license), f"已签发 · issued {license.identifier}")
    return OK


def _read_body(name: str) -> LicenseIn:
    """Return the request in a file; what is wrong with it is told without its values."""
    data = sys.stdin.buffer.read(_MAX_REQUEST_BYTES) if name == "-" else _bytes_of(Path(name))
    try:
        return LicenseIn.model_validate_json(data)
    except ValidationError as error:
        places = ", ".join(".".join(str(part) for part in item["loc"]) for item in error.errors())
        raise UsageError(
            f"{name} 不符合 POST /licenses 的格式 · not of the form of POST /licenses: {places}"
        ) from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"无法读取 {path} · cannot read it") from error


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        license = work.licenses.get(options.identifier)
        events = work.licenses.events(options.identifier)
    value = license_json(license) | {"history": [_event_json(event) for event in events]}
    lines = [
        f"{license.type_name} {redact(license.number)}",
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


def license_json(license: License) -> dict[str, Any]:
    """Return a license for programs."""
    return {
        "identifier": license.identifier,
        "version": int(license.identifier.split(".")[-2]),
        "type": license.type_code,
        "number": redact(license.number),
        "holder": license.holder_shown,
        "valid_from": license.valid_from.isoformat(),
        "valid_to": license.valid_to.isoformat() if license.valid_to else None,
        "status": license.status.value,
        "files": {
            "pdf": license.files.pdf,
            **({"ofd": license.files.ofd} if license.files.ofd else {}),
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
