"""``yinxin verifier``: banks, hotels and others who may see what their purpose allows."""

import argparse
from datetime import timedelta
from typing import Final

from api.commands.registry import Commands, add_command, add_group, number_of_days
from api.composition import open_services
from api.console import FAILED, OK, Output
from api.verifier_desk import Wish
from certs.reach import codes_of
from certs.verifiers import SocialVerifier

_YEAR: Final = 365


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    verifier = add_group(
        commands, "verifier", text="社会核验机构 · social verifiers", parents=[shared]
    )
    add = add_command(verifier, "add", _add, text="登记 · register one", parents=[shared])
    stop = add_command(verifier, "stop", _stop, text="停用 · stop one", parents=[shared])
    add_command(verifier, "list", _list, text="全部核验机构 · list them", parents=[shared])
    for parser in (add, stop):
        parser.add_argument("name", metavar="NAME", help="代号 its name in commands")
        parser.add_argument("--operator", required=True, metavar="PERSON", help="经办 who acts")
    add.add_argument("--title", required=True, help="机构名称 as holders read it")
    add.add_argument("--purpose", required=True, help="用途 what it asks for")
    add.add_argument("--type", action="append", required=True, help="证照类型 license type")
    add.add_argument("--field", action="append", required=True, help="信息项 field it may see")
    add.add_argument("--days", type=number_of_days, default=_YEAR, help="365")


def _add(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        desk = services.verifiers
        wish = Wish(
            name=options.name,
            title=options.title,
            purpose=options.purpose,
            license_types=codes_of(options.type),
            fields=codes_of(options.field),
            ends_at=services.clock.now() + timedelta(days=options.days),
        )
        verifier = desk.register(wish, by=options.operator)
        secret = desk.give_secret(verifier.name)
    output.result(
        {**_shown(verifier), "secret": secret},
        f"已登记 · registered: {_line(verifier)}",
        f"机构凭证，只显示这一次 · its secret, shown this once: {secret}",
    )
    return OK


def _stop(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        is_stopped = services.verifiers.stop(options.name, by=options.operator)
    told = "已停用 · stopped" if is_stopped else "先前已停用 · stopped before"
    output.result({"name": options.name, "stopped": is_stopped}, f"{told}: {options.name}")
    return OK if is_stopped else FAILED


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        found = services.verifiers.all()
    output.result({"verifiers": list(map(_shown, found))}, *map(_line, found))
    return OK


def _shown(verifier: SocialVerifier) -> dict[str, object]:
    return {
        "name": verifier.name,
        "title": verifier.title,
        "purpose": verifier.purpose,
        "license_types": sorted(verifier.license_types),
        "fields": sorted(verifier.fields),
        "ends_at": verifier.ends_at.isoformat(),
        "registered_by": verifier.registered_by,
        "stopped_at": verifier.stopped_at.isoformat() if verifier.stopped_at else None,
    }


def _line(verifier: SocialVerifier) -> str:
    end = f"停用 stopped {verifier.stopped_at:%Y-%m-%d}" if verifier.stopped_at else ""
    parts = (
        verifier.name,
        verifier.title,
        verifier.purpose,
        " ".join(sorted(verifier.license_types)),
        " ".join(sorted(verifier.fields)),
        end or f"至 until {verifier.ends_at:%Y-%m-%d}",
    )
    return "\t".join(parts)
