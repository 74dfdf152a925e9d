"""What an issuer may do to the status of a license now, in words that say what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from api.issued_licenses import IssuedLicense
from api.status_changes import CALLED_OFF, REVERSED
from certs.moves import OVERTURNED
from certs.statuses import FOLLOWS, StatusEvent, StatusKind

_K = StatusKind
_WORDS: Final = MappingProxyType(
    {
        _K.ACTIVE: ("恢复有效（激活、发还、解除）", "Bring into force", "此后可以正常使用。"),
        _K.SUSPENDED: ("暂扣（暂停）", "Suspend", "此后各地都不能使用，直到恢复。"),
        _K.REVOKED: ("吊销", "Revoke", "因违法处罚而失效，不能恢复，只能经复议或判决撤改。"),
        _K.RESCINDED: ("撤销", "Rescind", "自始无效；不能恢复，只能经复议或判决撤改。"),
        _K.WITHDRAWN: ("撤回", "Withdraw", "此后失效，不能恢复，只能经复议或判决撤改。"),
        _K.CANCELLED: ("注销", "Cancel", "此后失效，不能恢复。"),
        _K.VOID: ("作废", "Void", "签发有误等情形；此后失效，不能恢复。"),
        _K.TRANSFERRED: ("转出", "Transfer", "转到其他地区，在本地失效，不能恢复。"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedMove:
    """One thing that may be proposed.

    Attributes:
        kind: As the interface calls it.
        event: Number of the event that it overturns; 0 for none.
    """

    kind: str
    zh: str
    en: str
    follows: str
    event: int = 0

    @property
    def value(self) -> str:
        """What a form says for it."""
        return f"{self.kind}:{self.event}" if self.event else self.kind


PLAIN_MOVES: Final = tuple(
    OfferedMove(kind=kind.value, zh=zh, en=en, follows=follows)
    for kind, (zh, en, follows) in _WORDS.items()
)
"""What may be proposed without naming an event that it overturns."""


def offered_moves(seen: IssuedLicense, now: datetime) -> tuple[OfferedMove, ...]:
    """Return what may be proposed about a license, as the law and its type allow."""
    allowed = seen.license_type.allowed_moves if seen.license_type else frozenset(StatusKind)
    known = FOLLOWS[seen.status] & allowed
    plain = [move for move in PLAIN_MOVES if StatusKind(move.kind) in known]
    return (*plain, *_overturning(seen.events, now))


def words_of_move(kind: str) -> tuple[str, str]:
    """Return what a proposed change is called."""
    if kind == REVERSED:
        return "撤改（复议、判决）", "Overturn a decision"
    if kind == CALLED_OFF:
        return "取消预定的变更", "Call off"
    zh, en, _ = _WORDS[StatusKind(kind)]
    return zh, en


def _overturning(events: Sequence[StatusEvent], now: datetime) -> list[OfferedMove]:
    """Return the events that may be overturned, or called off before their time."""
    dead = {event.overturns for event in events}
    found = []
    for number, event in enumerate(events, 1):
        if number == 1 or number in dead or event.overturns:
            continue
        if event.effective_at > now:
            found.append(_over(CALLED_OFF, number, f"取消第 {number} 项预定的{event.kind.zh}"))
        elif event.kind in OVERTURNED:
            found.append(
                _over(REVERSED, number, f"经复议或判决，撤改第 {number} 项{event.kind.zh}")
            )
    return found


def _over(kind: str, number: int, zh: str) -> OfferedMove:
    follows = "恢复到该项之前的状态。" if kind == REVERSED else "该项不再生效。"
    en = f"{words_of_move(kind)[1]}, no. {number}"
    return OfferedMove(kind=kind, zh=zh, en=en, follows=follows, event=number)
