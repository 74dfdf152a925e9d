"""How a license stands on a day, in words: legal status and expiry together."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Self

from certs.civil_dates import day_of
from certs.licenses import License
from certs.ports import UnitOfWork
from certs.statuses import StatusEvent, StatusKind, status_at

KINDS_EN: Final = MappingProxyType(
    {
        StatusKind.PENDING: "pending",
        StatusKind.ACTIVE: "in force",
        StatusKind.SUSPENDED: "suspended",
        StatusKind.REVOKED: "revoked",
        StatusKind.RESCINDED: "rescinded",
        StatusKind.WITHDRAWN: "withdrawn",
        StatusKind.CANCELLED: "canceled",
        StatusKind.VOID: "void",
        StatusKind.SUPERSEDED: "superseded",
        StatusKind.TRANSFERRED: "transferred",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds of a license at one moment.

    Attributes:
        status: Legal status; ``expired`` and ``not-begun`` where only the dates say so.
        is_in_force: Whether it can be relied on at that moment.
    """

    status: str
    zh: str
    en: str
    is_in_force: bool

    @classmethod
    def of(cls, license: License, event: StatusEvent | None, now: datetime) -> Self:
        """Return how ``license`` stands at ``now`` when ``event`` is what governs then."""
        today = day_of(now)
        if event is None or (event.kind is StatusKind.ACTIVE and today < license.valid_from):
            zh = f"{license.valid_from.isoformat()} 起有效"
            en = f"valid from {license.valid_from.isoformat()}"
            return cls(status="not-begun", zh=zh, en=en, is_in_force=False)
        if event.kind is not StatusKind.ACTIVE:
            day = day_of(event.effective_at).isoformat()
            return cls(
                status=event.kind.value,
                zh=f"已于 {day} {event.kind.zh}",
                en=f"{KINDS_EN[event.kind]} since {day}",
                is_in_force=False,
            )
        if license.valid_to is not None and today > license.valid_to:
            day = license.valid_to.isoformat()
            return cls(
                status="expired", zh=f"已于 {day} 到期", en=f"expired on {day}", is_in_force=False
            )
        return cls(status=event.kind.value, zh="有效", en="in force", is_in_force=True)


def standing_now(license: License, work: UnitOfWork, now: datetime) -> Standing:
    """Return how a license stands now, by everything recorded about it."""
    event = status_at(work.licenses.events(license.identifier), day=now, known=now)
    return Standing.of(license, event, now)
