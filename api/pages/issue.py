"""The issuing department's first page (发证概览): what waits, and where things are done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.batch_views import BatchView, view_of
from api.pages.rendering import PageDep
from certs.access import CallerRole
from certs.corrections import Correction, DayLimits

router = APIRouter(prefix="/issue")
_LOOKED_AT: Final = 200
_SHOWN: Final = 8
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A correction that waits for this department.

    Attributes:
        days_left: Until the step is due; negative when late, None where nothing presses.
    """

    correction: Correction
    days_left: int | None

    @property
    def is_late(self) -> bool:
        """Whether it should have been done already."""
        return self.days_left is not None and self.days_left < 0


def tickets_of(corrections: Sequence[Correction], limits: DayLimits, now: datetime) -> list[Ticket]:
    """Return tickets, what is due first at the top."""
    found = [Ticket(correction=item, days_left=_left(item, limits, now)) for item in corrections]
    return sorted(found, key=lambda item: (item.days_left is None, item.days_left or 0))


def _left(correction: Correction, limits: DayLimits, now: datetime) -> int | None:
    due = correction.due_at(limits)
    return None if due is None else ceil((due - now).total_seconds() / _DAY_SECONDS) - 1


@router.get("")
def show_overview(page: PageDep) -> HTMLResponse:
    """Show what waits for this department."""
    caller = page.known_caller(CallerRole.ISSUER)
    services = page.services
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        batches = [
            view_of(item, work, now=now, is_counted=False) for item in work.batches.newest(_SHOWN)
        ]
        tickets = work.corrections.newest(_LOOKED_AT, open_only=True)
        proposals = work.proposals.waiting(_LOOKED_AT)
    return page.render(
        "issue.html",
        batches=[view for view in batches if _is_of_interest(view)],
        tickets=tickets_of(tickets, services.correction_limits, now)[:_SHOWN],
        ticket_count=len(tickets),
        for_me=[item for item in proposals if item.proposed_by != caller.person],
        mine=[item for item in proposals if item.proposed_by == caller.person],
        types={str(item.code): item.name for item in services.catalogue},
    )


def _is_of_interest(view: BatchView) -> bool:
    """Whether somebody has to do, or may want to see, something about a batch."""
    return not view.batch.state.is_over or view.counts.refused > 0
