"""``yinxin status``: publish the status lists, show how they stand, drop old versions."""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from api.commands.registry import Commands, add_command, add_group, number_of_days
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.services import Services
from api.status_publishing import publish_now
from certs.status_lists.ports import TokenFacts
from certs.status_lists.publishing import StatusPublisher
from certs.status_lists.tokens import StatusListToken

_KEPT_DAYS: Final = 30
_NAMES: Final = ("有效或未用 active or unused", "终止 ended", "暂停 suspended", "被替代 superseded")


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "status", text="状态列表 · status lists", parents=[shared])
    publish = add_command(
        group, "publish", _publish, text="发布有变化的列表 · publish what is due", parents=[shared]
    )
    publish.add_argument(
        "--rebuild", action="store_true", help="从证照库重新生成所有列表 · from the whole register"
    )
    show = add_command(group, "show", _show, text="列表现状 · how lists stand", parents=[shared])
    show.add_argument("--list", type=int, metavar="N", help="只看一份 · only this one")
    prune = add_command(
        group, "prune", _prune, text="清理旧版本 · drop old versions", parents=[shared]
    )
    prune.add_argument(
        "--keep-days",
        type=number_of_days,
        default=_KEPT_DAYS,
        metavar="DAYS",
        help="此前每天只留最后一版 · of days before, one version each is kept",
    )


def _publish(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        found = publish_now(_publisher(services), rebuild=options.rebuild)
    output.result(
        [
            {"number": item.number, "version": item.version, "changed": item.changed}
            for item in found
        ],
        *(
            f"列表 list {item.number}：变化 changed {item.changed}，版本 version {item.version}"
            for item in found
        ),
        *([] if found else ["没有需要发布的变化 · nothing to publish"]),
    )
    return OK


def _publisher(services: Services) -> StatusPublisher:
    if services.status_publisher is None:
        raise UsageError("本实例没有状态密钥 · this instance has no key for status lists")
    return services.status_publisher


def _show(options: argparse.Namespace, output: Output) -> int:
    now = datetime.now(UTC)
    with open_services(options.home) as services:
        shown = _lists(services, options.list, now)
    output.result(
        shown,
        *(line for item in shown for line in _told(item)),
        *([] if shown else ["还没有状态列表 · there is no status list yet"]),
    )
    return OK


def _told(item: dict[str, Any]) -> tuple[str, str]:
    """Return how a list stands in words."""
    counts = zip(_NAMES, item["counts"], strict=False)
    values = " · ".join(f"{name} {count:,}" for name, count in counts)
    number, waiting = item["number"], item["waiting"]
    head = f"列表 list {number}：{values or '尚未发布 not published yet'}"
    times = (
        f"签发于 issued {item['issued_at']}（{item['freshness']}） · 版本 version {item['version']}"
    )
    tail = f"待发布的变化 changes waiting {waiting}" + (f" · {times}" if item["version"] else "")
    return head, f"  {tail}"


def _lists(services: Services, only: int | None, now: datetime) -> list[dict[str, Any]]:
    """Return how each list stands, or the one asked for.

    Raises:
        UsageError: There is no list of the number.
    """
    with services.unit_of_work() as work:
        numbers = [item for item in work.status_lists.numbers() if only in {None, item}]
        present = {item.number: item for item in work.status_lists.present()}
    if only is not None and not numbers:
        raise UsageError(f"没有编号为 {only} 的列表 · there is no list {only}")
    return [_list(services, number, present.get(number), now) for number in numbers]


def _list(
    services: Services, number: int, facts: TokenFacts | None, now: datetime
) -> dict[str, Any]:
    with services.unit_of_work() as work:
        kept = work.status_lists.newest(number) if facts else None
        waiting = work.status_lists.waiting(number)
    if kept is None:
        return {
            "number": number,
            "counts": [],
            "waiting": waiting,
            "issued_at": "",
            "expires_at": "",
            "freshness": "",
            "version": "",
        }
    token = StatusListToken.parse(kept.encoded)
    counts = token.statuses.counts()
    return {
        "number": number,
        "counts": [counts[value] for value in range(len(_NAMES))],
        "waiting": waiting,
        "issued_at": token.issued_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "freshness": token.freshness(now).value,
        "version": token.version,
    }


def _prune(options: argparse.Namespace, output: Output) -> int:
    before = datetime.now(UTC) - timedelta(days=options.keep_days)
    with open_services(options.home) as services, services.unit_of_work() as work:
        dropped = work.status_lists.prune(before)
        work.commit()
    output.result({"dropped": dropped}, f"已清理 {dropped} 个旧版本 · {dropped} versions dropped")
    return OK
