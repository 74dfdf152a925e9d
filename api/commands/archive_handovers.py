"""``yinxin archive handover|receive``: what goes to other archives, and what comes from them."""

import argparse
from pathlib import Path
from typing import Any, Final

from api.archive_names import kept_package
from api.archive_pages import reports_page
from api.archive_views import report_lines
from api.commands.registry import Commands, add_command
from api.commands.verification import read_bounded
from api.composition import open_services
from api.console import FAILED, OK, Output
from api.errors import UsageError
from api.handing_over import confirm, hand_over
from api.receiving import Received, receive, receiving_place
from storage.handover_folder import LIST_FILE, HandoverFolder

CHECKS: Final = "checks-YJ.json"
PAGE: Final = "checks-YJ.html"
RECEIPT: Final = "receipt.json"


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of the archive."""
    handover = add_command(
        group, "handover", _handover, text="移交 · hand packages over", parents=[shared]
    )
    handover.add_argument(
        "packages", nargs="*", metavar="PACKAGE|ID", help="信息包标识，或证照、办件标识"
    )
    handover.add_argument("--out", type=Path, metavar="DIR", help="移交目录 where to")
    handover.add_argument("--to", metavar="NAME", help="接收方：地区代码或名称 who receives it")
    handover.add_argument("--by", default="cli", metavar="PERSON", help="经办人 who hands over")
    handover.add_argument(
        "--confirm",
        type=Path,
        metavar="RECEIPT",
        help="登记接收方的回执 · take the receiver's receipt back",
    )
    receiving = add_command(
        group,
        "receive",
        _receive,
        text="接收检测 · look at what was handed over",
        parents=[shared],
    )
    receiving.add_argument("folder", type=Path, metavar="DIR", help="移交目录")
    receiving.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="检测报告与回执写入何处 where report and receipt go; not into the folder itself",
    )
    receiving.add_argument(
        "--trust-list", type=Path, metavar="FILE", help="信任列表，没有实例时 without an instance"
    )
    receiving.add_argument(
        "--root", type=Path, metavar="PEM", help="签发信任列表的信任根 the root behind the list"
    )


def _handover(options: argparse.Namespace, output: Output) -> int:
    if options.confirm is not None:
        return _confirm(options, output)
    if not options.packages or options.out is None or options.to is None:
        raise UsageError("请给出信息包、--out 与 --to · give packages, --out and --to")
    with open_services(options.home) as services:
        kept = [kept_package(name, services.unit_of_work) for name in options.packages]
        done = hand_over(
            kept,
            HandoverFolder(options.out),
            services,
            receiver=options.to,
            person=options.by,
        )
    listed = done.list
    output.result(
        {
            "list": done.identity,
            "number": listed.number,
            "count": len(listed.items),
            "bytes": listed.length_bytes,
            "written": done.written,
            "packages": [item.package for item in listed.items],
            "file": str(options.out / LIST_FILE),
        },
        f"交接单据 {listed.number}：{len(listed.items)} 件，{listed.length_bytes} 字节"
        f" · packages and bytes; 本次写入 {done.written} 件 written now",
        "请将整个目录交给接收方，收到回执后执行 yinxin archive handover --confirm RECEIPT"
        " · give the whole folder to the receiver, then confirm with the receipt",
    )
    return OK


def _confirm(options: argparse.Namespace, output: Output) -> int:
    if options.packages:
        raise UsageError("--confirm 只用于回执 · --confirm goes with a receipt alone")
    with open_services(options.home) as services:
        beside = HandoverFolder(options.confirm.parent)
        kept, is_new = confirm(
            read_bounded(options.confirm), services, lists=beside.revocation_lists()
        )
    state = "已登记 confirmed" if is_new else "此前已登记 confirmed before"
    output.result(
        {"list": kept.identity, "number": kept.number, "is_new": is_new},
        f"交接单据 {kept.number}：{state}",
    )
    return OK


def _receive(options: argparse.Namespace, output: Output) -> int:
    if options.out.resolve().is_relative_to(options.folder.resolve()):
        raise UsageError("--out 不能在移交目录内 · --out must lie outside the folder")
    with receiving_place(options.home, trust_list=options.trust_list, root=options.root) as place:
        found = receive(HandoverFolder(options.folder), place)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / CHECKS).write_bytes(found.report)
    (options.out / PAGE).write_text(reports_page(found.reports), "utf-8")
    if found.receipt:
        beside = HandoverFolder(options.out)
        beside.put(RECEIPT, found.receipt)
        beside.put_revocation_lists(found.revocation_lists)
    output.result(_told(found, options.out), *_lines(found, options.out))
    return OK if found.is_good else FAILED


def _told(found: Received, out: Path) -> dict[str, Any]:
    return {
        "passed": found.is_good,
        "packages": len(found.reports) - 1,
        "failed": [item.subject for item in found.reports if item.is_blocked],
        "report": str(out / CHECKS),
        "receipt": str(out / RECEIPT) if found.receipt else "",
        "reports": [item.as_json() for item in found.reports],
    }


def _lines(found: Received, out: Path) -> list[str]:
    lines = [line for item in found.reports if item.is_blocked for line in report_lines(item)]
    lines.append(
        f"检测 {len(found.reports) - 1} 个信息包 packages looked at，报告 report: {out / PAGE}"
    )
    if found.receipt:
        lines.append(f"回执 receipt: {out / RECEIPT}，请交回移交方 · give it back to the sender")
    elif found.is_good:
        lines.append(
            "合格；没有可签回执的密钥，或不是接收方 · in order; nobody here signs a receipt"
        )
    else:
        lines.append(
            "未通过，请移交方重新移交 · not in order; ask the sender to hand it over again"
        )
    return lines
