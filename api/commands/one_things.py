"""``yinxin one-thing``: apply for several matters at once, and go on with the application."""

import argparse
from collections.abc import Iterator

from api.commands.case_arguments import (
    add_applicant,
    add_decision,
    applicant_of,
    decision_of,
    parties_of,
)
from api.commands.case_forms import answer_given, field_lines
from api.commands.cases import material_line
from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import OK, Output
from api.schemas.one_things import ApplicationOut, OneThingOut, SharedDecisionOut, SharedFormOut
from verify.one_things.definitions import shipped_one_things
from verify.one_things.desk import ApplicationView, CaseProgress
from verify.outcomes.records import OutcomeKind

_OUTCOMES = {OutcomeKind.APPROVE: "准予 approved", OutcomeKind.REJECT: "不予 rejected"}


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "one-thing", text="一件事一次办 · one-things", parents=[shared])
    add_command(group, "list", _list, text="一件事清单 · list", parents=[shared])
    apply = add_command(group, "apply", _apply, text="一次申请 · apply", parents=[shared])
    apply.add_argument("thing", metavar="CODE", help="一件事编码 · its code")
    add_applicant(apply)
    apply.add_argument(
        "--want",
        action="append",
        default=[],
        metavar="MATTER",
        help="另外要办的可选事项，可重复 · an optional matter, may be repeated",
    )
    show = add_command(group, "show", _show, text="进度和结果 · progress", parents=[shared])
    show.add_argument("application")
    decide = add_command(group, "decide", _decide, text="共用材料 · a material", parents=[shared])
    decide.add_argument("application")
    decide.add_argument("material")
    add_decision(decide)
    form = add_command(group, "form", _form, text="合并的申请表 · one form", parents=[shared])
    form.add_argument("application")
    form.add_argument(
        "--answer",
        action="append",
        default=[],
        type=answer_given,
        metavar="FIELD=VALUE",
        help="申请人的填写，可重复 · what the applicant answers, may be repeated",
    )
    form.add_argument("--operator", default="", help="受理人员工号，填写时必须 · for answers")


def _list(_options: argparse.Namespace, output: Output) -> int:
    things = shipped_one_things().things
    output.result(
        [OneThingOut.of(thing).model_dump(mode="json") for thing in things],
        *(
            f"{thing.code}　{thing.name_zh} · {thing.name_en}　"
            f"{'、'.join(member.matter for member in thing.members)}"
            for thing in things
        ),
    )
    return OK


def _apply(options: argparse.Namespace, output: Output) -> int:
    applicant = applicant_of(options)
    with open_services(options.home) as services:
        view = services.one_things.open(
            options.thing,
            applicant,
            operator=options.operator,
            situation=dict(options.situation),
            wanted=frozenset(options.want),
            parties=parties_of(options),
        )
        shown = ApplicationOut.of(view, services.region)
    output.result(shown.model_dump(mode="json"), *_lines(view))
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        view = services.one_things.view(options.application)
        shown = ApplicationOut.of(view, services.region)
    output.result(shown.model_dump(mode="json"), *_lines(view))
    return OK


def _decide(options: argparse.Namespace, output: Output) -> int:
    request = decision_of(options)
    with open_services(options.home) as services:
        decisions = services.one_things.decide(options.application, options.material, request)
    cases = "、".join(item.case_id for item in decisions)
    output.result(
        SharedDecisionOut.of(decisions).model_dump(mode="json"),
        f"已记录于 {len(decisions)} 个办件 · recorded: {options.material} "
        f"{request.form.value}（{cases}）",
    )
    return OK


def _form(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        fields = (
            services.one_things.fill_in(
                options.application, dict(options.answer), operator=options.operator
            )
            if options.answer
            else services.one_things.form(options.application)
        )
    output.result(
        SharedFormOut.of(options.application, fields).model_dump(mode="json"),
        f"申请 {options.application} 合并申请表 one form：{len(fields)} 项 fields",
        *(line for field in fields for line in field_lines(field)),
    )
    return OK


def _lines(view: ApplicationView) -> Iterator[str]:
    yield f"申请 {view.application.id} {view.one_thing.name_zh} · {view.one_thing.name_en}"
    for case in view.cases:
        yield from _case_lines(case)


def _case_lines(case: CaseProgress) -> Iterator[str]:
    outcome = case.outcome
    standing = _OUTCOMES[outcome.kind] if outcome is not None else f"待办 open：{len(case.waiting)}"
    license = f"，结果证照 result license {case.license}" if case.license is not None else ""
    yield f"办件 {case.view.case.id} {case.view.matter.name_zh}：{standing}{license}"
    for item in case.view.materials:
        if item.decision is None:
            yield material_line(item)
