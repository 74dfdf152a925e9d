"""The life of a seal (印章生命周期): an append-only log of events with two times.

Made, enabled, suspended, resumed, revoked, destroyed. Each event knows when it takes effect and
when it was recorded, who recorded it, why, and, where two persons are needed, who approved it.
What ends or pauses a seal may be dated back to when the cause arose; what brings it into use
may not, because that would make good what was sealed without leave.

Source: 电子印章管理办法 (国办发〔2025〕33号), as far as its articles could be read.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from certs.errors import IllegalTransitionError, SealRecordError, SecondPersonRequiredError

MAX_PERSON: Final = 100
MAX_DOCUMENT_NUMBER: Final = 100
MAX_REASON: Final = 500
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ROUNDING: Final = timedelta(seconds=1)


@unique
class SealState(StrEnum):
    """What a seal is at one moment."""

    MADE = "made"
    ENABLED = "enabled"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    DESTROYED = "destroyed"

    @property
    def zh(self) -> str:
        """The word for it."""
        return _STATE_WORDS[self]


@unique
class SealMove(StrEnum):
    """What happens to a seal."""

    MADE = "made"
    ENABLED = "enabled"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REVOKED = "revoked"
    DESTROYED = "destroyed"

    @property
    def zh(self) -> str:
        """The word for it."""
        return _MOVE_WORDS[self]

    @property
    def state(self) -> SealState:
        """What it makes of the seal."""
        return SealState.ENABLED if self is SealMove.RESUMED else SealState(self.value)

    @property
    def needs_approver(self) -> bool:
        """Whether a second person must agree."""
        return self in NEED_APPROVER

    @property
    def brings_into_use(self) -> bool:
        """Whether the seal may be used from then on; such a move is never dated back."""
        return self.state is SealState.ENABLED


_STATE_WORDS: Final = {
    SealState.MADE: "已制作，未启用",
    SealState.ENABLED: "在用",
    SealState.SUSPENDED: "已停用",
    SealState.REVOKED: "已注销",
    SealState.DESTROYED: "已销毁",
}
_MOVE_WORDS: Final = {
    SealMove.MADE: "制作",
    SealMove.ENABLED: "启用",
    SealMove.SUSPENDED: "停用",
    SealMove.RESUMED: "恢复使用",
    SealMove.REVOKED: "注销",
    SealMove.DESTROYED: "销毁",
}
NEED_APPROVER: Final = frozenset({SealMove.MADE, SealMove.REVOKED, SealMove.DESTROYED})
_ENDS: Final = frozenset({SealMove.REVOKED, SealMove.DESTROYED})
ALLOWED: Final[dict[SealState | None, frozenset[SealMove]]] = {
    None: frozenset({SealMove.MADE}),
    SealState.MADE: _ENDS | {SealMove.ENABLED},
    SealState.ENABLED: _ENDS | {SealMove.SUSPENDED},
    SealState.SUSPENDED: _ENDS | {SealMove.RESUMED},
    SealState.REVOKED: frozenset({SealMove.DESTROYED}),
    SealState.DESTROYED: frozenset(),
}
"""Which moves may follow a state; None is before the first. The database holds the same table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A second person's agreement (审批).

    Attributes:
        approver: Who agreed; never the operator.
        digest: SM3 of the approval document, hexadecimal; empty if it was not given.

    Raises:
        SealRecordError: A part is missing, too long or malformed.
    """

    approver: str
    digest: str = ""

    def __post_init__(self) -> None:
        check_person(self.approver, what="审批人 approver")
        if self.digest and not _DIGEST.fullmatch(self.digest):
            raise SealRecordError(
                "审批材料摘要须为 64 位十六进制 · the approval's digest is no SM3"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SealEvent:
    """One event in the life of a seal.

    Attributes:
        effective_at: From when it has effect.
        recorded_at: When this instance learned of it; never before it takes effect.
        operator: Who recorded it.
        document_no: 批准文号 or 决定文号; needed where two persons are.
        approval: Who agreed; needed for making, revoking and destroying.

    Raises:
        SealRecordError: The times contradict each other, or a text is malformed.
        SecondPersonRequiredError: Nobody else agreed, where that is needed.
    """

    move: SealMove
    effective_at: datetime
    recorded_at: datetime
    operator: str
    reason: str = ""
    document_no: str = ""
    approval: Approval | None = None

    def __post_init__(self) -> None:
        check_person(self.operator, what="经办人 operator")
        check_text(self.reason, 0, MAX_REASON, what="原因 reason")
        least = 1 if self.move.needs_approver else 0
        check_text(self.document_no, least, MAX_DOCUMENT_NUMBER, what="文号 document number")
        if self.effective_at > self.recorded_at:
            raise SealRecordError(
                "生效时间不得晚于登记时间 · an event of a seal takes effect when recorded or before"
            )
        if self.move.brings_into_use and self.recorded_at - self.effective_at >= _ROUNDING:
            raise SealRecordError(
                "启用和恢复使用不得倒签 · enabling and resuming are never dated back"
            )
        check_approval(self.approval, self.operator, is_needed=self.move.needs_approver)


def check_approval(approval: Approval | None, operator: str, *, is_needed: bool) -> None:
    """Refuse what needs two persons and has one.

    Raises:
        SecondPersonRequiredError: Nobody agreed, or the operator did.
    """
    if approval is None:
        if is_needed:
            raise SecondPersonRequiredError("须经另一人批准 · a second person must approve")
    elif same_person(approval.approver, operator):
        raise SecondPersonRequiredError("审批人不能是经办人本人 · the approver is the operator")


def begins(move: SealMove, now: datetime) -> datetime:
    """Return when a move recorded at ``now`` takes effect.

    Seal signatures name whole seconds, so what brings a seal into use begins with the second.
    """
    return now.replace(microsecond=0) if move.brings_into_use else now


def same_person(one: str, other: str) -> bool:
    """Tell whether two names stand for one person, however they are typed."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def check_person(name: str, *, what: str) -> None:
    """Refuse a text that names nobody.

    Raises:
        SealRecordError: It is blank, too long, or holds characters that cannot be seen.
    """
    check_text(name, 1, MAX_PERSON, what=what)
    if name != name.strip():
        raise SealRecordError(f"{what}：首尾不得有空格 · no spaces around a name")


def check_text(text: str, shortest: int, longest: int, *, what: str) -> None:
    """Refuse a text that does not fit its column.

    Raises:
        SealRecordError: It is too short, too long, or not printable.
    """
    if not shortest <= len(text) <= longest or not text.isprintable():
        raise SealRecordError(f"{what}：须为 {shortest} 至 {longest} 个可见字符 · printable text")


def check_move(events: tuple[SealEvent, ...], new: SealEvent) -> None:
    """Refuse a move that cannot follow what a seal has been through.

    Raises:
        IllegalTransitionError: The present state does not allow it, or it would take effect
            before the seal was made.
    """
    current = events[-1].move.state if events else None
    if new.move not in ALLOWED[current]:
        state = current.zh if current else "尚未登记"
        raise IllegalTransitionError(
            f"印章{state}，不能{new.move.zh} · a seal that is {current} cannot be {new.move}"
        )
    if events and new.effective_at < events[0].effective_at:
        raise IllegalTransitionError(
            "生效时间早于制章时间 · it would take effect before the seal was made"
        )


def event_at(events: Iterable[SealEvent], *, at: datetime, known: datetime) -> SealEvent | None:
    """Return the event that decides about ``at``, as known at ``known``; None before the first.

    Args:
        events: The log, in order.
        at: The time asked about, such as the time of a seal signature.
        known: Only what was recorded by then counts.
    """
    begun = [item for item in events if item.recorded_at <= known and item.effective_at <= at]
    return begun[-1] if begun else None
