"""``yinxin seal``: make and show seals."""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.bootstrap import OpenHome
from api.commands.registry import Commands, add_command, add_group, number_of_days
from api.console import OK, Output
from api.errors import UsageError
from api.seal_folder import SealFolder
from certs.faces.pictures import seal_picture
from certs.faces.seal_drawing import draw_round_seal
from signing.roles import Role
from signing.seals import Seal, SealDescription, SealKind, SealPicture, make_seal

_SIDE_MM = 42
_CLOCK_SLACK = timedelta(hours=1)


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "seal", text="电子印章 · seals", parents=[shared])
    make = add_command(
        group, "make", _make, text="制作样本印章 · make a demo seal", parents=[shared]
    )
    make.add_argument("--code", required=True, help="印章编码 6 to 32 letters and digits")
    make.add_argument("--line", default="", help="专用章名称, the horizontal line")
    make.add_argument("--days", type=number_of_days, default=1825, help="有效天数 days of validity")
    show = add_command(group, "show", _show, text="查看印章图样 · picture", parents=[shared])
    show.add_argument("code")
    show.add_argument("--out", type=Path, required=True, metavar="PNG")
    add_command(group, "list", _list, text="列出印章 · list seals", parents=[shared])


def _make(options: argparse.Namespace, output: Output) -> int:
    seal = make_demo_seal(
        OpenHome.at(options.home),
        code=options.code,
        line=options.line,
        days=options.days,
        now=datetime.now(UTC),
    )
    output.result(_value(seal), f"已制作 {seal.description.name} · seal {options.code} made")
    return OK


def make_demo_seal(opened: OpenHome, *, code: str, line: str, days: int, now: datetime) -> Seal:
    """Draw, sign and keep a seal of the instance's issuing authority.

    Raises:
        DemoOnlyError: Not in demo or dev.
        HomeError: A seal of this code exists, or the code cannot name one.
    """
    settings = opened.settings
    settings.check_demo("制章 (demo seal maker)")
    folder = SealFolder(opened.home.folder("seals"))
    folder.check_free(code)
    drawing = draw_round_seal(settings.issuer_name, line=line, code=code, specimen=True)
    start = now.replace(microsecond=0) - _CLOCK_SLACK
    seal = make_seal(
        SealDescription(
            kind=SealKind.UNIT,
            code=code,
            name=f"{settings.issuer_name}{line or '公章'}（样本）",
            signers=(opened.home.read_certificate(Role.SEAL),),
            created_at=start,
            valid_from=start,
            valid_to=start + timedelta(days=days),
            picture=SealPicture(
                kind="PNG", image=seal_picture(drawing), width_mm=_SIDE_MM, height_mm=_SIDE_MM
            ),
        ),
        maker=opened.signer(Role.SEAL_MAKER),
    )
    folder.add(seal, drawing)
    return seal


def _show(options: argparse.Namespace, output: Output) -> int:
    for kept in SealFolder(OpenHome.at(options.home).home.folder("seals")).all():
        if kept.seal.description.code == options.code:
            options.out.write_bytes(kept.seal.description.picture.image)
            output.result(_value(kept.seal), f"{kept.seal.description.name} → {options.out}")
            return OK
    raise UsageError(f"没有印章 {options.code} · no such seal")


def _list(options: argparse.Namespace, output: Output) -> int:
    kept = SealFolder(OpenHome.at(options.home).home.folder("seals")).all()
    values = [_value(item.seal) for item in kept]
    output.result(values, *(f"{item['code']}  {item['name']}" for item in values))
    return OK


def _value(seal: Seal) -> dict[str, str]:
    described = seal.description
    return {
        "code": described.code,
        "name": described.name,
        "valid_from": described.valid_from.isoformat(),
        "valid_to": described.valid_to.isoformat(),
    }
