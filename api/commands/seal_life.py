"""``yinxin seal enable|suspend|resume|revoke|destroy|status|uses|succession``."""

import argparse
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from api.commands.registry import Commands, add_command, add_group
from api.commands.times import parse_time
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.seal_people import add_people, answerable
from api.seal_register import open_register
from api.settings import Settings
from certs.civil_dates import BEIJING
from certs.identifiers import SocialCreditCode
from certs.seals.events import NEED_APPROVER, SealEvent, SealMove, SealState, begins
from certs.seals.lifecycle import move_seal, record_succession, seal_status
from certs.seals.succession import IssuerSuccession
from certs.seals.uses import SealUse

_MOVES: Final = {
    "enable": SealMove.ENABLED,
    "suspend": SealMove.SUSPENDED,
    "resume": SealMove.RESUMED,
    "revoke": SealMove.REVOKED,
    "destroy": SealMove.DESTROYED,
}
_NEED_REASON: Final = NEED_APPROVER | {SealMove.SUSPENDED}
_MOST_USES: Final = 10_000


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command ``seal``."""
    for name, move in _MOVES.items():
        parser = add_command(
            group, name, partial(_move, move), text=f"{move.zh} · {name}", parents=[shared]
        )
        parser.add_argument("code")
        if not move.brings_into_use:
            parser.add_argument("--effective", metavar="TIME", help="生效时间, default now")
        add_people(parser)
    status = add_command(
        group, "status", _status, text="某一时刻的状态 · status at a time", parents=[shared]
    )
    status.add_argument("code")
    status.add_argument("--at", metavar="TIME", help="所问时刻, default now")
    status.add_argument("--known", metavar="TIME", help="截至何时所知, default now")
    uses = add_command(group, "uses", _uses, text="用印记录 · who used it", parents=[shared])
    uses.add_argument("code")
    uses.add_argument("--limit", type=int, default=100)
    succession = add_group(
        group, "succession", text="机构沿革 · succession of issuers", parents=[shared]
    )
    record = add_command(succession, "record", _succeed, text="登记 · record one", parents=[shared])
    for side in ("former", "successor"):
        record.add_argument(f"--{side}-code", required=True, metavar="USCC")
        record.add_argument(f"--{side}-name", required=True, metavar="NAME")
    record.add_argument("--effective", required=True, metavar="TIME")
    add_people(record)
    add_command(succession, "list", _successions, text="列出 · list", parents=[shared])


def _move(move: SealMove, options: argparse.Namespace, output: Output) -> int:
    now = datetime.now(UTC)
    by = answerable(
        options,
        Settings.read(options.home).environment,
        is_approved=move.needs_approver,
        has_reason=move in _NEED_REASON,
    )
    told = getattr(options, "effective", None)
    event = SealEvent(
        move=move,
        effective_at=parse_time(told) if told else begins(move, now),
        recorded_at=now,
        operator=by.operator,
        reason=by.reason,
        document_no=by.document_no,
        approval=by.approval,
    )
    with open_register(options.home) as unit_of_work:
        move_seal(options.code, event, unit_of_work=unit_of_work)
    output.result(
        {"code": options.code, **event_json(event)},
        f"印章 {options.code} {move.state.zh} · {move.state}",
    )
    return OK


def _status(options: argparse.Namespace, output: Output) -> int:
    """Exit code 0 where the seal was enabled, 1 where not, 2 where it was not made yet."""
    now = datetime.now(UTC)
    at = parse_time(options.at) if options.at else now
    known = parse_time(options.known) if options.known else now
    if at > now:
        raise UsageError("不能询问将来的状态 · nobody can tell the future")
    with open_register(options.home) as unit_of_work:
        seal, event = seal_status(options.code, at=at, known=known, unit_of_work=unit_of_work)
    value = {
        "code": seal.code,
        "name": seal.name,
        "at": at.isoformat(),
        "known": known.isoformat(),
        "state": event.move.state.value if event else None,
        "since": event.effective_at.isoformat() if event else None,
        "reason": event.reason if event else "",
        "decision_no": event.document_no if event else "",
    }
    if event is None:
        output.result(value, f"{seal.code} 当时尚未制作 · not made yet")
        return INDETERMINATE
    output.result(value, f"{seal.code} {event.move.state.zh} · {event_line(event)}")
    return OK if event.move.state is SealState.ENABLED else FAILED


def _uses(options: argparse.Namespace, output: Output) -> int:
    limit = min(max(options.limit, 1), _MOST_USES)
    with open_register(options.home) as unit_of_work, unit_of_work() as work:
        work.seals.get(options.code)
        found = work.seals.uses(options.code, limit=limit)
    output.result(
        [{"number": number, **use_json(use)} for number, use in found],
        *(
            f"{_minute(use.used_at)}  {use.operator}  {use.purpose}  {use.license or use.digest}"
            for _, use in found
        ),
    )
    return OK


def _succeed(options: argparse.Namespace, output: Output) -> int:
    by = answerable(
        options, Settings.read(options.home).environment, is_approved=True, has_reason=False
    )
    if by.approval is None:
        raise UsageError("还须给出 --approver · also needed: --approver")
    succession = IssuerSuccession(
        former_code=SocialCreditCode(options.former_code),
        former_name=options.former_name,
        successor_code=SocialCreditCode(options.successor_code),
        successor_name=options.successor_name,
        effective_at=parse_time(options.effective),
        recorded_at=datetime.now(UTC),
        operator=by.operator,
        document_no=by.document_no,
        approval=by.approval,
    )
    with open_register(options.home) as unit_of_work:
        record_succession(succession, unit_of_work=unit_of_work)
    output.result(_succession_json(succession), _succession_line(succession))
    return OK


def _successions(options: argparse.Namespace, output: Output) -> int:
    with open_register(options.home) as unit_of_work, unit_of_work() as work:
        found = work.seals.successions()
    output.result(
        [_succession_json(item) for item in found], *(_succession_line(item) for item in found)
    )
    return OK


def event_json(event: SealEvent) -> dict[str, Any]:
    """Return an event for programs."""
    return {
        "kind": event.move.value,
        "state": event.move.state.value,
        "effective_at": event.effective_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "operator": event.operator,
        "approver": event.approval.approver if event.approval else None,
        "decision_no": event.document_no,
        "approval_digest": event.approval.digest if event.approval else "",
        "reason": event.reason,
    }


def event_line(event: SealEvent) -> str:
    """Return an event for people."""
    approved = f"，{event.approval.approver} 批准" if event.approval else ""
    return (
        f"{_minute(event.effective_at)} {event.move.zh}（{event.operator}{approved}）"
        f"{event.document_no} {event.reason}".rstrip()
    )


def use_json(use: SealUse) -> dict[str, str]:
    """Return a use for programs."""
    return {
        "at": use.used_at.isoformat(),
        "operator": use.operator,
        "purpose": use.purpose,
        "digest": use.digest,
        "digest_of": use.digest_of.value,
        "license": use.license,
    }


def _succession_json(item: IssuerSuccession) -> dict[str, str]:
    return {
        "former_code": str(item.former_code),
        "former_name": item.former_name,
        "successor_code": str(item.successor_code),
        "successor_name": item.successor_name,
        "effective_at": item.effective_at.isoformat(),
        "decision_no": item.document_no,
        "operator": item.operator,
        "approver": item.approval.approver,
    }


def _succession_line(item: IssuerSuccession) -> str:
    return (
        f"{_minute(item.effective_at)} {item.former_name}（{item.former_code}）→ "
        f"{item.successor_name}（{item.successor_code}）{item.document_no}"
    )


def _minute(instant: datetime) -> str:
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
