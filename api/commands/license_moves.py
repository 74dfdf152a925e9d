"""``yinxin license suspend``, ``revoke``, ``reverse`` …: changes of legal status."""

import argparse
from dataclasses import dataclass
from typing import Final

from api.commands.license_views import event_json
from api.commands.registry import Commands, add_command
from api.commands.times import parse_time
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.status_changes import CALLED_OFF, REVERSED, change
from certs.masking import redact
from certs.statuses import StatusEvent, StatusKind


@dataclass(frozen=True, slots=True)
class _Move:
    """One command: the kinds of change it may make, the first unless told otherwise."""

    name: str
    kinds: tuple[str, ...]
    text: str


_MOVES: Final = (
    _Move("activate", (StatusKind.ACTIVE,), "激活 · activate a pending license"),
    _Move("suspend", (StatusKind.SUSPENDED,), "暂扣 · suspend"),
    _Move("resume", (StatusKind.ACTIVE,), "发还 · give back a suspended license"),
    _Move(
        "revoke",
        (StatusKind.REVOKED, StatusKind.RESCINDED, StatusKind.WITHDRAWN),
        "吊销、撤销或撤回 · end a license by decision",
    ),
    _Move("cancel", (StatusKind.CANCELLED,), "注销 · strike off the register"),
    _Move("void", (StatusKind.VOID,), "作废 · declare void"),
    _Move("transfer", (StatusKind.TRANSFERRED,), "转出 · hand over to another issuer"),
    _Move("reverse", (REVERSED,), "撤改（复议、判决）· overturn a decision of the history"),
    _Move("call-off", (CALLED_OFF,), "取消预定的变更 · call off a change before its time"),
)


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of ``yinxin license``."""
    for move in _MOVES:
        parser = add_command(group, move.name, _change, text=move.text, parents=[shared])
        parser.add_argument("identifier")
        parser.add_argument("--kind", choices=move.kinds, default=move.kinds[0])
        if move.name != "call-off":
            parser.add_argument(
                "--effective", metavar="TIME", help="生效时间，可早可晚 default now"
            )
        if move.kinds[0] in {REVERSED, CALLED_OFF}:
            parser.add_argument(
                "--event", type=int, required=True, metavar="N", help="第几项 see license show"
            )
        if move.kinds[0] == REVERSED:
            parser.add_argument("--approver", required=True, help="批准人, not the operator")
        parser.add_argument("--decision-no", required=True, help="文书号")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--operator", default="cli", metavar="PERSON", help="经办人")


def _change(options: argparse.Namespace, output: Output) -> int:
    if any(redact(text) != text for text in (options.reason, options.decision_no)):
        raise UsageError(
            "理由和文书号会公开，不得含公民身份号码 · published with the status: no citizen numbers"
        )
    kind: str = options.kind
    effective = getattr(options, "effective", None)
    with open_services(options.home) as services:
        now = services.clock.now()
        event = StatusEvent(
            kind=StatusKind.ACTIVE if kind in {REVERSED, CALLED_OFF} else StatusKind(kind),
            effective_at=parse_time(effective) if effective else now,
            recorded_at=now,
            reason=options.reason,
            decision_no=options.decision_no,
            actor=options.operator,
            approver=getattr(options, "approver", ""),
            overturns=getattr(options, "event", 0),
        )
        done = change(options.identifier, event, kind=kind, services=services)
    words = "预定" if done.effective_at > now else "已"
    output.result(
        event_json(done), f"{words}{done.kind.zh} · {done.kind.value}: {options.identifier}"
    )
    return OK
