"""``yinxin license marks``: look for the marks of licenses that older releases made."""

import argparse
from dataclasses import asdict

from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import FAILED, OK, Output
from certs.mark_keeping import find_marks


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command to ``license``."""
    add_command(
        group,
        "marks",
        _find,
        text="补查旧版本证照的标记，可中断后继续 · look for marks of licenses of older releases",
        parents=[shared],
    )


def _find(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, output.progress() as progress:
        with services.unit_of_work() as work:
            work.only_read()
            total = work.marks.count_unknown()
        task = progress.add_task("补查标记 marks", total=total)
        found = find_marks(
            catalogue=services.catalogue,
            objects=services.objects,
            unit_of_work=services.unit_of_work,
            on_progress=lambda done: progress.update(task, completed=done),
        )
    output.result(
        asdict(found),
        f"已补查 {found.licenses} 件：未满十四周岁 {found.children} 件，"
        f"含商业秘密 {found.secret} 件，无法读取 {found.unreadable} 件",
        f"{found.licenses} licenses: {found.children} about children, {found.secret} with "
        f"secrets, {found.unreadable} could not be read",
    )
    return FAILED if found.unreadable else OK
