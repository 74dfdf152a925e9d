"""``yinxin archive scrub|appraise|hold|release|dispose``: keeping what is archived."""

import argparse
from dataclasses import asdict
from datetime import datetime
from typing import Any

from api.archive_names import named_holding
from api.archive_rooms import archive_room
from api.commands import archive_evidence
from api.commands.registry import Commands, add_command, bytes_a_second
from api.console import FAILED, OK, Output
from api.errors import UsageError
from certs.civil_dates import day_of
from certs.keeping.disposals import Disposal
from certs.keeping.retention import RetentionClass
from storage.scrubbing import Pace, ScrubReport


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of the archive."""
    scrub = add_command(group, "scrub", _scrub, text="巡检 · read all again", parents=[shared])
    scrub.add_argument(
        "--rate", type=bytes_a_second, metavar="MB/S", help="每秒兆字节 megabytes a second"
    )
    appraise = add_command(
        group, "appraise", _appraise, text="鉴定保管期限 · set the retention", parents=[shared]
    )
    appraise.add_argument("packages", nargs="+", metavar="PACKAGE|ID")
    appraise.add_argument(
        "--retention", required=True, choices=[item.value for item in RetentionClass]
    )
    hold = add_command(group, "hold", _hold, text="法律保留 · legal hold", parents=[shared])
    hold.add_argument("package")
    hold.add_argument("--authority", required=True, help="机关 who wants it kept")
    release = add_command(
        group, "release", _release, text="解除保留 · lift a hold", parents=[shared]
    )
    release.add_argument("package")
    release.add_argument("number", type=int, help="保留编号 number of the hold")
    dispose = add_command(
        group,
        "dispose",
        _dispose,
        text="销毁：一人提出，另一人批准 · one proposes, another approves",
        parents=[shared],
    )
    dispose.add_argument("package")
    dispose.add_argument("--approve", action="store_true", help="批准 approve what was proposed")
    dispose.add_argument("--reason", default="", help="理由 why")
    dispose.add_argument("--document-no", default="", help="文号")
    for parser in (appraise, hold, release):
        parser.add_argument("--document-no", required=True, help="文号")
    for parser in (appraise, hold, release, dispose):
        parser.add_argument("--by", required=True, metavar="PERSON", help="经办人 who acts")
    archive_evidence.register(group, shared)


def _scrub(options: argparse.Namespace, output: Output) -> int:
    pace = Pace(options.rate) if options.rate else Pace()
    with archive_room(options.home) as room:
        report = room.scrubber(pace).run()
        # What an earlier process could not bind is bound, now that it is whole.
        settled = room.keeper.settle()
    output.result(_report(report) | {"settled": settled}, *_told(report))
    return OK if report.scrub.is_clean else FAILED


def _report(report: ScrubReport) -> dict[str, Any]:
    figures = asdict(report.scrub)
    for name in ("started_at", "finished_at"):
        figures[name] = _text(figures[name])
    return figures | {"lost_packages": report.lost, "extra_objects": report.extra}


def _told(report: ScrubReport) -> list[str]:
    scrub = report.scrub
    return [
        f"已读 {scrub.packages} 个档案包，{scrub.read_bytes} 字节 · packages and bytes read",
        f"损坏 damaged {scrub.damaged}，缺失 missing {scrub.missing}",
        f"修复 repaired {scrub.repaired}，无完好副本 lost {scrub.lost}，无登记 extra {scrub.extra}",
        *(f"无完好副本，请从备份恢复 · lost, restore it from a backup: {it}" for it in report.lost),
        *(
            f"无登记，请查明来源 · no row knows it, find out whose it is: {it}"
            for it in report.extra
        ),
    ]


def _appraise(options: argparse.Namespace, output: Output) -> int:
    with archive_room(options.home) as room:
        named = [named_holding(name, room.unit_of_work) for name in options.packages]
        kept = [
            room.keeper.appraise(
                item.object,
                RetentionClass(options.retention),
                appraiser=options.by,
                document_no=options.document_no,
            )
            for item in named
        ]
    output.result(
        [
            {
                "package": name.shown,
                "retention": options.retention,
                "keep_until": _text(item.keep_until),
            }
            for name, item in zip(named, kept, strict=True)
        ],
        *(
            f"{name.shown[:16]}… {_period(options.retention, item.keep_until)}"
            for name, item in zip(named, kept, strict=True)
        ),
    )
    return OK


def _period(retention: str, until: datetime | None) -> str:
    end = "" if until is None else f"，至 until {day_of(until).isoformat()}"
    return f"{RetentionClass(retention).zh}{end}"


def _hold(options: argparse.Namespace, output: Output) -> int:
    with archive_room(options.home) as room:
        named = named_holding(options.package, room.unit_of_work)
        placed = room.keeper.hold(
            named.object,
            authority=options.authority,
            document_no=options.document_no,
            person=options.by,
        )
    output.result(
        {"package": named.shown, "number": placed.number},
        f"已保留，编号 {placed.number} · held under number {placed.number}",
    )
    return OK


def _release(options: argparse.Namespace, output: Output) -> int:
    with archive_room(options.home) as room:
        named = named_holding(options.package, room.unit_of_work)
        lying = room.keeper.release(
            named.object, options.number, document_no=options.document_no, person=options.by
        )
    numbers = [hold.number for hold in lying]
    rest = f"，仍有 still held under {numbers}" if numbers else ""
    output.result({"package": named.shown, "still_held": numbers}, f"已解除 · released{rest}")
    return OK


def _dispose(options: argparse.Namespace, output: Output) -> int:
    if options.approve and (options.reason or options.document_no):
        raise UsageError("理由与文号在提出时写明 · reason and number come with the proposal")
    with archive_room(options.home) as room:
        named = named_holding(options.package, room.unit_of_work)
        if options.approve:
            disposal = room.keeper.dispose(named.object, approver=options.by)
            output.result(
                _line(disposal) | {"package": named.shown},
                f"已销毁并列入销毁清册 · destroyed: {named.shown}",
            )
            return OK
        room.keeper.propose_disposal(
            named.object,
            proposer=options.by,
            document_no=options.document_no,
            reason=options.reason,
        )
    output.result(
        {"package": named.shown, "proposed": True},
        "已提出，须由另一人以 --approve 批准 · proposed; another person approves with --approve",
    )
    return OK


def _line(disposal: Disposal) -> dict[str, Any]:
    return {
        name: _text(value) if isinstance(value, datetime) else value
        for name, value in asdict(disposal).items()
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
