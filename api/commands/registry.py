"""How a command joins the command line."""

import argparse
from collections.abc import Callable, Sequence
from typing import TypeAlias

from api.console import Output

Handler: TypeAlias = Callable[[argparse.Namespace, Output], int]
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
