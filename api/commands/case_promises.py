"""``yinxin case declare|due|follow-up|breaches``: declarations, and what decisions left open."""

import argparse
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from api.commands.registry import Commands, add_command, number_of_days
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from certs.civil_dates import day_of
from verify.acceptance.promises.declarations import Signature, SignatureKind
from verify.acceptance.promises.desk import MAX_EVIDENCE
from verify.acceptance.promises.records import BY_SYSTEM, Promise, StepKind
from verify.acceptance.records import Applicant

_BY_HAND = tuple(kind for kind in StepKind if kind not in BY_SYSTEM)


def register(group: Commands, parents: Sequence[argparse.ArgumentParser]) -> None:
    """Join ``yinxin case``."""
    declare = add_command(
        group, "declare", _declare, text="告知承诺书 · a declaration", parents=parents
    )
    declare.add_argument("case")
    declare.add_argument("material")
    declare.add_argument(
        "--signed", type=Path, metavar="FILE", help="已签署的扫描件；缺省只显示全文 · the scan"
    )
    declare.add_argument("--operator", default="", help="收存承诺书的人员 · who takes it in")
    due = add_command(group, "due", _due, text="到期的承诺与容缺 · what is due", parents=parents)
    due.add_argument("--days", type=number_of_days, default=7, help="今后几天内 · within days")
    follow = add_command(
        group, "follow-up", _follow_up, text="跟踪核查 · how it was found", parents=parents
    )
    follow.add_argument("case")
    follow.add_argument("material")
    follow.add_argument("--result", required=True, type=StepKind, choices=_BY_HAND)
    follow.add_argument("--operator", required=True)
    follow.add_argument("--approver")
    follow.add_argument("--note")
    breaches = add_command(
        group,
        "breaches",
        _breaches,
        text="导出失信记录，供信用平台 · breaches, for the credit platform",
        parents=parents,
    )
    breaches.add_argument("out", type=Path, metavar="OUT.jsonl")


def _declare(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        wording = services.promises.wording(options.case, options.material)
        if options.signed is None:
            output.result(
                {"version": wording.version, "text": wording.text, "digest": wording.digest},
                wording.text,
                "请申请人签署后，以 --signed 提交扫描件 · have it signed, then give --signed",
            )
            return OK
        signature = Signature(
            digest=wording.digest,
            kind=SignatureKind.HANDWRITTEN,
            evidence=_scan(options.signed),
        )
        kept = services.promises.declare(
            options.case, options.material, signature, operator=options.operator
        )
    output.result(
        {"case": kept.case_id, "material": kept.material, "evidence": kept.evidence},
        f"已记录承诺书 · recorded: {kept.material}",
    )
    return OK


def _scan(path: Path) -> bytes:
    if not path.is_file() or path.stat().st_size > MAX_EVIDENCE:
        raise UsageError(f"没有文件，或者超过 {MAX_EVIDENCE} 字节 · no file, or too large: {path}")
    return path.read_bytes()


def _due(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        day = day_of(services.clock.now()) + timedelta(days=options.days)
        found = services.promises.due(day)
    output.result(
        [_promise_json(promise) for promise in found],
        *(
            f"{promise.case_id} {promise.material}　{promise.kind}　{promise.due_on or '—'}"
            for promise in found
        ),
        f"{len(found)} 项未了结 open",
    )
    return OK


def _follow_up(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        promise = services.promises.follow_up(
            options.case,
            options.material,
            options.result,
            operator=options.operator,
            approver=options.approver,
            note=options.note,
        )
    output.result(_promise_json(promise), f"已记录 · recorded: {options.result}")
    return OK


def _breaches(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        found = services.promises.breaches()
    lines = [json.dumps(_breach_json(*item), ensure_ascii=False) + "\n" for item in found]
    options.out.write_text("".join(lines), "utf-8")
    output.result(
        {"breaches": len(found), "file": str(options.out)},
        f"{len(found)} 条失信记录 breaches → {options.out}（个人信息 personal data）",
    )
    return OK


def _promise_json(promise: Promise) -> dict[str, Any]:
    return {
        "case": promise.case_id,
        "material": promise.material,
        "kind": promise.kind.value,
        "made_at": promise.made_at.isoformat(),
        "due_on": promise.due_on.isoformat() if promise.due_on else None,
        "is_open": promise.is_open,
        "steps": [step.kind.value for step in promise.steps],
    }


def _breach_json(applicant: Applicant, promise: Promise) -> dict[str, Any]:
    breach = next(step for step in promise.steps if step.kind is StepKind.BREACHED)
    repaired = [step.at for step in promise.steps if step.kind is StepKind.REPAIRED]
    return {
        "schema": "yinxin.breach/1",
        **applicant.as_json(),
        "case": promise.case_id,
        "material": promise.material,
        "kind": promise.kind.value,
        "breached_at": breach.at.isoformat(),
        "note": breach.note,
        "repaired_at": repaired[-1].isoformat() if repaired else None,
    }
