"""``yinxin database``: which version the database has, and bring it to this program's."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from api.commands.registry import Commands, add_command, add_group
from api.console import FAILED, OK, Output
from api.databases import open_database
from api.errors import UsageError
from api.homes import Home
from api.settings import Settings
from storage import schema
from storage.database import POSTGRESQL
from storage.operator_role import OPERATOR_ROLE, grant_operator_role


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "database", text="数据库 · the database", parents=[shared])
    add_command(group, "show", _show, text="版本 · its version", parents=[shared])
    add_command(
        group,
        "upgrade",
        _upgrade,
        text="升级到本程序的版本 · bring it up to date",
        parents=[shared],
    )
    add_command(
        group,
        "operators",
        _operators,
        text="受理系统账号的角色（PostgreSQL） · the role of acceptance systems' accounts",
        parents=[shared],
    )


def _operators(options: argparse.Namespace, output: Output) -> int:
    with _opened(options) as engine:
        if engine.dialect.name != POSTGRESQL:
            raise UsageError("SQLite 没有账号，由触发器把关 · SQLite knows no accounts")
        schema.check_version(engine)
        with engine.begin() as connection:
            grant_operator_role(connection)
    output.result(
        {"role": OPERATOR_ROLE},
        f"角色 role {OPERATOR_ROLE}：可收件、可记录材料决定，不可写查询结果 · "
        "opens cases and records decisions, never writes a look-up",
        f"请将受理系统的账号加入此角色 · GRANT {OPERATOR_ROLE} TO <account>",
    )
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    with _opened(options) as engine:
        present, needed = schema.present_version(engine), schema.newest_version()
        # The address without its password.
        address = engine.url.render_as_string()
    output.result(
        {"address": address, "version": present, "needed": needed},
        f"{address}\n版本 version {present or '—'}，需要 needed {needed}",
    )
    return OK if present == needed else FAILED


def _upgrade(options: argparse.Namespace, output: Output) -> int:
    with _opened(options) as engine:
        before = schema.present_version(engine)
        schema.upgrade(engine)
        after = schema.present_version(engine)
    output.result(
        {"from": before, "to": after}, f"数据库已是版本 {after} · the database is at {after}"
    )
    return OK


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Engine]:
    engine = open_database(Home(options.home), Settings.read(options.home))
    try:
        yield engine
    finally:
        engine.dispose()
