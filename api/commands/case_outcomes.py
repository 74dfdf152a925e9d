"""``yinxin case approve`` and ``reject``: what becomes of a case."""

import argparse

from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output
from verify.outcomes.desk import OutcomeRequest
from verify.outcomes.records import OutcomeKind


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of cases."""
    approve = add_command(group, "approve", _approve, text="准予 · approve", parents=[shared])
    approve.add_argument("case")
    approve.add_argument("--approver", required=True, help="审批人工号")
    approve.add_argument(
        "--given",
        action="append",
        default=[],
        type=_field,
        metavar="FIELD=VALUE",
        help="结果证照中由审批人填写的字段，可重复 · fields left to the approver, may be repeated",
    )
    reject = add_command(group, "reject", _reject, text="不予 · reject", parents=[shared])
    reject.add_argument("case")
    reject.add_argument("--approver", required=True, help="审批人工号")
    reject.add_argument("--note", required=True, help="理由 · why")


def _field(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not (name and separator and value):
        raise argparse.ArgumentTypeError("FIELD=VALUE")
    return name, value


def _approve(options: argparse.Namespace, output: Output) -> int:
    request = OutcomeRequest(
        kind=OutcomeKind.APPROVE, approver=options.approver, given=dict(options.given)
    )
    return _settle(options, request, output)


def _reject(options: argparse.Namespace, output: Output) -> int:
    request = OutcomeRequest(kind=OutcomeKind.REJECT, approver=options.approver, note=options.note)
    return _settle(options, request, output)


def _settle(options: argparse.Namespace, request: OutcomeRequest, output: Output) -> int:
    with open_services(options.home) as services:
        settled, license = services.outcomes.settle(options.case, request)
    lines = [f"办件 {options.case}：{_WORDS[settled.outcome.kind]}"]
    if license is not None:
        lines.append(f"结果证照 result license：{license}")
    output.result(
        {"case": options.case, "outcome": settled.outcome.kind.value, "license": license}, *lines
    )
    return OK


_WORDS = {OutcomeKind.APPROVE: "准予 · approved", OutcomeKind.REJECT: "不予 · rejected"}
