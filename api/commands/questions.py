"""``yinxin question``: what departments are asked (部门核验), and what they answer."""

import argparse
from typing import Any, Final

from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from verify.acceptance.ports import Reply
from verify.departments.questions import KeptQuestion

_NEWEST: Final = 100
_REPLIES: Final = {Reply.CONFIRMED: "属实 confirmed", Reply.DENIED: "不属实 denied"}


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "question", text="部门核验 · department checks", parents=[shared])
    listed = add_command(group, "list", _list, text="待核验问题 · list", parents=[shared])
    listed.add_argument("--all", action="store_true", help="含已答复 answered ones too")
    listed.add_argument("--department", metavar="NAME", help="部门简称 short name")
    shown = add_command(group, "show", _show, text="一个问题 · show", parents=[shared])
    shown.add_argument("receipt")
    answered = add_command(group, "answer", _answer, text="答复 · answer", parents=[shared])
    answered.add_argument("receipt")
    answered.add_argument("reply", type=Reply, choices=list(Reply))
    answered.add_argument("--operator", required=True, metavar="PERSON", help="经办人 who answers")


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        found = work.department_questions.newest(
            _NEWEST, open_only=not options.all, department=options.department
        )
    output.result(
        [_json(item) for item in found], *map(_line, found), f"{len(found)} 个问题 questions"
    )
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        found = work.department_questions.get(options.receipt)
    applicant = found.applicant
    named = {"code": applicant.code.code, "name": applicant.name} if applicant else None
    who = f"申请人 applicant：{applicant.name} {applicant.code.code}" if applicant else ""
    output.result(
        _json(found) | {"applicant": named},
        _line(found),
        f"  {found.question_zh}\n  {found.question_en}",
        *([f"  {who}"] if who else []),
    )
    return OK


def _answer(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        if services.case_sources is None:
            raise UsageError("本实例没有核验部门 · no department answers here")
        done = services.case_sources.box.answer(
            options.receipt, options.reply, person=options.operator
        )
    output.result(_json(done), f"已答复 · answered: {_line(done)}")
    return OK


def _line(item: KeptQuestion) -> str:
    reply = _REPLIES[item.reply] if item.reply else f"限 until {item.due_at:%Y-%m-%d %H:%M}Z"
    return f"{item.receipt}  {item.department}  {item.asker}  {item.place}  {reply}"


def _json(item: KeptQuestion) -> dict[str, Any]:
    return {
        "receipt": item.receipt,
        "asker": str(item.asker),
        "case": item.place.case_id,
        "material": item.place.material,
        "department": item.department,
        "question_zh": item.question_zh,
        "question_en": item.question_en,
        "asked_at": item.asked_at.isoformat(),
        "due_at": item.due_at.isoformat(),
        "reply": item.reply.value if item.reply else None,
    }
