"""What a window has beside its cases: exceptions that wait, promises that are due, silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api.pages.rendering import Page
from api.services import Services
from api.words_of_silence import source_name
from certs.civil_dates import day_of
from verify.acceptance.probes import SourceState

DUE_WITHIN: Final = timedelta(days=30)
_PROBED_WITHIN: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A page of the window, and how much waits there."""

    address: str
    zh: str
    en: str
    waiting: int = 0


def window_tabs(page: Page) -> Sequence[Tab]:
    """Return the window's pages for whoever is signed in."""
    services = page.services
    due = services.promises.due(day_of(services.clock.now()) + DUE_WITHIN)
    tabs = [
        Tab(address="/window", zh="受理台", en="Cases"),
        Tab(address="/window/deferrals", zh="待补与承诺", en="Awaited", waiting=len(due)),
    ]
    unconfirmed = len(services.guardians.waiting())
    tabs.append(
        Tab(address="/window/guardians", zh="监护登记", en="Guardians", waiting=unconfirmed)
    )
    if page.caller is not None and services.exceptions.may_approve(page.caller.person):
        waiting = len(services.exceptions.all_open())
        tabs.append(
            Tab(address="/window/approvals", zh="例外审批", en="Exceptions", waiting=waiting)
        )
    return tabs


def silent_sources(services: Services) -> list[str]:
    """Return the names of registers and regions that were found silent just now.

    A register that nobody connected is not silent; a case says so where it would have been asked.
    """
    sources = services.case_sources
    connected = sources.prober.sources.names() if sources is not None else frozenset()
    with services.unit_of_work() as work:
        work.only_read()
        newest = work.source_probes.newest_since(services.clock.now() - _PROBED_WITHIN)
    return [
        source_name(probe.source)
        for probe in newest
        if probe.state is SourceState.DOWN and probe.source in connected
    ]
