"""``yinxin archive``: pack what was issued, look at packages, show them."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from api.archive_names import kept_package, package_chain
from api.archive_pages import reports_page
from api.archive_views import (
    checks_json,
    job_json,
    package_json,
    report_lines,
    run_json,
    trial_json,
    trial_lines,
)
from api.archiving import keeping_desk, unwaiting
from api.commands import (
    archive_amending,
    archive_exchange,
    archive_finding,
    archive_handovers,
    archive_keeping,
)
from api.commands.registry import Commands, add_command, add_group, number_of_days
from api.composition import open_services
from api.console import FAILED, OK, Output
from api.errors import UsageError
from api.services import Services
from signing.algorithms import sm3
from verify.archive_checks.results import ArchiveReport
from verify.archive_checks.subjects import Delivery
from verify.archiving.desk import PATIENCE, ArchiveDesk, ArchiveRun

_MOST: Final = 1_000
_PAGE: Final = 200


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "archive", text="归档 · archive packages", parents=[shared])
    run = add_command(
        group, "run", _run, text="归档已签发证照 · pack what was issued", parents=[shared]
    )
    run.add_argument(
        "--again", action="store_true", help="重试未通过的 · try what did not pass once more"
    )
    run.add_argument(
        "--tidy",
        action="store_true",
        help="立即清除散存文件，须先停止服务 · remove loose files at once; end the service first",
    )
    case = add_command(
        group, "case", _case, text="归档办结的办件 · pack a decided case", parents=[shared]
    )
    case.add_argument("case", metavar="CASE")
    compared = add_command(
        group,
        "compare",
        _compare,
        text="由信息包还原办件并与登记比对 · rebuild a case from its package, and compare",
        parents=[shared],
    )
    compared.add_argument("case", metavar="CASE")
    check = add_command(
        group, "check", _check, text="四性检测 · look at packages again", parents=[shared]
    )
    check.add_argument(
        "packages", nargs="*", metavar="PACKAGE|ID|FILE", help="信息包标识、证照标识或文件"
    )
    check.add_argument(
        "--days",
        type=number_of_days,
        default=365,
        help="检测多少天内未检测过的 · those not looked at for so many days (365)",
    )
    check.add_argument(
        "--page", type=Path, metavar="FILE", help="报告写成网页 · the report as a page"
    )
    show = add_command(
        group,
        "show",
        _show,
        text="查看信息包或归档进度 · a package, or the state",
        parents=[shared],
    )
    show.add_argument("package", nargs="?", metavar="PACKAGE|ID")
    archive_keeping.register(group, shared)
    archive_exchange.register(group, shared)
    archive_handovers.register(group, shared)
    archive_finding.register(group, shared)
    archive_amending.register(group, shared)


def _run(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        desk = _desk(services)
        # Whoever says "now" does not wait for regions that are silent; the checks tell of it.
        services.ledger.publish_and_ask()
        desk = unwaiting(desk)
        if options.again:
            with services.unit_of_work() as work:
                stopped = work.archive.stopped(_MOST)
                work.archive.again(tuple(job.subject for job in stopped))
                work.commit()
        total = ArchiveRun()
        while (run := desk.run()).has_moved:
            total = _sum(total, run)
        if options.tidy:
            hasty = replace(desk, patience=timedelta())
            while (run := hasty.run()).has_moved:
                total = _sum(total, run)
    output.result(run_json(total), *_run_lines(total))
    return FAILED if total.stopped else OK


def _sum(one: ArchiveRun, other: ArchiveRun) -> ArchiveRun:
    return ArchiveRun(
        archived=one.archived + other.archived,
        stopped=one.stopped + other.stopped,
        tidied=one.tidied + other.tidied,
    )


def _run_lines(run: ArchiveRun) -> Iterator[str]:
    yield (
        f"归档 {len(run.archived)} 件 packed，未通过 {len(run.stopped)} 件 stopped，"
        f"清理 {run.tidied} 件 tidied"
    )
    yield from (f"{subject}：{problem}" for subject, problem in run.stopped)
    if run.stopped:
        yield "查明原因后执行 yinxin archive run --again · mend the cause, then try --again"
    if len(run.archived) > run.tidied:
        seconds = int(PATIENCE.total_seconds())
        yield f"散存文件在 {seconds} 秒后的下一次归档时清除 · loose files go in a later run"


def _check(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        keeping = keeping_desk(_desk(services))
        if options.packages:
            reports = [_checked(name, services) for name in options.packages]
        else:
            period = timedelta(days=options.days)
            reports = list(keeping.look_again(_MOST, period=period))
    if options.page is not None:
        options.page.write_text(reports_page(reports), "utf-8")
    value = [report.as_json() for report in reports]
    lines = [line for report in reports for line in report_lines(report)]
    output.result(value, f"检测 {len(reports)} 个信息包 packages looked at", *lines)
    return FAILED if any(report.is_blocked for report in reports) else OK


def _checked(name: str, services: Services) -> ArchiveReport:
    """Look at a stored package by its name, or at one in a file, which need not be ours."""
    keeping = keeping_desk(_desk(services))
    path = Path(name)
    if not path.is_file():
        return keeping.look_at(kept_package(name, services.unit_of_work))
    data = path.read_bytes()
    digest = sm3(data).hex()
    return keeping.receive(
        data,
        Delivery(digest=digest, found=digest, length_bytes=len(data), found_bytes=len(data)),
    )


def _case(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        _desk(services)
        kept, licenses, elsewhere = services.case_archive().archive(options.case)
    output.result(
        package_json(kept) | {"licenses": list(licenses), "elsewhere": list(elsewhere)},
        f"已归档 archived: {kept.package_id}，引用证照 {len(licenses)} 件 licenses referred to",
        *(f"证照在他处归档 archived elsewhere: {name}" for name in elsewhere),
    )
    return OK


def _compare(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        _desk(services)
        found = services.case_archive().compare(options.case)
    words = "与登记不一致 · not as in the register" if found else "与登记一致 · as in the register"
    output.result({"case": options.case, "differences": list(found)}, words, *found)
    return FAILED if found else OK


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        if options.package is None:
            return _show_state(services, output)
        kept = kept_package(options.package, services.unit_of_work)
        with services.unit_of_work() as work:
            checks = work.archive.checks_of(kept.package_id)
        chain = package_chain(kept.subject, services.unit_of_work)
    value: dict[str, Any] = package_json(kept) | {"chain": chain}
    lines = [f"{key}：{item}" for key, item in package_json(kept).items()]
    lines += [f"版本 version {number}：{name}" for number, name in enumerate(chain, start=1)]
    lines += [
        f"{item.stage} {item.checked_at.isoformat()} blocked={item.is_blocked}" for item in checks
    ]
    output.result(value | {"checks": [checks_json(item) for item in checks]}, *lines)
    return OK


def _show_state(services: Services, output: Output) -> int:
    with services.unit_of_work() as work:
        waiting = len(work.archive.waiting(_MOST))
        stopped = work.archive.stopped(_PAGE)
        packages = work.archive.packages(_PAGE)
        trials = work.case_trials.newest(_PAGE)
    value = {
        "waiting": waiting,
        "stopped": [job_json(job) for job in stopped],
        "cases": [trial_json(item) for item in trials],
        "packages": [package_json(item) for item in packages],
    }
    lines = [f"待归档 {waiting} 件 waiting，未通过 {len(stopped)} 件 stopped"]
    lines += [f"{job.subject}：{job.step.zh}，{job.problem}" for job in stopped]
    lines += [line for item in trials for line in trial_lines(item)]
    lines += [f"{item.package_id}  {item.subject}" for item in packages]
    output.result(value, *lines)
    return OK


def _desk(services: Services) -> ArchiveDesk:
    if services.archive is None:
        raise UsageError("本实例不归档 · this instance archives nothing")
    return services.archive
