"""Corrections as tickets of the issuing department, with the days that are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final

from certs.corrections import Correction, DayLimits

_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A correction, and how its next step presses.

    Attributes:
        days_left: Whole days until the step is due; negative when late, None where nothing presses.
    """

    correction: Correction
    days_left: int | None

    @property
    def is_late(self) -> bool:
        """Whether it should have been taken already."""
        return self.days_left is not None and self.days_left < 0


def ticket_of(correction: Correction, limits: DayLimits, now: datetime) -> Ticket:
    """Return a correction as a ticket."""
    due = correction.due_at(limits)
    left = None if due is None else ceil((due - now).total_seconds() / _DAY_SECONDS) - 1
    return Ticket(correction=correction, days_left=left)


def tickets_of(corrections: Sequence[Correction], limits: DayLimits, now: datetime) -> list[Ticket]:
    """Return tickets, what is due first at the top."""
    found = [ticket_of(item, limits, now) for item in corrections]
    return sorted(found, key=lambda item: (item.days_left is None, item.days_left or 0))
