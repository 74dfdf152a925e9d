"""How a command joins the command line."""

import argparse
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from api.console import Output

Handler: TypeAlias = Callable[[argparse.Namespace, Output], int]
MOST_DAYS: Final = 36_500
_MEGABYTE: Final = 1_000_000

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - the only name of this type


def add_command(
    commands: Commands,
    name: str,
    handler: Handler,
    *,
    text: str,
    parents: Sequence[argparse.ArgumentParser],
) -> argparse.ArgumentParser:
    """Add a command that ``handler`` runs, and return its parser."""
    parser = commands.add_parser(name, help=text, description=text, parents=list(parents))
    parser.set_defaults(run=handler)
    return parser


def add_group(
    commands: Commands, name: str, *, text: str, parents: Sequence[argparse.ArgumentParser]
) -> Commands:
    """Add a command that has commands of its own, and return the place for them."""
    parser = commands.add_parser(name, help=text, description=text, parents=list(parents))
    return parser.add_subparsers(dest=f"{name}_command", required=True, metavar="COMMAND")


def question_choice(text: str) -> tuple[str, str]:
    """Return a question's code and that of a choice, written ``question=choice``.

    Raises:
        ArgumentTypeError: It is written otherwise; the command line says so and ends.
    """
    question, equals, choice = text.partition("=")
    if not (question and equals and choice):
        raise argparse.ArgumentTypeError(f"写成 问题=选项 · write question=choice: {text[:80]}")
    return question, choice


def number_of_days(text: str) -> int:
    """Return a number of days, from 1 to a hundred years.

    Raises:
        ArgumentTypeError: It is none; the command line says so and ends.
    """
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"1 … {MOST_DAYS} 天 days: {text[:20]}")
    return int(text)


def bytes_a_second(text: str) -> float:
    """Return a rate that is given in megabytes a second.

    Raises:
        ArgumentTypeError: It is no number above zero; the command line says so and ends.
    """
    try:
        rate = float(text) * _MEGABYTE
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError("须为正数 · a number above zero")
    return rate
