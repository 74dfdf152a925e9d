"""``yinxin client``: the systems that call this instance, and what each may touch."""

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from api.client_office import Terms
from api.commands.registry import Commands, add_command, add_group, number_of_days
from api.composition import open_services
from api.console import FAILED, OK, Output
from certs.access import CallerRole
from certs.clients import CLIENT_ROLES, Client
from certs.reach import codes_of
from signing.client_requests import public_key_id

_YEAR: Final = 365


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    client = add_group(commands, "client", text="接入系统 · systems that call", parents=[shared])
    add = add_command(client, "add", _add, text="登记 · register one", parents=[shared])
    change = add_command(
        client, "change", _change, text="更改权限、密钥或期限 · change it", parents=[shared]
    )
    stop = add_command(client, "stop", _stop, text="停用 · stop one", parents=[shared])
    add_command(client, "list", _list, text="全部接入系统 · list them", parents=[shared])
    for parser in (add, change, stop):
        parser.add_argument("name", metavar="NAME", help="小写字母、数字、横线 its name")
        parser.add_argument("--operator", required=True, metavar="PERSON", help="经办 who acts")
    change.add_argument(
        "--any-connection", action="store_true", help="不再要求连接证书 no certificate is needed"
    )
    add.add_argument("--person", required=True, help="系统工号 the number it acts as")
    add.add_argument(
        "--role", required=True, choices=[role.value for role in CLIENT_ROLES], help="身份"
    )
    for parser in (add, change):
        parser.add_argument(
            "--key",
            type=Path,
            required=parser is add,
            metavar="FILE",
            help="SM2 证书或公钥 certificate or public key, PEM",
        )
        parser.add_argument(
            "--type", action="append", default=[], help="证照类型，* 为全部 license type, * for all"
        )
        parser.add_argument(
            "--matter", action="append", default=[], help="事项，* 为全部 matter, * for all"
        )
        parser.add_argument(
            "--connection",
            type=Path,
            metavar="FILE",
            help="连接须出示的证书 certificate that its connections show, PEM",
        )
        parser.add_argument("--days", type=number_of_days, default=_YEAR, help="365")


def _add(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        client = services.clients.register(
            options.name,
            person=options.person,
            role=CallerRole(options.role),
            terms=_said(options, services.clock.now() + timedelta(days=options.days)),
            by=options.operator,
        )
    output.result(_shown(client), f"已登记 · registered: {_line(client)}")
    return OK


def _change(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        client = services.clients.change(
            options.name,
            terms=_said(options, services.clock.now() + timedelta(days=options.days)),
            by=options.operator,
        )
    output.result(_shown(client), f"已更改 · changed: {_line(client)}")
    return OK


def _stop(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        is_stopped = services.clients.stop(options.name, by=options.operator)
    told = "已停用 · stopped" if is_stopped else "先前已停用 · stopped before"
    output.result({"name": options.name, "stopped": is_stopped}, f"{told}: {options.name}")
    return OK if is_stopped else FAILED


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        found = services.clients.all()
    output.result({"clients": list(map(_shown, found))}, *map(_line, found))
    return OK


def _said(options: argparse.Namespace, ends_at: datetime) -> Terms:
    return Terms(
        key="" if options.key is None else options.key.read_text("ascii", "replace"),
        license_types=codes_of(options.type),
        matters=codes_of(options.matter),
        ends_at=ends_at,
        connection=_connection(options),
    )


def _connection(options: argparse.Namespace) -> str | None:
    """Return the certificate of connections, empty for none any more, None for as it is."""
    if options.connection is not None:
        return str(options.connection.read_text("ascii", "replace"))
    return "" if getattr(options, "any_connection", False) else None


def _shown(client: Client) -> dict[str, object]:
    return {
        "name": client.name,
        "person": client.person,
        "role": client.role.value,
        "key": public_key_id(client.key).hex(),
        "license_types": sorted(client.rights.license_types),
        "matters": sorted(client.rights.matters),
        "connection": client.connection or None,
        "ends_at": client.ends_at.isoformat(),
        "changed_by": client.changed_by,
        "stopped_at": client.stopped_at.isoformat() if client.stopped_at else None,
    }


def _line(client: Client) -> str:
    end = f"停用 stopped {client.stopped_at:%Y-%m-%d}" if client.stopped_at else ""
    parts = (
        client.name,
        client.person,
        client.role.value,
        f"证照 {' '.join(sorted(client.rights.license_types)) or '-'}",
        f"事项 {' '.join(sorted(client.rights.matters)) or '-'}",
        end or f"至 until {client.ends_at:%Y-%m-%d}",
    )
    return "\t".join(parts)
