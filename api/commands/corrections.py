"""``yinxin correction``: what people say is wrong, and what becomes of it."""

import argparse
import json
import secrets
from pathlib import Path
from typing import Any, Final

from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.services import Services
from certs.civil_dates import BEIJING
from certs.correction_desk import Objection, raise_correction, take_step
from certs.corrections import (
    Correction,
    CorrectionEvent,
    CorrectionKind,
    CorrectionStep,
    DayLimits,
)

_NEWEST: Final = 100
_MOST_BYTES: Final = 262_144
_STEPS: Final = tuple(step.value for step in CorrectionStep if step is not CorrectionStep.RAISED)


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "correction", text="纠错 · corrections", parents=[shared])
    raised = add_command(group, "raise", _raise, text="提出 · raise", parents=[shared])
    raised.add_argument("--kind", choices=[kind.value for kind in CorrectionKind], required=True)
    raised.add_argument("--license", default="", metavar="ID", help="证照标识, unless missing")
    raised.add_argument("--type", required=True, help="证照类型 short name or code")
    # On the command line others could read them.
    raised.add_argument("--fields", type=Path, metavar="FILE", help="建议的值，JSON {name: value}")
    raised.add_argument("--remark", default="")
    listed = add_command(group, "list", _list, text="列出 · list", parents=[shared])
    listed.add_argument("--all", action="store_true", help="含已归档 archived ones too")
    shown = add_command(group, "show", _show, text="查看 · show", parents=[shared])
    shown.add_argument("receipt")
    step = add_command(group, "step", _step, text="办理下一步 · next step", parents=[shared])
    step.add_argument("receipt")
    step.add_argument("step", choices=_STEPS)
    step.add_argument("--reason", default="")
    step.add_argument("--license", default="", metavar="ID", help="新版本 the new version")
    for parser in (raised, step):
        parser.add_argument("--operator", required=True, metavar="PERSON", help="经办人 who acts")


def _raise(options: argparse.Namespace, output: Output) -> int:
    proposed = _fields(options.fields) if options.fields else {}
    with open_services(options.home) as services, services.unit_of_work() as work:
        correction = raise_correction(
            _objection(options, proposed, services),
            actor=options.operator,
            request_key=f"cli:{secrets.token_hex(16)}",
            work=work,
            clock=services.clock,
        )
        work.commit()
        limits = services.correction_limits
    output.result(_json(correction, limits), f"回执编号 · receipt {correction.receipt}")
    return OK


def _objection(
    options: argparse.Namespace, proposed: dict[str, str], services: Services
) -> Objection:
    license_type = services.license_type(options.type)
    if license_type is None:
        known = ", ".join(item.short_name for item in services.catalogue)
        raise UsageError(f"没有证照类型 {options.type} · unknown type; known: {known}")
    return Objection(
        kind=CorrectionKind(options.kind),
        identifier=options.license,
        license_type=license_type,
        remark=options.remark,
        proposed=proposed,
    )


def _fields(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} 应为 JSON 对象 · not a JSON object") from error
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise UsageError(f"{path} 应为名称到文字的 JSON 对象 · not a JSON object of texts")
    return value


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        found = work.corrections.newest(_NEWEST + 1, open_only=not options.all)
        limits = services.correction_limits
    output.result(
        [_json(item, limits) for item in found[:_NEWEST]],
        *(
            f"{item.receipt}  {item.kind.zh}  {item.step.zh}{_due(item, limits)}  {item.identifier}"
            for item in found[:_NEWEST]
        ),
        *([f"仅列最近 {_NEWEST} 件 · the newest {_NEWEST}"] if len(found) > _NEWEST else []),
    )
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        found = work.corrections.get(options.receipt)
        limits = services.correction_limits
    output.result(
        _json(found, limits) | {"fields": dict(found.proposed), "remark": found.remark},
        f"{found.receipt} {found.kind.zh} {found.identifier}{_due(found, limits)}",
        *(f"{_day(event)} {event.step.zh} {event.reason}".rstrip() for event in found.events),
    )
    return OK


def _step(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        event = CorrectionEvent(
            step=CorrectionStep(options.step),
            at=services.clock.now(),
            actor=options.operator,
            reason=options.reason,
            license=options.license,
        )
        done = take_step(options.receipt, event, unit_of_work=services.unit_of_work)
        limits = services.correction_limits
    said = f"{done.receipt}: {done.step.zh} · {done.step}{_due(done, limits)}"
    output.result(_json(done, limits), said)
    return OK


def _due(item: Correction, limits: DayLimits) -> str:
    """Return until when the next step is to be taken, for people; nothing where nothing presses."""
    due = item.due_at(limits)
    return f"（限 {due.astimezone(BEIJING).date().isoformat()} 前）" if due else ""


def _json(item: Correction, limits: DayLimits) -> dict[str, Any]:
    due = item.due_at(limits)
    return {
        "receipt": item.receipt,
        "kind": item.kind.value,
        "license": item.identifier or None,
        "type": item.type_code,
        "step": item.step.value,
        "due_at": due.isoformat() if due else None,
        "outcome": item.outcome or None,
        "events": [
            {"step": event.step.value, "at": event.at.isoformat(), "reason": event.reason}
            for event in item.events
        ],
    }


def _day(event: CorrectionEvent) -> str:
    return event.at.astimezone(BEIJING).date().isoformat()
