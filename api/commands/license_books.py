"""``yinxin license reconcile``: finish what a crash left open, and compare the books."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import FAILED, OK, Output
from certs.reconciliation import reconcile
from certs.reconciliations import Reconciliation


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command to ``license``."""
    parser = add_command(
        group,
        "reconcile",
        _reconcile,
        text="完成中断的签发并对账 · finish what a crash left open, compare the books",
        parents=[shared],
    )
    parser.add_argument(
        "--operator", default="", metavar="PERSON", help="用印人 who seals; needed in production"
    )


def _reconcile(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, output.progress() as progress:
        task = progress.add_task("对账 reconciling", total=None)
        found = reconcile(
            [
                replace(desk, operator=options.operator or desk.operator)
                for desk in services.desks.values()
            ],
            unit_of_work=services.unit_of_work,
            objects=services.objects,
            on_progress=lambda done: progress.update(task, completed=done),
        )
    output.result(_json(found), *_lines(found))
    return OK if found.is_clean else FAILED


def _json(found: Reconciliation) -> dict[str, Any]:
    return {
        "clean": found.is_clean,
        "finished": list(found.finished),
        "given_up": found.given_up,
        "removed_objects": found.removed,
        "licenses": found.licenses,
        "incomplete": list(found.incomplete),
        **asdict(found.discrepancies),
    }


def _lines(found: Reconciliation) -> Iterator[str]:
    finished, wrong = len(found.finished), found.discrepancies
    yield f"补完 {finished} 件，中止 {found.given_up} 件，清除无主文件 {found.removed} 个"
    yield (
        f"{finished} finished, {found.given_up} given up, {found.removed} objects of nobody removed"
    )
    yield (
        f"核对 {found.licenses} 件 licenses compared：缺文件 lack an object "
        f"{len(found.incomplete)}，标识重复 repeated {wrong.repeated_identifiers}，无签发意图 "
        f"no intent {wrong.licenses_without_intent}，无证照 no license "
        f"{wrong.intents_without_license}，用印未记录 use unrecorded {wrong.unrecorded_uses}，"
        f"信息包未登记 package not entered {wrong.unentered_packages}"
    )
    yield from (f"缺文件 lacks an object: {identifier}" for identifier in found.incomplete)
    if found.is_clean:
        yield "账实相符 · the books agree"
    else:
        yield "账实不符，请保留现场并从备份恢复缺失文件"
        yield "the books do not agree; keep everything as it is and restore what is missing"
