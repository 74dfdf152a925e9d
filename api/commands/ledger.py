"""``yinxin ledger``: publish, ask for witnesses, prove."""

import argparse
from pathlib import Path
from typing import Any

from api.commands import ledger_audits, ledger_proofs
from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import INDETERMINATE, OK, Output
from api.errors import UsageError
from api.ledger_office import LedgerOffice
from api.services import Services
from certs.ledger.entries import LedgerName
from certs.ledger.ports import LedgerHead
from certs.ledger.proving import proofs_about


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "ledger", text="账本 · the ledger", parents=[shared])
    add_command(
        group, "checkpoint", _checkpoint, text="发布检查点 · publish what is new", parents=[shared]
    )
    add_command(
        group, "witness", _witness, text="请其他地区见证 · ask for witnesses", parents=[shared]
    )
    prove = add_command(
        group, "prove", _prove, text="出具账本证明 · prove what is there", parents=[shared]
    )
    prove.add_argument("subject", metavar="IDENTIFIER", help="证照标识 or package id")
    prove.add_argument("--log", type=LedgerName, choices=list(LedgerName), default=LedgerName.ISSUE)
    prove.add_argument("--entry", type=int, default=0, metavar="N", help="第几条 from 0")
    prove.add_argument("--out", type=Path, metavar="FILE", help="默认输出到屏幕 else printed")
    ledger_proofs.register(group, shared)
    ledger_audits.register(group, shared)


def _checkpoint(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        _publish(services)
        heads = _heads(services)
    _show(heads, output)
    return OK


def _witness(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        _publish(services)
        if services.ledger.round is not None:
            services.ledger.round.ask()
        heads = _heads(services)
    _show(heads, output)
    return OK if all(head.seen_at is not None for head in heads) else INDETERMINATE


def _publish(services: Services) -> None:
    if services.ledger.publisher is None:
        raise UsageError("本实例没有账本密钥 · this instance has no key for a ledger")
    services.ledger.publisher.publish()


def _heads(services: Services) -> list[LedgerHead]:
    with services.unit_of_work() as work:
        found = [work.ledger.head(log) for log in LedgerName]
    return [head for head in found if head is not None]


def _show(heads: list[LedgerHead], output: Output) -> None:
    output.result(
        [_head_json(head) for head in heads],
        *(_head_line(head) for head in heads),
        *([] if heads else ["账本还没有条目 · the ledger has no entry yet"]),
    )


def _head_json(head: LedgerHead) -> dict[str, Any]:
    return {
        "log": head.log.value,
        "size": head.size,
        "signed_at": head.signed_at.isoformat(),
        "seen_at": head.seen_at.isoformat() if head.seen_at is not None else None,
        "checkpoint": head.note,
    }


def _head_line(head: LedgerHead) -> str:
    seen = "尚无见证 not witnessed yet" if head.seen_at is None else f"见证 seen {head.seen_at}"
    return f"{head.log}：{head.size:,} 条 entries · 签于 signed {head.signed_at} · {seen}"


def _prove(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        office: LedgerOffice = services.ledger
        if office.publisher is not None:
            office.publisher.publish()
        proofs = proofs_about(
            options.subject,
            options.log,
            unit_of_work=services.unit_of_work,
            shelf=office.shelf,
        )
    if not 0 <= options.entry < len(proofs):
        raise UsageError(
            f"账本中没有 {options.subject} 的第 {options.entry} 条 · no such entry in the ledger"
        )
    text = proofs[options.entry].encode()
    if options.out is not None:
        options.out.write_text(text, "utf-8")
        output.result({"file": str(options.out)}, f"已写入 written: {options.out}")
    else:
        output.result({"proof": text}, text.removesuffix("\n"))
    return OK
