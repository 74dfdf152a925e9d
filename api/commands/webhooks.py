"""``yinxin webhook``: who is told of licenses that come or change."""

import argparse

from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import FAILED, OK, Output
from certs.reach import codes_of
from certs.webhooks import EVERY, WebhookStanding


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    webhook = add_group(commands, "webhook", text="事件推送 · webhooks", parents=[shared])
    add = add_command(webhook, "add", _add, text="登记 · register one", parents=[shared])
    stop = add_command(webhook, "stop", _stop, text="停用 · stop one", parents=[shared])
    add_command(webhook, "list", _list, text="全部推送及其现状 · list them", parents=[shared])
    for parser in (add, stop):
        parser.add_argument("name", metavar="NAME", help="代号 its name in commands")
        parser.add_argument("--operator", required=True, metavar="PERSON", help="经办 who acts")
    add.add_argument("--address", required=True, metavar="URL", help="https://…")
    add.add_argument("--type", action="append", default=[], help="证照类型，默认全部 all")


def _add(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        webhook = services.webhooks.register(
            options.name,
            address=options.address,
            license_types=codes_of(options.type) or frozenset({EVERY}),
            by=options.operator,
        )
    standing = WebhookStanding(webhook=webhook)
    output.result(_shown(standing), f"已登记 · registered: {_line(standing)}")
    return OK


def _stop(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        is_stopped = services.webhooks.stop(options.name, by=options.operator)
    told = "已停用 · stopped" if is_stopped else "先前已停用 · stopped before"
    output.result({"name": options.name, "stopped": is_stopped}, f"{told}: {options.name}")
    return OK if is_stopped else FAILED


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        found = services.webhooks.all()
    output.result({"webhooks": list(map(_shown, found))}, *map(_line, found))
    return OK


def _shown(standing: WebhookStanding) -> dict[str, object]:
    webhook = standing.webhook
    return {
        "name": webhook.name,
        "address": webhook.address,
        "license_types": sorted(webhook.license_types),
        "waiting": standing.waiting,
        "given_up": standing.given_up,
        "oldest": standing.oldest.isoformat() if standing.oldest else None,
        "last_answer": standing.last_answer,
        "registered_by": webhook.registered_by,
        "stopped_at": webhook.stopped_at.isoformat() if webhook.stopped_at else None,
    }


def _line(standing: WebhookStanding) -> str:
    webhook = standing.webhook
    end = f"停用 stopped {webhook.stopped_at:%Y-%m-%d}" if webhook.stopped_at else ""
    parts = (
        webhook.name,
        webhook.address,
        " ".join(sorted(webhook.license_types)),
        end or f"等待 waiting {standing.waiting}，放弃 given up {standing.given_up}",
        standing.last_answer or "-",
    )
    return "\t".join(parts)
