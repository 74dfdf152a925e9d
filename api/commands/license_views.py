"""``yinxin license show`` and ``list``: how licenses stand, stood, and will stand."""

import argparse
from datetime import datetime
from typing import Any

from api.commands.registry import Commands, add_command
from api.commands.times import parse_time
from api.composition import open_services
from api.console import OK, Output
from api.services import Services
from api.stock_linting import FindingWords, open_findings
from certs.civil_dates import BEIJING
from certs.licenses import License
from certs.lifecycle import as_it_stands
from certs.marking import marks_of_whole
from certs.statuses import StatusEvent, status_at

_NEWEST = 100


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of ``yinxin license``."""
    show = add_command(group, "show", _show, text="查看 · show", parents=[shared])
    show.add_argument("identifier")
    show.add_argument("--at", metavar="TIME", help="在何时的状态 how it stood then")
    show.add_argument("--known", metavar="TIME", help="截至何时所知 by what was known then")
    add_command(group, "list", _list, text="列出最近签发 · list the newest", parents=[shared])


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        now = services.clock.now()
        license = as_it_stands(work.licenses.get(options.identifier), work, now)
        events = work.licenses.events(options.identifier)
        findings = work.quality.of_license(options.identifier)
        flags = [item.receipt for item in work.corrections.flags(options.identifier)]
        told = FindingWords.of(services.catalogue)
    marks = marks_of_whole(license, now)
    known = parse_time(options.known) if options.known else now
    asked = parse_time(options.at) if options.at else now
    then = status_at(events, day=asked, known=min(known, now))
    value = license_json(license) | {
        "history": [event_json(event, number) for number, event in enumerate(events, 1)],
        "findings": [told.json(item, license.type_code) for item in findings],
        "flags": flags,
        "marks": list(marks),
    }
    lines = [
        f"{license.type_name} {license.number}",
        f"{license.holder_shown} · {license.status.zh} {license.status.value}",
        *(_line(event, number, now) for number, event in enumerate(events, 1)),
        *(told.line(item, license.type_code) for item in findings if item.is_open),
        *(f"{mark.zh} · {mark.en}" for mark in marks),
        *(f"标注：纠错办理中 {receipt} · a correction is open" for receipt in flags),
    ]
    if options.at or options.known:
        value["then"] = {
            "at": asked.isoformat(),
            "known": known.isoformat(),
            "status": then.kind.value if then else None,
        }
        words = f"{then.kind.zh} {then.kind.value}" if then else "尚无状态 · none yet"
        lines.append(
            f"{_minute(asked)} 的状态（截至 {_minute(known)} 所知）· as known then: {words}"
        )
    output.result(value, *lines)
    return OK


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        now = services.clock.now()
        found = [as_it_stands(item, work, now) for item in work.licenses.newest(_NEWEST)]
    output.result(
        [license_json(item) for item in found],
        *(f"{item.identifier}  {item.status.zh}  {item.holder_shown}" for item in found),
    )
    return OK


def _line(event: StatusEvent, number: int, now: datetime) -> str:
    day = event.effective_at.astimezone(BEIJING).date().isoformat()
    planned = "（预定 planned）" if event.effective_at > now else ""
    what = f"撤改第 {event.overturns} 项，回到" if event.overturns else ""
    return f"{number}. {day} {what}{event.kind.zh}{planned} {event.decision_no}".rstrip()


def show_issued(license: License, said: str, services: Services, output: Output) -> None:
    """Tell of a license just issued, and what lints found about it."""
    words = FindingWords.of(services.catalogue)
    found = open_findings(license, services)
    output.result(
        license_json(license)
        | {"findings": [words.brief(item, license.type_code) for item in found]},
        said,
        *(words.brief_line(item, license.type_code) for item in found),
    )


def license_json(license: License) -> dict[str, Any]:
    """Return a license for programs."""
    return {
        "identifier": license.identifier,
        "version": int(license.identifier.split(".")[-2]),
        "type": license.type_code,
        "number": license.number,
        "holder": license.holder_shown,
        "valid_from": license.valid_from.isoformat(),
        "valid_to": license.valid_to.isoformat() if license.valid_to else None,
        "status": license.status.value,
        **({"replaces": license.replaces} if license.replaces else {}),
        "files": {
            "pdf": license.files.pdf,
            **({"ofd": license.files.ofd} if license.files.ofd else {}),
            "json": license.files.record,
            "p7s": license.files.signature,
        },
    }


def event_json(event: StatusEvent, number: int = 0) -> dict[str, Any]:
    """Return an event for programs; who recorded it stays inside."""
    return {
        **({"number": number} if number else {}),
        "kind": event.kind.value,
        "effective_at": event.effective_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "decision_no": event.decision_no,
        "reason": event.reason,
        **({"overturns": event.overturns} if event.overturns else {}),
    }


def _minute(instant: datetime) -> str:
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
