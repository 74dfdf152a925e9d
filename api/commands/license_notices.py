"""``yinxin license notices`` and ``reminders``: what holders are told."""

import argparse
from datetime import timedelta

from api.commands.registry import Commands, add_command, number_of_days
from api.composition import open_services
from api.console import OK, Output
from api.notifying import remind_all
from certs.civil_dates import BEIJING
from certs.notices import Notice, NoticeWork, finish_through

_SHOWN = 1000


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of ``yinxin license``."""
    notices = add_command(
        group, "notices", _notices, text="待发通知 · notices that wait", parents=[shared]
    )
    notices.add_argument(
        "--done", type=int, metavar="N", help="到第 N 号为止已处理 remove those up to number N"
    )
    reminders = add_command(
        group, "reminders", _reminders, text="到期提醒 · remind of expiry", parents=[shared]
    )
    reminders.add_argument("--within", type=number_of_days, default=90, metavar="DAYS")


def _notices(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        if options.done is not None:
            notices: NoticeWork = work
            finish_through(options.done, notices)
            work.commit()
        found = work.notices.waiting(_SHOWN + 1)
    more = ["后面还有，处理后用 --done 移除 · more wait"] if len(found) > _SHOWN else []
    shown = found[:_SHOWN]
    output.result([item.as_payload() for item in shown], *map(_line, shown), *more)
    return OK


def _line(notice: Notice) -> str:
    day = notice.effective_at.astimezone(BEIJING).date().isoformat()
    what = notice.status.zh if notice.status else f"{notice.due_on or notice.expires_on} 到期"
    return f"{notice.number}  {day}  {notice.kind}  {what}  {notice.identifier}"


def _reminders(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        within = timedelta(days=options.within)
        written = remind_all(services.unit_of_work, now=services.clock.now(), within=within)
    output.result({"written": written}, f"新增提醒 {written} 条 · {written} reminders written")
    return OK
