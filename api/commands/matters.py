"""``yinxin matter``: the list of matters, what one asks for, and matters of one's own."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from api.commands import matter_match
from api.commands.registry import Commands, add_command, add_group, question_choice
from api.console import OK, Output
from api.errors import UsageError
from api.homes import Home
from api.matter_shelf import open_matter_shelf
from api.matter_words import notice_lines
from certs.catalogue import LicenseType
from verify.case_errors import SituationError
from verify.errors import MalformedMatterError, MatterNotFoundError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.encoding import matter_entry
from verify.matters.files import load, shipped_matters
from verify.matters.materials import Material, MaterialSource
from verify.matters.notices import Notice
from verify.matters.sheets import load_sheets
from verify.matters.situations import NO_ANSWERS, Answers, Choice, Question

_MISTAKES = {
    "not-asked": "这个情形下没有这个问题 · this is not asked here",
    "no-such-choice": "没有这个选项 · no such choice",
}


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "matter", text="事项 · matters", parents=[shared])
    add_command(group, "list", _list, text="事项清单 · the list of matters", parents=[shared])
    matter_match.register(group, [shared])
    take = add_command(
        group, "import", _import, text="检查并导入事项 · check and import", parents=[shared]
    )
    take.add_argument("file", type=Path, help=".toml .yaml .xlsx")
    take.add_argument("--check", action="store_true", help="只检查 · check only")
    show = add_command(group, "show", _show, text="一次性告知 · what it asks for", parents=[shared])
    show.add_argument("matter", metavar="CODE", help="事项编码 · its code")
    show.add_argument("--version", type=int, metavar="N", help="版本 · the newest if absent")
    show.add_argument(
        "--answer",
        action="append",
        default=[],
        type=question_choice,
        metavar="QUESTION=CHOICE",
        help="情形问题的选项，可多次 · a choice for a question; may be repeated",
    )


def _at_hand(options: argparse.Namespace) -> MatterCatalogue:
    """Return the matters of the instance, or those that ship where there is none."""
    if not Home(options.home).settings_file.is_file():
        return shipped_matters()
    with open_matter_shelf(options.home) as shelf:
        return shelf.at_hand()


def _import(options: argparse.Namespace, output: Output) -> int:
    with open_matter_shelf(options.home) as shelf:
        read = _read(options.file, shelf.types.values())
        news = () if options.check else shelf.take(read)
    output.result(
        {"read": [_name(item) for item in read], "imported": [_name(item) for item in news]},
        *(
            f"{item.code} {item.version}　{item.name_zh}"
            for item in (read if options.check else news)
        ),
        f"检查通过 {len(read)} 项 in order，导入 {len(news)} 项 imported",
        *(["请重启服务 · restart the service"] if news else []),
    )
    return OK


def _name(matter: Matter) -> dict[str, Any]:
    return {"code": matter.code, "version": matter.version}


def _read(path: Path, types: Iterable[LicenseType]) -> tuple[Matter, ...]:
    if not path.is_file():
        raise UsageError(f"没有文件 {path} · no such file")
    try:
        return (load_sheets if path.suffix == ".xlsx" else load)(path, types=types)
    except MalformedMatterError as error:
        raise UsageError(f"未导入，请先改正 · not imported: {error}") from error


def _list(options: argparse.Namespace, output: Output) -> int:
    catalogue = _at_hand(options)
    matters = sorted(map(catalogue.latest, catalogue.codes()), key=lambda item: item.code)
    output.result(
        [_summary(item) for item in matters],
        *(
            f"{item.code} {item.version}　{item.name_zh} {item.name_en}　"
            f"{len(item.materials)} 项材料 materials，{_issued(item)} 项政府核发 government-issued"
            for item in matters
        ),
    )
    return OK


def _summary(matter: Matter) -> dict[str, Any]:
    return {
        "code": matter.code,
        "version": matter.version,
        "name": matter.name_zh,
        "name_en": matter.name_en,
        "audience": matter.audience,
        "department": matter.department_zh,
        "one_thing": matter.one_thing or None,
        "questions": len(matter.situations.questions),
        "materials": len(matter.materials),
        "government_issued": _issued(matter),
    }


def _issued(matter: Matter) -> int:
    return sum(item.source is MaterialSource.GOVERNMENT_ISSUED for item in matter.materials)


def _show(options: argparse.Namespace, output: Output) -> int:
    notice = _notice(_matter(options), _answers(options.answer))
    output.result(_notice_json(notice), *notice_lines(notice))
    return OK


def _matter(options: argparse.Namespace) -> Matter:
    at_hand = _at_hand(options)
    try:
        if options.version is not None:
            return at_hand.version(options.matter, options.version)
        return at_hand.latest(options.matter)
    except MatterNotFoundError as error:
        raise UsageError(
            f"没有事项 {str(error)[:60]}，用 yinxin matter list 查看 · no such matter; see the list"
        ) from error


def _answers(given: Sequence[tuple[str, str]]) -> Answers:
    answers: dict[str, str] = {}
    for question, choice in given:
        if answers.setdefault(question, choice) != choice:
            raise UsageError(
                f"{question[:60]}={choice[:60]}：同一问题只答一次 · a question has one answer"
            )
    return answers


def _notice(matter: Matter, answers: Answers) -> Notice:
    try:
        return Notice.of(matter, answers)
    except SituationError as error:
        known = ", ".join(item.code for item in _instead(matter, error))
        raise UsageError(
            f"{error.question[:60]}：{_MISTAKES[error.why]}; known: {known}"
        ) from error


def _instead(matter: Matter, error: SituationError) -> Iterable[Choice | Question]:
    """Return what may be written: the question's choices, or the questions that come first."""
    if error.why == "no-such-choice":
        return matter.situations.by_code[error.question].choices
    return matter.situations.open_under(NO_ANSWERS)


def _notice_json(notice: Notice) -> dict[str, Any]:
    entry = matter_entry(notice.matter)
    questions, materials = entry.pop("questions", []), entry.pop("materials")
    return entry | {
        "answers": dict(notice.answers),
        "open_questions": _of(questions, notice.open_questions),
        "materials": _of(materials, notice.asked_for),
        "depending": _of(materials, notice.depending),
    }


def _of(entries: Any, items: Iterable[Material | Question]) -> list[Any]:  # noqa: ANN401 - JSON
    codes = {item.code for item in items}
    return [entry for entry in entries if entry["code"] in codes]
