"""``yinxin archive find|index``: packages by holder, number, type and dates."""

import argparse
import getpass
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from api.archive_views import package_json
from api.commands.access import holder_of
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.services import Services
from certs.civil_dates import start_of
from certs.packages.bag_info import PackageKind
from certs.packages.package import parse_package
from certs.packages.search import PackageQuery, listing_of

_MOST: Final = 500
_GROUP: Final = 100
_LONGEST: Final = 200
_ASKED: Final = "-"
_MOMENT: Final = timedelta(microseconds=1)


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of the archive."""
    find = add_command(group, "find", _find, text="检索信息包 · find packages", parents=[shared])
    find.add_argument(
        "--holder",
        metavar="FILE|-",
        help="持证主体或申请人代码所在的文件，- 为当场输入 a file with the code; - asks for it",
    )
    find.add_argument(
        "--number", metavar="NUMBER|-", help="证照编号或办件编号，- 为当场输入 printed number"
    )
    find.add_argument("--type", default="", metavar="CODE|NAME", help="证照类型")
    find.add_argument("--kind", type=PackageKind, choices=list(PackageKind))
    for name, what in (("issued", "颁发或办结 issued, or decided"), ("archived", "归档 archived")):
        find.add_argument(
            f"--{name}-from", type=date.fromisoformat, metavar="DAY", help=f"{what}: 自 since"
        )
        find.add_argument(
            f"--{name}-to", type=date.fromisoformat, metavar="DAY", help=f"{what}: 至 until"
        )
    find.add_argument("--limit", type=_limit, default=50, help=f"1 … {_MOST}")
    find.add_argument("--after", metavar="PACKAGE", help="续前页 from behind this package")
    add_command(
        group,
        "index",
        _index,
        text="补建旧信息包的检索项 · list packages of earlier versions",
        parents=[shared],
    )


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"1 … {_MOST}")
    return int(text)


def _find(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        query = _query(options, services)
        with services.unit_of_work() as work:
            found = work.package_search.find(query, options.limit + 1, after=options.after)
            unlisted = len(work.package_search.unlisted(1))
    shown = found[: options.limit]
    cursor = shown[-1].package_id if len(found) > len(shown) else None
    lines = [
        f"{item.package_id}  {item.kind.value}  {item.archived_at:%Y-%m-%d}  {item.subject}"
        for item in shown
    ]
    lines.append(f"找到 {len(shown)} 件 found" + (f"，续 --after {cursor}" if cursor else ""))
    if unlisted:
        lines.append("有旧信息包未建检索项，请执行 yinxin archive index · some are not listed yet")
    output.result({"packages": [package_json(item) for item in shown], "next": cursor}, *lines)
    return OK


def _query(options: argparse.Namespace, services: Services) -> PackageQuery:
    keys = services.holder_keys
    holder = _holder(options.holder) if options.holder is not None else ""
    number = options.number
    if number == _ASKED:
        number = _asked("证照编号 number: ")
    known = services.license_type(options.type) if options.type else None
    return PackageQuery(
        holder_key=keys.of(holder_of(holder)) if holder else "",
        number_key=keys.of_printed_number(number.strip()) if number else "",
        type_code=str(known.code) if known is not None else options.type,
        kind=options.kind,
        issued_from=options.issued_from,
        issued_to=options.issued_to,
        archived_from=_start(options.archived_from),
        archived_to=_end(options.archived_to),
    )


def _holder(place: str) -> str:
    """Return a code that somebody types, or that stands in a file; never in the arguments.

    Raises:
        UsageError: There is no such file, or nothing in it.
    """
    if place == _ASKED:
        return _asked("证件号码 code: ")
    if not Path(place).is_file():
        raise UsageError(
            "请给出代码所在的文件，或用 - 当场输入；号码不写在命令行上"
            " · give a file with the code, or - to type it; codes do not stand among arguments"
        )
    with Path(place).open(encoding="utf-8") as file:
        return _given(file.read(_LONGEST))


def _asked(prompt: str) -> str:
    typed = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline(_LONGEST)
    return _given(typed)


def _given(text: str) -> str:
    if not text.strip():
        raise UsageError("没有读到号码 · nothing was given")
    return text.strip()


def _start(day: date | None) -> datetime | None:
    return None if day is None else start_of(day)


def _end(day: date | None) -> datetime | None:
    """Return the last instant of a day in Beijing."""
    return None if day is None else start_of(day + timedelta(days=1)) - _MOMENT


def _index(options: argparse.Namespace, output: Output) -> int:
    listed = 0
    with open_services(options.home) as services:
        while True:
            with services.unit_of_work() as work:
                waiting = work.package_search.unlisted(_GROUP)
            if not waiting:
                break
            with services.unit_of_work() as work:
                for kept in waiting:
                    package = parse_package(services.objects.get(kept.object))
                    work.package_search.enlist(listing_of(package, services.holder_keys))
                work.commit()
            listed += len(waiting)
    output.result({"listed": listed}, f"已补建 {listed} 件 listed")
    return OK
