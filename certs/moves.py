"""Guards of changes of status (变更的前提): what may be recorded in a license's log now.

The table ``FOLLOWS`` in ``certs/statuses.py`` says what may follow what. Here stands what the
table cannot say: times, plans that contradict one another, and how decisions are overturned.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Final

from certs.civil_dates import day_of
from certs.errors import (
    ApproverRequiredError,
    IllegalTransitionError,
    MoveNotAllowedError,
    MoveTimeError,
    UnknownEventError,
)
from certs.statuses import (
    OPEN,
    StatusEvent,
    StatusKind,
    check_transition,
    counting,
    follow,
    status_at,
)

OVERTURNED: Final = frozenset(
    {
        StatusKind.SUSPENDED,
        StatusKind.REVOKED,
        StatusKind.RESCINDED,
        StatusKind.WITHDRAWN,
        StatusKind.CANCELLED,
        StatusKind.VOID,
        StatusKind.TRANSFERRED,
    }
)
"""Decisions that a review or a court may overturn. Not 被替代: another version is in force."""


def check_move(
    log: Sequence[StatusEvent],
    event: StatusEvent,
    *,
    allowed_moves: AbstractSet[StatusKind] | None = None,
) -> None:
    """Refuse an ordinary change that cannot be made now.

    Args:
        log: All events of the license, oldest first.
        event: The change; it overturns nothing.
        allowed_moves: What the license type knows; None for all that the law knows.

    Raises:
        MoveNotAllowedError: The type does not know it.
        MoveTimeError: Its time is before the license began or last changed, or in the future
            for a rescission, which is void from the beginning.
        IllegalTransitionError: It cannot follow, or contradicts what is planned.
    """
    if allowed_moves is not None and event.kind not in allowed_moves:
        raise MoveNotAllowedError(f"该证照类型没有{event.kind.zh} · the type has no {event.kind}")
    _check_time(log, event)
    standing = status_at(log, day=event.takes_effect_at, known=event.recorded_at)
    check_transition(standing.kind if standing else log[0].kind, event.kind)
    _check_plans(log, event)


def _check_time(log: Sequence[StatusEvent], event: StatusEvent) -> None:
    if event.kind is StatusKind.RESCINDED:
        if event.effective_at > event.recorded_at:
            raise MoveTimeError("撤销自始无效，不能定于将来 · a rescission is never for later")
        return
    now = event.recorded_at
    begun = [item for item in counting(log, day=now, known=now) if item.effective_at <= now]
    if not begun and event.kind in OPEN and event.effective_at < log[0].effective_at:
        raise MoveTimeError("证照尚未生效，只能使其终止 · it has not begun; it can only be ended")
    # What has not begun yet may be ended from now on. Decisions often carry a date alone.
    earliest = day_of(max((item.effective_at for item in begun), default=now))
    if day_of(event.effective_at) < earliest:
        raise MoveTimeError(
            f"生效日期不得早于 {earliest.isoformat()} · not before the license began or changed"
        )


def _check_plans(log: Sequence[StatusEvent], event: StatusEvent) -> None:
    """Refuse what makes a planned change impossible, unless it ends the license at once."""
    known, last = event.recorded_at, _end_of([*log, event])
    before = set(follow(counting(log, day=last, known=known))[1])
    after = set(follow(counting([*log, event], day=last, known=known))[1])
    lost = after - before
    ends_now = event.kind not in OPEN and event.effective_at <= known
    if event in lost or (lost and not ends_now):
        planned = "、".join(sorted(item.kind.zh for item in lost))
        raise IllegalTransitionError(
            f"与已预定的变更（{planned}）相抵触，请先取消预定 · call off what is planned first"
        )


def _end_of(log: Sequence[StatusEvent]) -> datetime:
    return max(max(item.effective_at, item.recorded_at) for item in log)


def reversal(log: Sequence[StatusEvent], event: StatusEvent) -> StatusEvent:
    """Return the event that overturns a decision (复议决定、判决撤销), with what it leads back to.

    Args:
        log: All events of the license, oldest first.
        event: Names the decision it overturns, and from when on; its kind does not matter.

    Raises:
        ApproverRequiredError: Decision number, reason or approver are missing, or the approver
            is the operator.
        UnknownEventError: No such decision has taken effect, or it was overturned already.
        MoveTimeError: It would count from before the decision itself.
    """
    if not (event.decision_no.strip() and event.reason.strip() and event.approver.strip()):
        raise ApproverRequiredError("须有文书号、理由和批准人 · number, reason, approver needed")
    if event.approver.strip() == event.actor.strip():
        raise ApproverRequiredError("批准人不得是经办人 · the approver is the operator")
    target = _target(log, event)
    if target.effective_at > event.recorded_at:
        raise UnknownEventError("该变更尚未生效，请取消预定 · not in effect yet: call it off")
    if not target.overturns and target.kind not in OVERTURNED:
        raise UnknownEventError(f"{target.kind.zh}不能这样撤改 · it is no decision to overturn")
    if event.effective_at < target.effective_at:
        raise MoveTimeError("不得早于原决定的生效时间 · not before what it overturns")
    return _led_back(log, event)


def calling_off(log: Sequence[StatusEvent], event: StatusEvent) -> StatusEvent:
    """Return the event that calls off a planned change before its time (取消预定).

    Raises:
        UnknownEventError: No such change is planned.
    """
    target = _target(log, event)
    if target.effective_at <= event.recorded_at:
        raise UnknownEventError("该变更已经生效，请用撤改 · in effect already: reverse it")
    return _led_back(log, replace(event, effective_at=event.recorded_at))


def _target(log: Sequence[StatusEvent], event: StatusEvent) -> StatusEvent:
    """Return the event that is named, if it counts and is not the first."""
    number = event.overturns
    if not 1 < number <= len(log):
        raise UnknownEventError(f"没有第 {number} 项变更 · no such event")
    if any(item.overturns == number and _counts(log, place) for place, item in _numbered(log)):
        raise UnknownEventError(f"第 {number} 项已被撤改或取消 · overturned already")
    return log[number - 1]


def _counts(log: Sequence[StatusEvent], number: int) -> bool:
    """Whether an overturning event was not overturned itself."""
    return not any(
        item.overturns == number and _counts(log, place) for place, item in _numbered(log)
    )


def _numbered(log: Sequence[StatusEvent]) -> list[tuple[int, StatusEvent]]:
    return list(enumerate(log, 1))


def _led_back(log: Sequence[StatusEvent], event: StatusEvent) -> StatusEvent:
    day = event.takes_effect_at
    standing = status_at([*log, event], day=day, known=event.recorded_at)
    return replace(event, kind=standing.kind if standing else StatusKind.PENDING)
