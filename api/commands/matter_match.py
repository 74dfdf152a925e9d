"""``yinxin matter match``: whom a benefit is for (免申即享), found in the own register."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from certs.type_folders import shipped_types
from verify.benefits.matching import BenefitMatcher
from verify.benefits.policies import load_policy
from verify.errors import MalformedRegisterError


def register(group: Commands, parents: Sequence[argparse.ArgumentParser]) -> None:
    """Join ``yinxin matter``."""
    match = add_command(
        group, "match", _match, text="免申即享匹配 · whom a benefit is for", parents=parents
    )
    match.add_argument("policy", type=Path, metavar="POLICY.toml")
    match.add_argument("out", type=Path, metavar="OUT.txt", help="证照标识，每行一个 · one a line")


def _match(options: argparse.Namespace, output: Output) -> int:
    if not options.policy.is_file():
        raise UsageError(f"没有文件 {options.policy} · no such file")
    with open_services(options.home) as services:
        try:
            policy = load_policy(options.policy, types=(*shipped_types(), *services.catalogue))
        except MalformedRegisterError as error:
            raise UsageError(f"政策文件有误 · not a policy: {error}") from error
        if policy.matter not in services.matters.codes():
            raise UsageError(f"没有事项 {policy.matter[:60]} · no such matter")
        matcher = BenefitMatcher(
            unit_of_work=services.unit_of_work,
            objects=services.objects,
            catalogue=services.catalogue,
            clock=services.clock,
        )
        found = 0
        with options.out.open("w", encoding="utf-8") as file:
            for identifier in matcher.matching(policy):
                file.write(f"{identifier}\n")
                found += 1
    output.result(
        {"matter": policy.matter, "found": found},
        f"{policy.name_zh}：{found} 件证照符合 licenses fit，{options.out}",
    )
    return OK
