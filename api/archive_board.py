"""What an archivist sees of the archive at a glance, and of one package (库房、信息包)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.archive_views import checks_json
from api.services import Services
from certs.errors import HoldingNotFoundError, PackageNotFoundError
from certs.keeping.disposals import DisposalProposal
from certs.keeping.holdings import Holding, LegalHold
from certs.keeping.scrubs import Scrub
from certs.packages.files import CAPTURE_CHECKS
from certs.packages.jobs import ArchiveJob, KeptPackage, PackageUse
from certs.packages.package import parse_package
from certs.packages.search import PackageQuery

SHOWN: Final = 50
_MOST_WAITING: Final = 200
_MOST_READ_BYTES: Final = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveBoard:
    """How the archive stands.

    Attributes:
        waiting: How many licenses wait, counted up to a limit.
        is_more: Whether more wait than were counted.
        stopped: What could not be archived, and why.
        scrub: The newest run that read everything again; None before the first.
        found: Packages, the newest first.
    """

    waiting: int
    is_more: bool
    stopped: tuple[ArchiveJob, ...]
    scrub: Scrub | None
    damaged: tuple[Holding, ...]
    found: tuple[KeptPackage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageView:
    """One package, and what is known of it.

    Attributes:
        holding: How it is kept; None where nothing is on record yet.
        reports: 四性检测报告 as kept, oldest first, that of capture before them; as JSON has them,
            with ``checked_at`` an instant.
        proposal: 销毁建议; None for none.
    """

    kept: KeptPackage
    holding: Holding | None
    holds: tuple[LegalHold, ...]
    reports: tuple[Mapping[str, Any], ...]
    proposal: DisposalProposal | None
    uses: tuple[PackageUse, ...]


def archive_board(services: Services, query: PackageQuery) -> ArchiveBoard:
    """Return how the archive stands, and the packages that a search finds."""
    with services.unit_of_work() as work:
        work.only_read()
        waiting = len(work.archive.waiting(_MOST_WAITING + 1))
        scrubs = work.scrubs.newest(1)
        return ArchiveBoard(
            waiting=min(waiting, _MOST_WAITING),
            is_more=waiting > _MOST_WAITING,
            stopped=work.archive.stopped(SHOWN),
            scrub=scrubs[0] if scrubs else None,
            damaged=work.scrubs.damaged(SHOWN),
            found=work.package_search.find(query, SHOWN),
        )


def package_view(package: str, services: Services) -> PackageView:
    """Return one package.

    Raises:
        PackageNotFoundError: There is none of this identifier.
        ObjectStoreError: Its bytes are not to be had.
    """
    with services.unit_of_work() as work:
        work.only_read()
        kept = work.archive.find(package)
        if kept is None:
            raise PackageNotFoundError(package)
        try:
            holding = work.holdings.get(kept.object)
        except HoldingNotFoundError:
            holding = None
        holds = work.holds.of(kept.object)
        checks = work.archive.checks_of(package)
        proposal = work.disposals.proposal(kept.object)
        uses = work.archive.uses_of(package)
    is_there = holding is None or holding.destroyed_at is None
    return PackageView(
        kept=kept,
        holding=holding,
        holds=holds,
        reports=(
            *map(_dated, _captured(kept, services) if is_there else ()),
            *(_dated(checks_json(item)) for item in checks),
        ),
        proposal=proposal,
        uses=uses,
    )


def _dated(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a report with its moment as one, which pages show by the clock on the wall."""
    return {**report, "checked_at": datetime.fromisoformat(report["checked_at"])}


def _captured(kept: KeptPackage, services: Services) -> tuple[Mapping[str, Any], ...]:
    """Return the report of capture, which lies in the package; of large ones it stays there."""
    if kept.length_bytes > _MOST_READ_BYTES:
        return ()
    files = parse_package(services.objects.get(kept.object)).files
    report = files.get(CAPTURE_CHECKS)
    return (json.loads(report.content),) if report is not None else ()
