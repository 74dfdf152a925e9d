"""Notices for holders (证照通知): what is told outside of a license that came or changed.

A notice is written in the transaction of what it tells, and waits until it is delivered; so
none is lost, and one that was delivered just before a crash may come twice. It names a license
and times, never a person: who is told, and how, the receiving system knows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Protocol

from certs.canonical import JsonValue
from certs.civil_dates import day_of
from certs.statuses import StatusEvent, StatusKind

SCHEMA: Final = "yinxin.notice/1"
_PORTION: Final = 500


@unique
class NoticeKind(StrEnum):
    """What a notice is about."""

    ISSUED = "issued"
    CHANGED = "changed"
    EXPIRING = "expiring"
    PROMISE_DUE = "promise-due"
    """承诺、容缺到期: what was promised in a case is due, or is checked soon."""


LICENSE_KINDS: Final = (NoticeKind.ISSUED, NoticeKind.CHANGED, NoticeKind.EXPIRING)
"""What is about a license; the rest is about a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell the holder of one license, or the applicant of one case.

    Attributes:
        number: Grows with every notice of this instance; 0 before it is written.
        identifier: 证照标识; of a case its 办件编号.
        status: What the license became, or is to become; None for a reminder.
        effective_at: From when on; for a reminder, when it was written.
        expires_on: The last day of validity, of a reminder.
        material: Code of the material that was promised; empty for a license.
        due_on: The last day on which it follows, or is checked; None for a license.
        attempts: How often delivery has been tried.
    """

    number: int = 0
    identifier: str
    kind: NoticeKind
    status: StatusKind | None = None
    effective_at: datetime
    recorded_at: datetime
    expires_on: date | None = None
    material: str = ""
    due_on: date | None = None
    attempts: int = 0

    def as_payload(self) -> dict[str, JsonValue]:
        """Return what is delivered; the number lets a receiver drop what comes twice."""
        payload: dict[str, JsonValue] = {
            "schema": SCHEMA,
            "number": self.number,
            "identifier": self.identifier,
            "kind": self.kind.value,
            "effective_at": self.effective_at.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
        }
        if self.status is not None:
            payload["status"] = self.status.value
        if self.expires_on is not None:
            payload["expires_on"] = self.expires_on.isoformat()
        if self.due_on is not None:
            payload["case"] = payload.pop("identifier")
            payload["material"] = self.material
            payload["due_on"] = self.due_on.isoformat()
        return payload


class NoticeBox(Protocol):
    """Notices that wait for delivery (发件箱)."""

    def add(self, notices: Iterable[Notice]) -> None:
        """Write notices; of a reminder also that this license was reminded of this day."""
        ...

    def waiting(self, limit: int) -> tuple[Notice, ...]:
        """Return what waits, oldest first."""
        ...

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[Notice, ...]:
        """Return what is due, the oldest of each license, and let nobody else take it for a while.

        Args:
            limit: How many at most.
            now: The present.
            until: When it is due again, unless it is delivered or postponed by then.
        """
        ...

    def postpone(self, number: int, *, until: datetime) -> None:
        """Let a notice be due later."""
        ...

    def finish(self, numbers: Sequence[int]) -> None:
        """Remove notices that were delivered."""
        ...

    def expiring(self, first: date, last: date, *, limit: int) -> tuple[tuple[str, date], ...]:
        """Return licenses in force whose last day lies in a span, and of which nobody was told."""
        ...


class NoticeWork(Protocol):
    """One transaction in which notices are written."""

    @property
    def notices(self) -> NoticeBox:
        """The notices within this transaction."""
        ...


def notice_of(identifier: str, event: StatusEvent, *, kind: NoticeKind) -> Notice:
    """Return what is told of an event: the reason and the decision stay inside."""
    return Notice(
        identifier=identifier,
        kind=kind,
        status=event.kind,
        effective_at=event.effective_at,
        recorded_at=event.recorded_at,
    )


def finish_through(last: int, work: NoticeWork) -> int:
    """Remove what waits up to a number, however much it is; return how many notices it was.

    Args:
        last: The number of the last notice that was dealt with.
        work: An open transaction; the caller commits.
    """
    removed = 0
    while numbers := [
        notice.number for notice in work.notices.waiting(_PORTION) if notice.number <= last
    ]:
        work.notices.finish(numbers)
        removed += len(numbers)
    return removed


def remind(
    work: NoticeWork, *, now: datetime, within: timedelta, limit: int = _PORTION
) -> tuple[Notice, ...]:
    """Write reminders for licenses that expire soon (到期提醒), once for each last day.

    Args:
        work: An open transaction; the caller commits, and calls again until nothing comes.
        now: The present.
        within: How long before the last day.
        limit: How many at most.
    """
    today = day_of(now)
    found = work.notices.expiring(today, day_of(now + within), limit=limit)
    reminders = tuple(
        Notice(
            identifier=identifier,
            kind=NoticeKind.EXPIRING,
            effective_at=now,
            recorded_at=now,
            expires_on=last_day,
        )
        for identifier, last_day in found
    )
    work.notices.add(reminders)
    return reminders
