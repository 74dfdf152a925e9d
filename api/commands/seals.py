"""``yinxin seal``: make, import, list, show and draw seals; their life is ``seal_life``."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from api.bootstrap import OpenHome
from api.commands import seal_asking, seal_life
from api.commands.registry import Commands, add_command, add_group, number_of_days
from api.console import FAILED, OK, Output
from api.errors import UsageError
from api.homes import Home
from api.seal_folder import SealFolder
from api.seal_import import OutsideSeal, examine
from api.seal_making import SealPlan, SealShape, make_demo_seal
from api.seal_people import Answerable, add_people, answerable
from api.seal_reading import read_chain, read_drawing, read_seal
from api.seal_register import open_register
from api.settings import Settings
from certs.errors import SealNotFoundError
from certs.faces.drawing import Drawing, to_svg
from certs.faces.pictures import preview
from certs.seals.events import SealEvent, SealMove, SealState
from certs.seals.lifecycle import register_seal
from certs.seals.register import RegisteredSeal, SealOrigin
from signing.seals import Seal

_MARKS: Final = {"ok": "✓", "bad": "✗", "unknown": "?"}
_PREVIEW_PX: Final = 600


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "seal", text="电子印章 · seals", parents=[shared])
    make = add_command(
        group, "make", _make, text="制作样本印章 · make a demo seal", parents=[shared]
    )
    make.add_argument("--code", required=True, help="印章编码 6 to 32 letters and digits")
    make.add_argument("--days", type=number_of_days, default=1825, help="有效天数 days of validity")
    _add_plan(make)
    add_people(make)
    accept = add_command(
        group, "import", _import, text="导入外部制作的印章 · a seal made outside", parents=[shared]
    )
    accept.add_argument("--seal", type=Path, required=True, metavar="FILE", help="SESeal, DER")
    accept.add_argument("--picture", type=Path, metavar="FILE", help="登记印模 PNG")
    accept.add_argument(
        "--chain", type=Path, nargs="*", default=[], metavar="FILE", help="证书链 PEM or DER"
    )
    accept.add_argument("--preview", type=Path, metavar="PNG", help="预览 what it will look like")
    add_people(accept)
    show = add_command(group, "show", _show, text="查看印章 · show a seal", parents=[shared])
    show.add_argument("code")
    show.add_argument("--out", type=Path, metavar="PNG", help="the picture inside the seal")
    render = add_command(
        group, "render", _render, text="印章图样 · what a seal looks like", parents=[shared]
    )
    render.add_argument("code", nargs="?", help="a seal that is kept; else --owner …")
    render.add_argument("--out", type=Path, required=True, metavar="PNG|SVG")
    _add_plan(render)
    add_command(group, "list", _list, text="列出印章 · list seals", parents=[shared])
    seal_life.register(group, shared)
    seal_asking.register(group, shared)


def _add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--shape", type=SealShape, choices=list(SealShape), default=SealShape.ROUND, help="形状"
    )
    parser.add_argument("--owner", default="", help="印章所有者; default the issuing authority")
    parser.add_argument("--line", default="", help="专用章名称, the horizontal line")
    parser.add_argument("--person", default="", help="姓名 of a personal seal")


def _make(options: argparse.Namespace, output: Output) -> int:
    opened = OpenHome.at(options.home)
    environment = opened.settings.environment
    opened.settings.check_demo("制章 (demo seal maker)")
    seal = make_demo_seal(
        opened,
        SealPlan(
            shape=options.shape,
            owner=options.owner or opened.settings.issuer_name,
            line=options.line,
            person=options.person,
            code=options.code,
        ),
        days=options.days,
        now=datetime.now(UTC),
        by=answerable(options, environment, is_approved=True, has_reason=False),
    )
    output.result(
        _described(seal) | {"state": SealState.ENABLED.value},
        f"已制作并启用 {seal.description.name} · seal {options.code} made and enabled",
    )
    return OK


# Import --------------------------------------------------------------------------------------


def _import(options: argparse.Namespace, output: Output) -> int:
    """Take over a seal; it is enabled by a command of its own, after people looked at it."""
    home, settings, now = Home(options.home), Settings.read(options.home), datetime.now(UTC)
    by = answerable(options, settings.environment, is_approved=True, has_reason=False)
    chain = read_chain(options.chain)
    outside = examine(read_seal(options.seal), home, chain=chain, now=now)
    value = _described(outside.seal) | {
        "findings": [
            {"check": item.check, "outcome": item.outcome, "zh": item.zh, "en": item.en}
            for item in outside.findings
        ]
    }
    lines = [f"{_MARKS[item.outcome]} {item.zh} · {item.en}" for item in outside.findings]
    user = outside.user
    if outside.is_refused or user is None:
        output.result(value | {"imported": False}, *lines, "未导入 · not imported")
        return FAILED
    drawing = read_drawing(outside.seal, options.picture)
    if options.preview is not None:
        options.preview.write_bytes(preview(to_svg(drawing), width_px=_PREVIEW_PX))
        lines.append(f"预览 preview → {options.preview}")
    registered = RegisteredSeal.of(
        outside.seal, user=user, origin=SealOrigin.IMPORTED, registered_at=now
    )
    _keep(home, registered, outside, drawing, by)
    code = outside.seal.description.code
    output.result(
        value | {"imported": True, "state": SealState.MADE.value},
        *lines,
        f"已导入 {outside.seal.description.name}；启用请运行 yinxin seal enable {code} · "
        "imported; enable it next",
    )
    return OK


def _keep(
    home: Home, registered: RegisteredSeal, outside: OutsideSeal, drawing: Drawing, by: Answerable
) -> None:
    """Keep the files, then the record."""
    seal = outside.seal
    now = registered.registered_at
    made = SealEvent(
        move=SealMove.MADE,
        effective_at=min(seal.description.created_at, now),
        recorded_at=now,
        operator=by.operator,
        reason=by.reason,
        document_no=by.document_no,
        approval=by.approval,
    )
    with open_register(home.root) as unit_of_work:
        folder = SealFolder(home.folder("seals"))
        folder.add(seal, drawing, above_maker=outside.above_maker)
        register_seal(registered, made, unit_of_work=unit_of_work)


# Look ----------------------------------------------------------------------------------------


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_register(options.home) as unit_of_work, unit_of_work() as work:
        seal = work.seals.get(options.code)
        life = work.seals.events(options.code)
    value = seal_json(seal, life[-1].move.state) | {
        "life": [seal_life.event_json(item) for item in life]
    }
    lines = [f"{seal.code}  {seal.name}  {life[-1].move.state.zh}"]
    lines += [seal_life.event_line(item) for item in life]
    if options.out is not None:
        kept = SealFolder(Home(options.home).folder("seals")).find(options.code)
        if kept is None:
            raise UsageError(f"没有印章 {options.code} 的文件 · its files are not here")
        options.out.write_bytes(kept.seal.description.picture.image)
        lines.append(f"印章图片 picture → {options.out}")
    output.result(value, *lines)
    return OK


def _render(options: argparse.Namespace, output: Output) -> int:
    if options.code is not None:
        svg = SealFolder(Home(options.home).folder("seals")).drawing_of(options.code)
        if svg is None:
            raise SealNotFoundError(options.code)
    else:
        owner = options.owner or _issuer_name(options.home)
        plan = SealPlan(shape=options.shape, owner=owner, line=options.line, person=options.person)
        svg = to_svg(plan.draw())
    if options.out.suffix.lower() == ".svg":
        options.out.write_text(svg, encoding="utf-8")
    else:
        options.out.write_bytes(preview(svg, width_px=_PREVIEW_PX))
    output.result({"file": str(options.out)}, f"印章图样 → {options.out}")
    return OK


def _issuer_name(home: Path) -> str:
    name = Settings.read(home).issuer_name
    if not name:
        raise UsageError("请给出 --owner · name an owner")
    return name


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_register(options.home) as unit_of_work, unit_of_work() as work:
        found, states = work.seals.all(), work.seals.states()
    output.result(
        [seal_json(item, states[item.code]) for item in found],
        *(f"{item.code}  {item.name}  {states[item.code].zh}" for item in found),
    )
    return OK


def seal_json(seal: RegisteredSeal, state: SealState) -> dict[str, Any]:
    """Return a registered seal for programs."""
    return {
        "code": seal.code,
        "name": seal.name,
        "state": state.value,
        "owner": seal.owner_name,
        "owner_code": seal.owner_code,
        "maker": seal.maker_name,
        "origin": seal.origin.value,
        "valid_from": seal.valid_from.isoformat(),
        "valid_to": seal.valid_to.isoformat(),
        "digest": seal.digest,
    }


def _described(seal: Seal) -> dict[str, Any]:
    described = seal.description
    return {
        "code": described.code,
        "name": described.name,
        "valid_from": described.valid_from.isoformat(),
        "valid_to": described.valid_to.isoformat(),
    }
