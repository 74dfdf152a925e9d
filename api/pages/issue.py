"""The issuing department's first page (发证概览): what waits, and where things are done."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.batch_views import BatchView, view_of
from api.pages.rendering import PageDep
from api.tickets import tickets_of
from certs.rights import Action

router = APIRouter(prefix="/issue")
_LOOKED_AT: Final = 200
_SHOWN: Final = 8


@router.get("")
def show_overview(page: PageDep) -> HTMLResponse:
    """Show what waits for this department."""
    caller = page.who_may(Action.LIST_LICENSES)
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
