"""``yinxin usage``: commit to holders' lists every night, and check that one is complete."""

import argparse
from typing import Final

from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import FAILED, INDETERMINATE, OK, Output
from certs.use_logs.counts import Completeness, check_completeness, count_uses

_CODES: Final = {
    Completeness.COMPLETE: OK,
    Completeness.WAITING: INDETERMINATE,
    Completeness.UNCOUNTED: INDETERMINATE,
    Completeness.CHANGED: FAILED,
}
_WORDS: Final = {
    Completeness.COMPLETE: "记录完整，检查点已覆盖 · complete, and under a checkpoint",
    Completeness.WAITING: "记录与承诺一致，等待检查点 · as committed; no checkpoint yet",
    Completeness.UNCOUNTED: "尚未承诺，请先运行 usage count · nothing was committed yet",
    Completeness.CHANGED: "记录与承诺不一致 · not what was committed",
}


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "usage", text="用证记录 · uses of licenses", parents=[shared])
    add_command(
        group,
        "count",
        _count,
        text="承诺各人记录条数，每晚一次 · commit to every list, nightly",
        parents=[shared],
    )
    checked = add_command(
        group, "check", _check, text="核对记录是否完整 · is a list complete?", parents=[shared]
    )
    checked.add_argument("--license", required=True, metavar="ID", help="持证主体的任一证照标识")


def _count(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        counted = count_uses(work, now=services.clock.now())
        work.commit()
    output.result({"holders": counted}, f"已承诺 {counted} 个持证主体的记录 · {counted} lists")
    return OK


def _check(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        holder_key = work.licenses.get(options.license).holder_key
        result, count = check_completeness(holder_key, work)
    facts = {
        "result": result.value,
        "uses": count.uses if count else 0,
        "through": count.through if count else 0,
        "entry": count.subject if count else "",
    }
    output.result(facts, _WORDS[result])
    return _CODES[result]
