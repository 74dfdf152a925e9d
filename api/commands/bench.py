"""``yinxin bench``: measured tables, each figure with its reference in the same run."""

import argparse

from api.benches.registry import BENCHES
from api.commands.registry import Commands, add_command
from api.console import OK, Output


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(commands, "bench", _bench, text="性能测量 · measure", parents=[shared])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))


def _bench(options: argparse.Namespace, output: Output) -> int:
    names = [name for name in options.names if name in BENCHES] or list(BENCHES)
    found = [item for name in names for item in BENCHES[name]()]
    if output.as_json:
        output.result(
            [
                {
                    "name": item.name,
                    "per_second": round(item.per_second, 1),
                    "reference": item.reference,
                    "reference_per_second": round(item.reference_per_second, 1),
                    "ratio": round(item.ratio, 2),
                    "at_least": item.at_least,
                }
                for item in found
            ]
        )
        return OK
    output.table(
        "性能 · measured (medians; read the ratios)",
        ("项目 name", "每秒 per second", "参照 reference", "参照每秒", "倍 ratio", "应达 at least"),
        (
            (
                item.name,
                f"{item.per_second:,.0f}",
                item.reference,
                f"{item.reference_per_second:,.0f}",
                f"{item.ratio:.2f}",
                f"{item.at_least:g}" if item.at_least else "—",
            )
            for item in found
        ),
    )
    return OK
