"""``yinxin license lint``: look over the stock for what is wrong with data and files."""

import argparse
from collections import Counter
from typing import Final

from api.commands.registry import Commands, add_command
from api.commands.times import parse_time
from api.commands.type_names import type_code
from api.composition import open_services
from api.console import OK, Output
from api.quality_reports import run_json
from api.services import Services
from api.stock_linting import FindingWords, stock_desk
from certs.lints.runs import StockScope
from certs.lints.stock import lint_stock

_NEXT: Final = "逐件清单 · license by license: yinxin report findings"


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of ``yinxin license``."""
    parser = add_command(
        group, "lint", _lint, text="检查存量质量 · look over the stock", parents=[shared]
    )
    parser.add_argument("--type", default="", metavar="T", help="证照类型 short name or code")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="含已失效的 those that have ended too")
    which.add_argument("--since", metavar="TIME", help="此后签章的 sealed since then")
    parser.add_argument(
        "--quick", action="store_true", help="不打开核验文件 leave the files unopened"
    )


def _lint(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        words = FindingWords.of(services.catalogue)
        scope = _scope(options, services)
        with output.progress() as progress:
            task = progress.add_task("检查 · licenses", total=None)
            run = lint_stock(
                scope,
                stock_desk(services),
                on_progress=lambda run: progress.update(task, completed=run.licenses),
            )
        with services.unit_of_work() as work:
            figures = work.quality.figures(at=services.clock.now(), before=None)
    counts: Counter[str] = Counter()
    for (owner, lint), count in figures.by_lint.items():
        if scope.type_code in {"", owner.type_code}:
            counts[lint] += count
    output.result(
        run_json(run) | {"open": dict(counts.most_common())},
        f"检查 {run.licenses} 件，发现 {run.found} 处"
        f" · {run.licenses} licenses, {run.found} findings",
        *(f"{count:>8}  {words.heading(name)}" for name, count in counts.most_common()),
        *([_NEXT] if counts else []),
    )
    return OK


def _scope(options: argparse.Namespace, services: Services) -> StockScope:
    return StockScope(
        type_code=type_code(options.type, services),
        since=parse_time(options.since) if options.since else None,
        has_ended=options.all,
        opens_files=not options.quick,
    )
