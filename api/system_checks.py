"""What keeps an instance running (运行检查), each with how it stands and what is to be done."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from api.nightly import CASE_INDEX, DECISION_DAYS, SESSIONS, USE_COUNTS
from api.services import Services
from certs.backlogs import MOST_COUNTED, Queue
from certs.civil_dates import BEIJING
from certs.ledger.entries import LedgerName
from certs.periodic_runs import PeriodicRun
from signing.certificates import Certificate, parse_certificate

_SOON: Final = timedelta(days=30)
_LATE_LEDGER: Final = timedelta(hours=1)
_LATE_WEBHOOK: Final = timedelta(hours=1)
_LATE_QUEUE: Final = timedelta(hours=1)
_FULL: Final = 0.05
_SCARCE: Final = 0.15
_STEP: Final = 1024
_SPACE: Final = (
    "清理或扩大 home 所在磁盘；写满后不再制证、归档。",
    "Make room or enlarge the disk of the home: a full one stops minting and archiving.",
)
_WORKER: Final = (
    "确认 yinxin serve 或 yinxin worker 在运行，并查看其日志。",
    "See that yinxin serve or a worker runs, and read its log.",
)
_QUEUES: Final = {
    Queue.LEDGER: ("账本条目", "Entries for the ledger", _WORKER),
    Queue.ARCHIVE: ("归档", "Packages on their way", _WORKER),
    Queue.ARCHIVE_STOPPED: (
        "归档受阻",
        "Packages that stopped",
        ("请档案员在归档页查看原因并重试。", "An archivist looks why, and lets them go on."),
    ),
    Queue.NOTICES: ("通知", "Notices to holders", _WORKER),
    Queue.COMPLAINTS: ("投诉转送", "Complaints on their way", _WORKER),
    Queue.DEPARTMENTS: ("部门核验", "Questions to departments", _WORKER),
    Queue.INTENTS: (
        "制证中",
        "Licenses being made",
        ("运行 yinxin license reconcile。", "Run yinxin license reconcile."),
    ),
}
_NIGHTLY: Final = {
    USE_COUNTS: ("用证计数", "Uses counted"),
    CASE_INDEX: ("办件索引", "Cases indexed"),
    DECISION_DAYS: ("权限判定摘要", "Decisions sealed"),
    SESSIONS: ("清理会话", "Sessions tidied"),
}


@unique
class State(StrEnum):
    """How something stands."""

    GOOD = "good"
    WATCH = "watch"
    """It works, and somebody has to do something soon."""
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemCheck:
    """One thing that is looked at.

    Attributes:
        found: What was found.
        todo: What is to be done, Chinese and English; empty where nothing is.
    """

    zh: str
    en: str
    state: State
    found: str
    todo: tuple[str, str] = ("", "")


def system_checks(services: Services) -> tuple[SystemCheck, ...]:
    """Return how everything stands; no license and nobody's data is looked at."""
    now = services.clock.now()
    return (
        _trust(services, now),
        *_certificates(services, now),
        *_nights(services, now),
        *_ledger(services, now),
        *_webhooks(services, now),
        *_backlogs(services, now),
        *_storage(services),
    )


def _backlogs(services: Services, now: datetime) -> Iterator[SystemCheck]:
    with services.unit_of_work() as work:
        work.only_read()
        found = work.backlogs.all()
    for item in found:
        zh, en, todo = _QUEUES[item.queue]
        is_kept = item.queue is Queue.NOTICES and not _has_receiver(services)
        is_late = not is_kept and item.oldest is not None and now - item.oldest > _LATE_QUEUE
        is_stopped = item.queue is Queue.ARCHIVE_STOPPED and item.waiting > 0
        is_much = item.waiting >= MOST_COUNTED
        more = "以上 or more" if is_much else ""
        since = f"，最早 since {_moment(item.oldest)}" if item.oldest else ""
        kept = "，未设接收方 no receiver is set" if is_kept else ""
        state = State.WATCH if is_late or is_stopped or is_much else State.GOOD
        yield SystemCheck(
            zh=f"待办 {zh}",
            en=en,
            state=state,
            found=f"{item.waiting}{more}{since}{kept}",
            todo=todo if state is not State.GOOD else ("", ""),
        )


def _has_receiver(services: Services) -> bool:
    """Tell whether notices go anywhere; else they are kept for ``yinxin license notices``."""
    return services.notifier is not None and services.notifier.receiver is not None


def _storage(services: Services) -> Iterator[SystemCheck]:
    with services.unit_of_work() as work:
        work.only_read()
        size = work.backlogs.database_bytes()
    yield SystemCheck(zh="数据库", en="Database", state=State.GOOD, found=_bytes(size))
    if services.home is None:
        return
    disk = shutil.disk_usage(services.home)
    free = disk.free / disk.total
    state = State.BAD if free < _FULL else State.WATCH if free < _SCARCE else State.GOOD
    yield SystemCheck(
        zh="磁盘",
        en="Disk",
        state=state,
        found=f"剩余 free {_bytes(disk.free)} / {_bytes(disk.total)}（{free:.0%}）",
        todo=_SPACE if state is not State.GOOD else ("", ""),
    )


def _bytes(count: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < _STEP:
            return f"{count:.1f} {unit}"
        count /= _STEP
    return f"{count:.1f} TiB"


def _webhooks(services: Services, now: datetime) -> Iterator[SystemCheck]:
    for item in services.webhooks.all():
        if item.webhook.stopped_at is not None:
            continue
        is_late = item.oldest is not None and now - item.oldest > _LATE_WEBHOOK
        answer = f"，最近答复 last answer {item.last_answer}" if item.last_answer else ""
        todo = ("请接收方检查其服务；不再需要的用 yinxin webhook stop。", "Ask the receiver.")
        yield SystemCheck(
            zh=f"推送 {item.webhook.name}",
            en="Webhook",
            state=State.WATCH if is_late or item.given_up else State.GOOD,
            found=f"等待 waiting {item.waiting}，放弃 given up {item.given_up}{answer}",
            todo=todo if is_late or item.given_up else ("", ""),
        )


def _trust(services: Services, now: datetime) -> SystemCheck:
    trust = services.trust.current()
    todo = ("向信任根取得新的信任列表，用 yinxin trust import 导入。", "Import a newer list.")
    if trust is None:
        state, found = State.BAD, "没有 none"
    else:
        found = f"第 {trust.version} 版 version，至 until {_day(trust.expires_at)}"
        state = _until(trust.expires_at, now)
    return SystemCheck(
        zh="信任列表",
        en="Trust list",
        state=state,
        found=found,
        todo=todo if state is not State.GOOD else ("", ""),
    )


def _certificates(services: Services, now: datetime) -> Iterator[SystemCheck]:
    newest: dict[str, Certificate] = {}
    for data in services.published_certificates():
        certificate = parse_certificate(data)
        name = certificate.common_name
        if name not in newest or newest[name].not_after < certificate.not_after:
            newest[name] = certificate
    for name, certificate in sorted(newest.items()):
        state = _until(certificate.not_after, now)
        todo = ("申请新证书并导入（yinxin certificate）。", "Request a new one and import it.")
        yield SystemCheck(
            zh=f"证书 {name}",
            en="Certificate",
            state=state,
            found=f"至 until {_day(certificate.not_after)}",
            todo=todo if state is not State.GOOD else ("", ""),
        )


def _nights(services: Services, now: datetime) -> Iterator[SystemCheck]:
    with services.unit_of_work() as work:
        work.only_read()
        runs = {run.name: run for run in work.runs.all()}
    for name, (zh, en) in _NIGHTLY.items():
        yield _night(zh, en, runs.get(name), now)


def _night(zh: str, en: str, run: PeriodicRun | None, now: datetime) -> SystemCheck:
    todo = ("查看服务日志；任务每小时重试。", "Look at the log; it is tried again every hour.")
    if run is None:
        return SystemCheck(zh=zh, en=en, state=State.WATCH, found="尚未运行 never", todo=todo)
    if run.ended_at is None or run.is_due(now):
        found = f"{_moment(run.begun_at)} 开始，未完成 begun, not ended"
        return SystemCheck(zh=zh, en=en, state=State.BAD, found=found, todo=todo)
    return SystemCheck(zh=zh, en=en, state=State.GOOD, found=_moment(run.ended_at))


def _ledger(services: Services, now: datetime) -> Iterator[SystemCheck]:
    for log in LedgerName:
        with services.unit_of_work() as work:
            work.only_read()
            head = work.ledger.head(log)
        if head is None:
            continue
        seen = head.seen_at is not None
        is_late = not seen and now - head.signed_at > _LATE_LEDGER
        todo = ("其他地区超过一小时没有见证，请联系。", "Nobody saw it for an hour; ask them.")
        found = f"{head.size} 条 entries，{_moment(head.signed_at)}"
        yield SystemCheck(
            zh=f"账本 {log.value}",
            en="Ledger",
            state=State.WATCH if is_late else State.GOOD,
            found=f"{found}，{'已见证 seen' if seen else '待见证 not seen yet'}",
            todo=todo if is_late else ("", ""),
        )


def _until(end: datetime, now: datetime) -> State:
    if end <= now:
        return State.BAD
    return State.WATCH if end - now < _SOON else State.GOOD


def _day(instant: datetime) -> str:
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d")


def _moment(instant: datetime) -> str:
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
