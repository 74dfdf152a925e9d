"""``yinxin ledger``: publish, ask for witnesses, prove."""

import argparse
from itertools import islice
from pathlib import Path
from typing import Any, Final

from api.commands import ledger_proofs
from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.ledger_office import LedgerOffice
from api.services import Services
from certs.ledger.auditing import AuditFinding, AuditProblem, LedgerAudit
from certs.ledger.entries import LedgerName
from certs.ledger.ports import LedgerHead
from certs.ledger.proving import proofs_about
from signing.errors import MalformedStructureError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import parse_note

_MOST_FINDINGS: Final = 10_000
_WORDS: Final = {
    AuditProblem.TILES_CHANGED: ("账本文件被改动", "the published files were changed"),
    AuditProblem.LOG_REWRITTEN: ("账本不是所留检查点的延续", "not what the kept checkpoint began"),
    AuditProblem.ENTRY_CHANGED: ("数据库中的条目被改动", "the entry was changed in the database"),
    AuditProblem.ENTRY_REMOVED: ("数据库中的条目被删除", "the entry was removed from the database"),
    AuditProblem.ENTRY_BACK_DATED: ("条目时间早于其先后", "older than what stands before it"),
    AuditProblem.LICENSE_CHANGED: ("证照文件与账本不符", "other files than the log says"),
    AuditProblem.LICENSE_REMOVED: ("证照被删除", "the license was removed"),
    AuditProblem.LICENSE_UNLOGGED: ("证照未经账本", "the license never went through the log"),
    AuditProblem.EVENT_UNLOGGED: ("状态变更未经账本", "a change never went through the log"),
}


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
    audit = add_command(
        group, "audit", _audit, text="账本审计 · register against the log", parents=[shared]
    )
    audit.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="此前留存的检查点 an earlier one, kept"
    )


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


def _audit(options: argparse.Namespace, output: Output) -> int:
    held = _held(options.checkpoint) if options.checkpoint is not None else None
    with open_services(options.home) as services, output.progress() as progress:
        task = progress.add_task("审计 auditing", total=None)
        audit = LedgerAudit(
            unit_of_work=services.unit_of_work,
            shelf=services.ledger.shelf,
            on_progress=lambda done: progress.update(task, completed=done),
        )
        findings = list(islice(audit.run(held=held), _MOST_FINDINGS))
    output.result(
        [
            {"problem": item.problem.value, "position": item.position, "subject": item.subject}
            for item in findings
        ],
        *(_finding_line(item) for item in findings),
        *([] if findings else ["登记簿与账本一致 · register and log agree"]),
    )
    return FAILED if findings else OK


def _held(path: Path) -> Checkpoint:
    """Read a checkpoint that the auditor kept; the signatures on it are the auditor's business."""
    try:
        return Checkpoint.parse(parse_note(path.read_text("utf-8")).text)
    except (UnicodeDecodeError, MalformedStructureError) as error:
        raise UsageError(f"{path} 不是检查点 · not a checkpoint") from error


def _finding_line(item: AuditFinding) -> str:
    zh, en = _WORDS[item.problem]
    where = "" if item.position is None else f"第 {item.position} 条 entry {item.position} "
    return f"{where}{item.subject} {zh} · {en}".strip()
