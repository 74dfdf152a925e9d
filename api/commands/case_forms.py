"""``yinxin case form``: the form of a case, filled in; and answers to it."""

import argparse

from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output
from api.schemas.cases import CaseCorrectionOut
from api.schemas.forms import FormOut
from verify.prefill.desk import FormView
from verify.prefill.filling import FilledField
from verify.prefill.mistakes import Mistake


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of cases."""
    form = add_command(group, "form", _form, text="预填的申请表 · the form", parents=[shared])
    form.add_argument("case")
    form.add_argument(
        "--answer",
        action="append",
        default=[],
        type=answer_given,
        metavar="FIELD=VALUE",
        help="申请人的填写，可重复 · what the applicant answers, may be repeated",
    )
    form.add_argument(
        "--operator", default="", help="受理人员工号，填写时必须 · needed for answers"
    )

    mistake = add_command(group, "mistake", _mistake, text="信息有误 · a mistake", parents=[shared])
    mistake.add_argument("case")
    mistake.add_argument("field", help="申请表字段编码 · code of the field")
    mistake.add_argument("--proposed", required=True, help="应为 · what should stand there")
    mistake.add_argument("--license", default="", help="证照内容不一致时，有误的证照标识")
    mistake.add_argument("--operator", required=True, help="受理人员工号")


def answer_given(text: str) -> tuple[str, str]:
    """Read ``FIELD=VALUE``.

    Raises:
        ArgumentTypeError: It is written otherwise.
    """
    field, separator, value = text.partition("=")
    if not (field and separator):
        raise argparse.ArgumentTypeError("FIELD=VALUE")
    return field, value


def _form(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        view = services.forms.view(options.case)
        if options.answer:
            view = services.forms.fill_in(
                options.case,
                dict(options.answer),
                operator=options.operator,
                version=view.version,
            )
    output.result(FormOut.of(view).model_dump(mode="json"), *_lines(view))
    return OK


def _mistake(options: argparse.Namespace, output: Output) -> int:
    said = Mistake(field=options.field, proposed=options.proposed, license=options.license)
    with open_services(options.home) as services:
        raised = services.mistakes.raise_one(options.case, said, operator=options.operator)
    output.result(
        CaseCorrectionOut.of(raised).model_dump(mode="json"),
        f"已提出更正，由 {raised.region} 的出证部门核实，结果自动传回 · "
        f"raised at {raised.region}; the answer comes back by itself",
    )
    return OK


def _lines(view: FormView) -> list[str]:
    rate = view.rate
    share = f"{rate.authoritative}/{rate.shown}（{rate.rate:.0%}）"
    lines = [f"办件 {view.case_id} 申请表 第 {view.version} 版，预填 prefilled {share}"]
    return lines + [line for field in view.fields for line in field_lines(field)]


def field_lines(item: FilledField) -> list[str]:
    """Return a field as people read it, with the values that differ."""
    lock = "🔒" if item.is_locked else " "
    source = f"  {item.origin.zh}" if item.origin is not None else ""
    lines = [f" {lock} {item.field.zh}（{item.field.code}）：{item.value}{source}"]
    lines += [f"      不一致 differs：{found.value}  {found.origin.zh}" for found in item.differing]
    return lines
