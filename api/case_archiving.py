"""Cases archived (办件归档): by command, and by themselves once they are settled."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from certs.packages.jobs import KeptPackage
from certs.ports import Clock, UnitOfWork
from certs.regions import RegionCode
from verify.acceptance.desk import AcceptanceDesk
from verify.archiving.case_histories import CaseHistory, CaseHistoryWork
from verify.archiving.cases import case_package, licenses_of
from verify.archiving.desk import ArchiveDesk
from verify.errors import VerifyError

logger = logging.getLogger(__name__)
_PORTION: Final = 20


class CaseArchivingWork(UnitOfWork, CaseHistoryWork, Protocol):
    """A transaction over the archive, and over all that belongs to a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseArchive:
    """Archives cases.

    Attributes:
        desk: The archive's.
        cases: Shows cases.
        region: Where they are handled.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    desk: ArchiveDesk
    cases: AcceptanceDesk
    region: RegionCode
    unit_of_work: Callable[[], CaseArchivingWork]
    clock: Clock

    def archive(self, case_id: str) -> tuple[KeptPackage, tuple[str, ...], tuple[str, ...]]:
        """Archive a decided case with all that belongs to it.

        Returns:
            The package, the licenses that it refers to, and those that are archived elsewhere.

        Raises:
            CaseNotFoundError: There is no such case.
            CaseUndecidedError: A material waits for its decision.
            ArchivedAlreadyError: It is archived.
        """
        view = self.cases.view_case(case_id)
        with self.unit_of_work() as work:
            found = {name: work.archive.newest_of(name) for name in licenses_of(view)}
            history = CaseHistory.read(view, work)
        packages = {name: kept for name, kept in found.items() if kept is not None}
        draft = case_package(
            view,
            packages,
            history=history,
            terms=self.desk.tools.terms,
            region=self.region,
            packed_at=self.clock.now(),
        )
        kept = self.desk.archive_case(draft)
        return kept, tuple(sorted(packages)), tuple(sorted(found.keys() - packages.keys()))

    def run(self) -> int:
        """Archive settled cases that are not; return how many were archived."""
        with self.unit_of_work() as work:
            waiting = work.outcomes.unarchived(_PORTION)
        done = 0
        for case_id in waiting:
            try:
                self.archive(case_id)
            except VerifyError:
                # One that cannot be archived holds up no other; `yinxin archive case` says why.
                logger.warning("a settled case could not be archived")
            else:
                done += 1
        return done
