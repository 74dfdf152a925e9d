"""Legal status (证照状态): an event log with two times, and what it says of any day.

Each event knows when it takes effect and when it was recorded, so that "in force on day X, as
known on day Y" has one answer. Expiry is computed from the record, never stored here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
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
_ENDS: Final = frozenset(
    {
        StatusKind.REVOKED,
        StatusKind.RESCINDED,
        StatusKind.WITHDRAWN,
        StatusKind.CANCELLED,
        StatusKind.VOID,
        StatusKind.SUPERSEDED,
        StatusKind.TRANSFERRED,
    }
)
_NEXT: Final[dict[StatusKind, frozenset[StatusKind]]] = {
    StatusKind.PENDING: frozenset({StatusKind.ACTIVE, StatusKind.VOID}),
    StatusKind.ACTIVE: _ENDS | {StatusKind.SUSPENDED},
    # A new version in force, or a new issuer, would undo a suspension that nobody lifted.
    StatusKind.SUSPENDED: (_ENDS - {StatusKind.SUPERSEDED, StatusKind.TRANSFERRED})
    | {StatusKind.ACTIVE},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """One change of legal status.

    Attributes:
        effective_at: From when it has legal effect.
        recorded_at: When this instance learned of it.
        decision_no: Number of the decision (文书号).
        actor: Who recorded it; a role or a staff number, never a citizen's data.
    """

    kind: StatusKind
    effective_at: datetime
    recorded_at: datetime
    reason: str = ""
    decision_no: str = ""
    actor: str = ""


def check_transition(current: StatusKind, new: StatusKind) -> None:
    """Refuse a move that the law does not know; an ended license never comes back this way.

    Raises:
        IllegalTransitionError: ``new`` cannot follow ``current``.
    """
    if new not in _NEXT.get(current, frozenset()):
        raise IllegalTransitionError(f"{current.zh}的证照不能改为{new.zh} · {current} → {new}")


def status_at(
    events: Iterable[StatusEvent], *, day: datetime, known: datetime
) -> StatusEvent | None:
    """Return the event in force at ``day``, as known at ``known``; None before the first.

    Of the events that have taken effect by ``day`` the last one recorded decides: a decision
    may be dated back behind what was recorded before it, and overrides it all the same. A
    rescission (撤销) that is known voids the license from the beginning, whatever the day.
    """
    heard = sorted(
        (event for event in events if event.recorded_at <= known),
        key=lambda event: event.recorded_at,
    )
    rescinded = [event for event in heard if event.kind is StatusKind.RESCINDED]
    if rescinded:
        return rescinded[-1]
    begun = [event for event in heard if event.effective_at <= day]
    return begun[-1] if begun else None


def list_value_at(events: Iterable[StatusEvent], now: datetime) -> int:
    """Return what a status list says at ``now`` of a license with these events.

    A license about which nothing has taken effect yet is not in force: 2, like a pending one.
    """
    event = status_at(events, day=now, known=now)
    return StatusKind.PENDING.list_value if event is None else event.kind.list_value
