"""``yinxin archive``: what is archived, and how it is kept."""

import argparse

from api.commands import archive_keeping
from api.commands.registry import Commands, add_group


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "archive", text="归档 · the archive", parents=[shared])
    archive_keeping.register(group, shared)
