"""Cases archived (办件归档): by command, and by themselves once they are settled."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from api.problems import describe
from certs.errors import LicenseError
from certs.packages.jobs import KeptPackage
from certs.packages.package import parse_package
from certs.ports import Clock, ObjectStore, UnitOfWork
from certs.regions import RegionCode
from storage.errors import StorageError
from verify.acceptance.desk import AcceptanceDesk
from verify.archiving.case_histories import CaseHistory, CaseHistoryWork, case_files
from verify.archiving.case_trials import LONGEST_REASON, CaseTrial, CaseTrialBook
from verify.archiving.cases import case_package, licenses_of
from verify.archiving.desk import ArchiveDesk
from verify.archiving.restored_cases import RestoredCase, differences
from verify.case_errors import CaseNotFoundError
from verify.errors import PackageRefusedError, VerifyError

logger = logging.getLogger(__name__)
_PORTION: Final = 20
_UNREADABLE: Final = (
    "OBJECT_UNREADABLE",
    (
        "办件所附的证照、承诺书或者通知书无法读取，请检查对象存储，必要时由备份恢复 · "
        "a face, declaration or receipt of the case cannot be read; look at the object store, and"
        " restore it from a backup if need be"
    ),
)
_REFUSED: Final = "PACKAGE_REFUSED"
_UNFIT: Final = (VerifyError, LicenseError, StorageError)


class CaseArchivingWork(UnitOfWork, CaseHistoryWork, Protocol):
    """A transaction over the archive, and over all that belongs to a case."""

    @property
    def case_trials(self) -> CaseTrialBook:
        """Cases that could not be archived."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseArchive:
    """Archives cases.

    Attributes:
        desk: The archive's.
        cases: Shows cases.
        region: Where they are handled.
        unit_of_work: Opens a unit of work.
        objects: Where faces, declarations and receipts lie.
        clock: Tells the time.
    """

    desk: ArchiveDesk
    cases: AcceptanceDesk
    region: RegionCode
    unit_of_work: Callable[[], CaseArchivingWork]
    objects: ObjectStore
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
            work.only_read()
            found = {name: work.archive.newest_of(name) for name in licenses_of(view)}
            history = CaseHistory.read(view, work)
        packages = {name: kept for name, kept in found.items() if kept is not None}
        draft = case_package(
            view,
            packages,
            history=history,
            files=case_files(view, history, self.objects.get),
            terms=self.desk.tools.terms,
            region=self.region,
            packed_at=self.clock.now(),
        )
        with self.unit_of_work() as work:
            # What stopped before is begun anew; what is archived stays as it is.
            work.archive.again((case_id,))
            work.commit()
        kept = self.desk.archive_case(draft)
        with self.unit_of_work() as work:
            work.case_trials.forget(case_id)
            work.commit()
        return kept, tuple(sorted(packages)), tuple(sorted(found.keys() - packages.keys()))

    def run(self) -> int:
        """Archive settled cases that are not; return how many were archived."""
        with self.unit_of_work() as work:
            work.only_read()
            waiting = work.case_trials.due(_PORTION, now=self.clock.now())
        return sum(map(self._try, waiting))

    def compare(self, case_id: str) -> tuple[str, ...]:
        """Rebuild a case from its package alone, and compare it with what the database keeps.

        Returns:
            The names of the parts that differ; none where the package tells it all.

        Raises:
            CaseNotFoundError: There is no such case, or it is not archived.
            MalformedPackageError: The package cannot be rebuilt.
        """
        view = self.cases.view_case(case_id)
        with self.unit_of_work() as work:
            work.only_read()
            kept = work.archive.newest_of(case_id)
            history = CaseHistory.read(view, work)
        if kept is None:
            raise CaseNotFoundError(case_id)
        package = parse_package(self.desk.packages.get(kept.object))
        restored = RestoredCase.of(package)
        wanted = case_files(view, history, self.objects.get)
        missing = (
            name for name, file in wanted.items() if restored.contents.get(name) != file.content
        )
        return (*differences(restored, view.case, history), *missing)

    def _try(self, case_id: str) -> bool:
        try:
            self.archive(case_id)
        except _UNFIT as error:
            # One that cannot be archived holds up no other, and comes again later and later.
            logger.warning("a settled case could not be archived")
            self._note(case_id, error)
            return False
        return True

    def _note(self, case_id: str, error: Exception) -> None:
        code, reason = _reason(error)
        with self.unit_of_work() as work:
            before = work.case_trials.find(case_id)
            trial = CaseTrial(
                case_id=case_id,
                attempts=before.attempts + 1 if before is not None else 1,
                code=code,
                reason=reason[:LONGEST_REASON],
                tried_at=self.clock.now(),
            )
            work.case_trials.keep(trial)
            work.commit()


def _reason(error: Exception) -> tuple[str, str]:
    """Return why a case could not be archived: a stable name, and words for whoever mends it."""
    if isinstance(error, StorageError):
        return _UNREADABLE
    if isinstance(error, PackageRefusedError):
        return _REFUSED, str(error)
    problem = describe(error)
    return problem.kind.code, f"{problem.zh} · {problem.en}"
