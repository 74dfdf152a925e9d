"""``yinxin case hand-over`` and its like: cases that go to another region, and come from one."""

import argparse
from collections.abc import Iterator

from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import INDETERMINATE, OK, Output
from api.schemas.transfers import (
    HandedOverOut,
    OpenedTransferOut,
    ReceivedTransferOut,
    SentTransferOut,
)
from api.transferring import HandedOver
from verify.outcomes.records import OutcomeKind
from verify.transfers.returns import ReturnedOutcome

_OUTCOMES = {OutcomeKind.APPROVE: "准予 · approved", OutcomeKind.REJECT: "不予 · rejected"}
_NOT_YET = "办理结果尚未传回，办结后自动传回 · the outcome comes back by itself once it is settled"
_SILENT = "对方没有应答，请再次运行同一命令，发送的是同一份 · no answer; run the same again"


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of cases."""
    hand = add_command(group, "hand-over", _hand_over, text="移交 · hand over", parents=[shared])
    hand.add_argument("case")
    hand.add_argument("--region", required=True, metavar="CODE", help="办理地区的行政区划代码")
    hand.add_argument("--operator", required=True, help="受理人员工号")
    show = add_command(group, "handed-over", _show, text="移交后的结果 · outcome", parents=[shared])
    show.add_argument("case")
    add_command(group, "arrivals", _list, text="收到的代收办件 · what came", parents=[shared])
    take = add_command(group, "take-over", _take_over, text="办理 · open it", parents=[shared])
    take.add_argument("region", metavar="REGION", help="移交地区的行政区划代码")
    take.add_argument("number", help="移交编号")
    take.add_argument("--operator", required=True, help="受理人员工号")


def _hand_over(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        sent = services.transfers.hand_over(options.case, options.region, operator=options.operator)
    is_there = sent.received_at is not None
    output.result(
        SentTransferOut.of(sent).model_dump(mode="json"),
        f"移交编号 transfer {sent.number}：办件 {sent.case_id} → {sent.partner}",
        f"对方已收到 · received {sent.received_at:%Y-%m-%d %H:%M:%S}Z" if is_there else _SILENT,
    )
    return OK if is_there else INDETERMINATE


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        view = services.transfers.view(options.case)
    output.result(HandedOverOut.of_view(view).model_dump(mode="json"), *_lines(view))
    return OK


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        came = services.transfers.inbox()
    output.result(
        [ReceivedTransferOut.of(item).model_dump(mode="json") for item in came],
        *(
            f"{item.partner} {item.number}　{item.received_at:%Y-%m-%d %H:%M}Z　"
            f"{item.case_id or '待办理 · not opened'}"
            for item in came
        ),
        *(() if came else ("没有收到代收办件 · nothing came",)),
    )
    return OK


def _take_over(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        opened = services.transfers.open(options.region, options.number, operator=options.operator)
        shown = OpenedTransferOut.of(opened, services.region)
    output.result(
        shown.model_dump(mode="json"),
        f"办件 {opened.view.case.id} {opened.view.matter.name_zh}",
        *(
            f"  随件证照 came with it：{material} {verdict}"
            for material, verdict in opened.attachments.items()
        ),
        f"查看 see: yinxin case show {opened.view.case.id}",
    )
    return OK


def _lines(view: HandedOver) -> Iterator[str]:
    sent = view.sent
    received = f"{sent.received_at:%Y-%m-%d %H:%M}Z" if sent.received_at is not None else _SILENT
    yield f"办件 {sent.case_id} → {sent.partner}，移交编号 transfer {sent.number}"
    yield f"对方收件 received there：{received}"
    if view.returned is None:
        yield _NOT_YET
    else:
        yield from _outcome_lines(view.returned.outcome)


def _outcome_lines(outcome: ReturnedOutcome) -> Iterator[str]:
    yield f"办理结果 outcome：{_OUTCOMES[outcome.kind]}（{outcome.decided_at:%Y-%m-%d %H:%M}Z）"
    if outcome.license:
        yield f"结果证照 license：{outcome.license_number}　{outcome.license}"
    if outcome.note:
        yield f"说明 note：{outcome.note}"
