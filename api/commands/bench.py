"""``yinxin bench``: measured tables, each figure with its reference in the same run."""

import argparse
from typing import Final

from api.benches.measuring import Measurement
from api.benches.registry import BENCHES
from api.commands.registry import Commands, add_command
from api.console import OK, Output

_RATE: Final = "/s"


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
                    "per_second": round(item.per_second, _digits(item.unit)),
                    "reference": item.reference,
                    "reference_per_second": round(item.reference_per_second, _digits(item.unit)),
                    "ratio": round(item.ratio, 3),
                    "at_least": item.at_least,
                    "at_most": item.at_most,
                    "unit": item.unit,
                }
                for item in found
            ]
        )
        return OK
    output.table(
        "性能 · measured (medians; read the ratios)",
        ("项目 name", "实测 measured", "参照 reference", "参照值", "倍 ratio", "应达 wanted"),
        (
            (
                item.name,
                _shown(item.per_second, item.unit),
                item.reference,
                _shown(item.reference_per_second, item.unit),
                f"{item.ratio:.2f}",
                _wanted(item),
            )
            for item in found
        ),
    )
    return OK


def _digits(unit: str) -> int:
    return 1 if unit == _RATE else 4


def _shown(figure: float, unit: str) -> str:
    return f"{figure:,.0f}" if unit == _RATE else f"{figure:,.4g} {unit}"


def _wanted(item: Measurement) -> str:
    if item.at_least:
        return f"≥ {item.at_least:g}"
    return f"≤ {item.at_most:g}" if item.at_most else "—"
