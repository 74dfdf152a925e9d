"""``yinxin report exemptions``: how 免于提交 is kept, in figures."""

import argparse
from pathlib import Path

from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output
from api.schemas.supervision import FiguresOut
from api.statistics_rows import HEADINGS, csv_text, group_name, row_of, write_csv
from verify.supervision.desk import weeks_text
from verify.supervision.tallies import Grouping

_SHOWN = ("cases", "required", "replacement_rate", "demanded", "voluntary")
_BELOW = ("reasons", "refusals", "overasks", "freshness")
"""What has many words: below the table, so that it fits a terminal."""


def add_exemptions(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the reports."""
    parser = add_command(
        group, "exemptions", _exemptions, text="免于提交统计 · exemptions", parents=[shared]
    )
    parser.add_argument("--by", choices=[*map(str, Grouping)], help="分组 told apart by")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="另存表格 write a table")


def _exemptions(options: argparse.Namespace, output: Output) -> int:
    by = Grouping(options.by) if options.by else None
    with open_services(options.home) as services:
        desk = services.supervision
        desk.count()
        weeks = desk.weeks()
        found, name_of = desk.figures(weeks, by), group_name(by, services.matters)
    if options.csv is not None:
        write_csv(options.csv, csv_text(found, name_of, limits=desk.limits))
    if output.as_json:
        shown = (FiguresOut.of(item, name_of, desk.limits) for item in found)
        output.result([item.model_dump(mode="json") for item in shown])
        return OK
    headings = ("group", *_SHOWN)
    rows = [row_of(item, desk.limits) | {"group": name_of(item.group)} for item in found]
    first, last = weeks_text(weeks)
    output.table(
        f"免于提交 · exemptions {first} … {last}",
        tuple(HEADINGS[key] for key in headings),
        (tuple(_shown(row[key]) for key in headings) for row in rows),
    )
    for row in rows:
        for key in _BELOW:
            if row[key]:
                output.say(f"{row['group'] or '全部 all'}　{HEADINGS[key]}：{row[key]}")
    return OK


def _shown(value: str | float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.1%}" if isinstance(value, float) else str(value)
