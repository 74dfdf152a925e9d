"""Legal status (证照状态): an event log with two times, and what it says of any day.

Each event knows when it takes effect and when it was recorded, so that "in force on day X, as
known on day Y" has one answer. An event for later changes nothing until its time, and takes
effect then by itself. Nothing is ever removed from the log: what is overturned or called off
stays, and another event names it. Expiry is computed from the record, never stored here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from certs.errors import IllegalTransitionError


@unique
class StatusKind(StrEnum):
    """What an event makes of a license."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    RESCINDED = "rescinded"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    VOID = "void"
    SUPERSEDED = "superseded"
    TRANSFERRED = "transferred"

    @property
    def zh(self) -> str:
        """The legal term."""
        return _TERMS[self]

    @property
    def list_value(self) -> int:
        """The value in a status list: 0 active, 1 ended, 2 pending or suspended, 3 superseded."""
        return _LIST_VALUES.get(self, 1)


_TERMS: Final = {
    StatusKind.PENDING: "未激活",
    StatusKind.ACTIVE: "有效",
    StatusKind.SUSPENDED: "暂扣",
    StatusKind.REVOKED: "吊销",
    StatusKind.RESCINDED: "撤销",
    StatusKind.WITHDRAWN: "撤回",
    StatusKind.CANCELLED: "注销",
    StatusKind.VOID: "作废",
    StatusKind.SUPERSEDED: "被替代",
    StatusKind.TRANSFERRED: "转出",
}
_LIST_VALUES: Final = {
    StatusKind.ACTIVE: 0,
    StatusKind.PENDING: 2,
    StatusKind.SUSPENDED: 2,
    StatusKind.SUPERSEDED: 3,
}

_K = StatusKind
FOLLOWS: Final[Mapping[StatusKind, frozenset[StatusKind]]] = MappingProxyType(
    {
        _K.PENDING: frozenset({_K.ACTIVE, _K.VOID}),
        _K.ACTIVE: frozenset(
            {
                _K.SUSPENDED,
                _K.REVOKED,
                _K.RESCINDED,
                _K.WITHDRAWN,
                _K.CANCELLED,
                _K.VOID,
                _K.SUPERSEDED,
                _K.TRANSFERRED,
            }
        ),
        # A new version, or a new issuer, would undo a suspension that nobody lifted.
        _K.SUSPENDED: frozenset(
            {_K.ACTIVE, _K.REVOKED, _K.RESCINDED, _K.WITHDRAWN, _K.CANCELLED, _K.VOID}
        ),
        # 行政许可法 art. 70: what was revoked or withdrawn is also struck off the register.
        _K.REVOKED: frozenset({_K.CANCELLED}),
        _K.WITHDRAWN: frozenset({_K.CANCELLED}),
        _K.RESCINDED: frozenset(),
        _K.CANCELLED: frozenset(),
        _K.VOID: frozenset(),
        _K.SUPERSEDED: frozenset(),
        _K.TRANSFERRED: frozenset(),
    }
)
"""What may follow what, by law. Only an overturned decision (复议、判决) leads back."""

OPEN: Final = frozenset({_K.PENDING, _K.ACTIVE, _K.SUSPENDED})
"""A license that stands so has not ended, and keeps its number to itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """One change of legal status.

    Attributes:
        effective_at: From when it has legal effect.
        recorded_at: When this instance learned of it.
        decision_no: Number of the decision (文书号).
        actor: Who recorded it; a role or a staff number, never a citizen's data.
        approver: Who agreed to it, where that takes another person.
        overturns: Number, from 1, of the event in the log that this one overturns (复议、判决) or
            calls off before its time; 0 if none. Such an event's kind is what it leads back to.
    """

    kind: StatusKind
    effective_at: datetime
    recorded_at: datetime
    reason: str = ""
    decision_no: str = ""
    actor: str = ""
    approver: str = ""
    overturns: int = 0

    @property
    def takes_effect_at(self) -> datetime:
        """When it changes how the license stands: not before it is recorded."""
        return max(self.effective_at, self.recorded_at)


def check_transition(current: StatusKind, new: StatusKind) -> None:
    """Refuse a move that the law does not know; an ended license never comes back this way.

    Raises:
        IllegalTransitionError: ``new`` cannot follow ``current``.
    """
    if new not in FOLLOWS[current]:
        raise IllegalTransitionError(f"{current.zh}的证照不能改为{new.zh} · {current} → {new}")


def counting(events: Iterable[StatusEvent], *, day: datetime, known: datetime) -> list[StatusEvent]:
    """Return the events of a log that count on ``day`` as known at ``known``.

    They come in the order in which they take effect, those for later than ``day`` too. An event
    that another one has overturned or called off by ``day`` does not count, nor do such others.

    Args:
        events: The log, oldest first where events name one another.
        day: The moment asked about.
        known: Events recorded later are not heard of.
    """
    heard = [
        (number, event) for number, event in enumerate(events, 1) if event.recorded_at <= known
    ]
    dead: set[int] = set()
    # What overturns may be overturned itself, and only ever by what came after it.
    for number, event in reversed(heard):
        if event.overturns and number not in dead and event.effective_at <= day:
            dead.add(event.overturns)
    return sorted(
        (event for number, event in heard if number not in dead and not event.overturns),
        key=lambda event: event.takes_effect_at,
    )


def status_at(
    events: Iterable[StatusEvent], *, day: datetime, known: datetime
) -> StatusEvent | None:
    """Return the event in force at ``day``, as known at ``known``; None before the first.

    Events take effect one after the other: a decision that is dated back when it is recorded,
    one for later at its time. One that cannot follow what it finds does nothing: what was
    planned for a license that has ended meanwhile. A rescission (撤销) that is known voids the
    license from the beginning, whatever the day.
    """
    counted = counting(events, day=day, known=known)
    rescinded = [event for event in counted if event.kind is StatusKind.RESCINDED]
    if rescinded:
        return rescinded[-1]
    return follow([event for event in counted if event.effective_at <= day])[0]


def follow(
    events: Iterable[StatusEvent],
) -> tuple[StatusEvent | None, tuple[StatusEvent, ...]]:
    """Return where events lead, one after the other, and those that could not follow."""
    standing: StatusEvent | None = None
    skipped = []
    for event in events:
        if standing is None or event.kind in FOLLOWS[standing.kind]:
            standing = event
        else:
            skipped.append(event)
    return standing, tuple(skipped)


def list_value_at(events: Iterable[StatusEvent], now: datetime) -> int:
    """Return what a status list says at ``now`` of a license with these events.

    A license about which nothing has taken effect yet is not in force: 2, like a pending one.
    """
    event = status_at(events, day=now, known=now)
    return StatusKind.PENDING.list_value if event is None else event.kind.list_value


def outlook(events: Sequence[StatusEvent]) -> tuple[StatusKind, datetime | None]:
    """Return what a log makes of a license in the end, and from when on that holds.

    The time is None where nothing in the log was for later than its last entry.
    """
    known = max(event.recorded_at for event in events)
    last = max(known, *(event.effective_at for event in events))
    event = status_at(events, day=last, known=known)
    return event.kind if event else StatusKind.PENDING, last if last > known else None
