"""The archive's desk (归档): groups of licenses become packages, and nothing is lost on the way.

For a group, each step stored before the next:

1. what waits, and other regions have seen in the ledger, gets a job, so that nobody else takes it;
2. each is captured, verified, checked, put into its package, and that read back strictly;
3. the jobs name the objects that are about to be stored;
4. the packages are stored;
5. in one transaction the packages are entered, the licenses say where their files lie now, and
   the ledger notes it;
6. after a while, when nobody reads them any more, the loose files go.

After a crash a job that does not move is taken up where it stands: a package that was stored is
entered, one that was not is made anew, and loose files go only when the package is entered.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from certs.errors import (
    ArchivedAlreadyError,
    DisposedError,
    HoldingNotFoundError,
    LicenseError,
    MalformedPackageError,
    MalformedRecordError,
    PackageNotFoundError,
)
from certs.holder_keys import HolderKeys
from certs.ledger.entries import LedgerName
from certs.licenses import License
from certs.packages.bag_info import PackageKind
from certs.packages.envelopes import parse_envelope
from certs.packages.files import ENVELOPE
from certs.packages.jobs import ArchiveJob, ArchiveStep, KeptPackage
from certs.packages.license_packages import checked_package
from certs.packages.package import ArchivePackage
from certs.ports import Clock, ObjectStore, UnitOfWork
from signing.errors import SigningError
from verify.archive_checks.results import CheckOutcome
from verify.archiving.capture import CaptureTools, capture, check_case
from verify.archiving.made_packages import MadePackage, read_back
from verify.errors import PackageRefusedError, VerifyError

GROUP: Final = 50
PATIENCE: Final = timedelta(minutes=1)
"""How long a job may stand still, and how long whoever looked a license up may read its files."""
_LONGEST_PROBLEM: Final = 500
_UNFIT: Final = (MalformedRecordError, MalformedPackageError, SigningError, VerifyError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRun:
    """What became of one group.

    Attributes:
        archived: Ids of the packages that were entered.
        stopped: Identifiers of licenses that did not pass, each with the reason.
        tidied: How many licenses' loose files are gone.
        unseen: How many licenses wait until other regions have seen them in the ledger.
    """

    archived: tuple[str, ...] = ()
    stopped: tuple[tuple[str, str], ...] = ()
    tidied: int = 0
    unseen: int = 0

    @property
    def has_moved(self) -> bool:
        """Whether anything was done, so that there may be more to do."""
        return bool(self.archived or self.stopped or self.tidied)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDesk:
    """Archives licenses.

    Attributes:
        loose: Where the files lie until then.
        packages: Where packages lie.
        tools: What capturing takes.
        holder_keys: Make of holders what their packages are found by.
        patience: See ``PATIENCE``.
        is_evidenced: Whether a timestamp service is there, so that each package should have an
            evidence record soon.
    """

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    loose: ObjectStore
    packages: ObjectStore
    tools: CaptureTools
    holder_keys: HolderKeys
    patience: timedelta = PATIENCE
    is_evidenced: bool = False

    def run(self, limit: int = GROUP) -> ArchiveRun:
        """Go on with what stands still, and archive the next group.

        Raises:
            StorageError: The store or the database does not answer; the next run goes on.
        """
        left = self._taken_up(limit)
        again = self._entered_or_anew(left)
        fresh, unseen = self._begun(limit)
        made, stopped = self._made((*again, *fresh))
        archived = self._stored(made)
        tidied = self._tidied([job for job in left if job.step is ArchiveStep.REGISTERED])
        return ArchiveRun(
            archived=tuple(item.kept.package_id for item in archived),
            stopped=stopped,
            tidied=tidied,
            unseen=unseen,
        )

    # Steps ---------------------------------------------------------------------------------

    def _taken_up(self, limit: int) -> tuple[ArchiveJob, ...]:
        now = self.clock.now()
        with self.unit_of_work() as work:
            jobs = work.archive.take_up(limit, idle_since=now - self.patience, now=now)
            work.commit()
        return jobs

    def _entered_or_anew(self, jobs: Iterable[ArchiveJob]) -> tuple[License, ...]:
        """Enter packages that were stored already; return the licenses to archive anew."""
        anew: list[License] = []
        for job in jobs:
            if job.step is ArchiveStep.REGISTERED:
                continue
            data = self.packages.find(job.object) if job.object else None
            license = self._license(job.subject)
            if data is not None:
                self._enter([read_back(data, at=self.clock.now(), keys=self.holder_keys)])
            elif license is not None:
                anew.append(license)
            else:
                # Whoever decided the case archives it again.
                self._move([replace(job, problem="未完成，请重新归档 · archive it again")])
        return tuple(anew)

    def _license(self, identifier: str) -> License | None:
        with self.unit_of_work() as work:
            return work.licenses.find(identifier)

    def _begun(self, limit: int) -> tuple[tuple[License, ...], int]:
        """Step 1: give what waits for nobody a job each; count what waits for witnesses."""
        times = self.tools.issue_times
        with self.unit_of_work() as work:
            waiting = work.archive.waiting(limit)
            now = self.clock.now()
            ready = times.ready(waiting, work=work, now=now) if times is not None else waiting
            jobs = tuple(self._job(item, ArchiveStep.COLLECTED) for item in ready)
            ours = work.archive.begin(jobs)
            work.commit()
        begun = tuple(item for item in ready if item.identifier in ours)
        return begun, len(waiting) - len(ready)

    def _made(
        self, licenses: Sequence[License]
    ) -> tuple[list[MadePackage], tuple[tuple[str, str], ...]]:
        """Steps 2 and 3: make the packages, and note what is about to be stored."""
        made: list[MadePackage] = []
        stopped: dict[str, tuple[ArchiveStep, str]] = {}
        for license in licenses:
            try:
                made.append(self._packed(license))
            except PackageRefusedError as error:
                stopped[license.identifier] = (ArchiveStep.CHECKED, str(error))
            except _UNFIT as error:
                stopped[license.identifier] = (ArchiveStep.PACKED, str(error))
        jobs = [item.job(ArchiveStep.CHECKED) for item in made]
        by_name = {item.identifier: item for item in licenses}
        for identifier, (step, problem) in stopped.items():
            job = self._job(by_name[identifier], step)
            jobs.append(replace(job, problem=problem[:_LONGEST_PROBLEM]))
        self._move(jobs)
        return made, tuple((name, problem) for name, (_, problem) in stopped.items())

    def _packed(self, license: License) -> MadePackage:
        now = self.clock.now()
        with self.unit_of_work() as work:
            events = work.licenses.events(license.identifier)
        captured = capture(license, events, tools=self.tools, now=now, repeated=self.is_repeated)
        if captured.report.is_blocked:
            raise PackageRefusedError(captured.report.named(CheckOutcome.FAIL))
        package = captured.package
        return read_back(package.encode(), at=self.clock.now(), keys=self.holder_keys, made=package)

    def is_repeated(self, number: str, subject: str) -> bool:
        """Tell whether the package of anything but a subject has an archive number."""
        with self.unit_of_work() as work:
            return work.archive.is_repeated(number, subject=subject)

    def _stored(self, made: list[MadePackage]) -> list[MadePackage]:
        """Steps 4 and 5: store the packages and enter them; return those that were entered."""
        if not made:
            return []
        self.packages.put_all({item.kept.object: item.data for item in made})
        return self._enter(made)

    def _enter(self, made: list[MadePackage]) -> list[MadePackage]:
        try:
            self._register(made)
        except (ArchivedAlreadyError, HoldingNotFoundError, DisposedError) as error:
            if len(made) == 1:
                self._give_up(made[0], error)
                return []
            # Some cannot be entered, so each is entered by itself.
            return [one for item in made for one in self._enter([item])]
        return made

    def _register(self, made: Sequence[MadePackage]) -> None:
        with self.unit_of_work() as work:
            work.archive.register(tuple(item.kept for item in made))
            entries = [(item.kept.package_id, item.entry) for item in made]
            work.ledger.note(LedgerName.ARCHIVE, entries)
            for listing in (item.listing for item in made):
                work.package_search.enlist(listing)
            for reference in (one for item in made for one in item.references):
                work.holdings.refer(reference)
            work.archive.move(tuple(item.job(ArchiveStep.REGISTERED) for item in made))
            work.commit()

    def _give_up(self, made: MadePackage, error: LicenseError) -> None:
        """Remove a package that cannot be entered, unless it is the very one that was."""
        with self.unit_of_work() as work:
            is_entered = work.archive.of_object(made.kept.object) is not None
        if not is_entered:
            self.packages.remove(made.kept.object)
        if isinstance(error, ArchivedAlreadyError):
            self._move([made.job(ArchiveStep.REGISTERED)])
            return
        # What it refers to is gone: a person has to see to it.
        job = made.job(ArchiveStep.CHECKED)
        self._move([replace(job, problem=str(error)[:_LONGEST_PROBLEM])])

    def _tidied(self, jobs: Sequence[ArchiveJob]) -> int:
        """Step 6: remove loose files of licenses whose package is entered."""
        done: list[ArchiveJob] = []
        for job in jobs:
            license = self._license(job.subject)
            if license is None or not license.files.package:
                continue
            if not self.packages.has(license.files.package):
                continue  # what is not there is not relied upon, whatever the book says
            for name in license.files.names:
                self.loose.remove(name)
            done.append(replace(job, step=ArchiveStep.STORED, changed_at=self.clock.now()))
        self._move(done)
        return len(done)

    def keep(self, made: MadePackage) -> bool:
        """Take a package through steps 3 to 5; tell whether it was entered."""
        self._move([made.job(ArchiveStep.CHECKED)])
        return bool(self._stored([made]))

    def archive_case(self, draft: ArchivePackage) -> KeptPackage:
        """Archive a decided case (办件).

        Args:
            draft: Its package without the report of the checks, as ``case_package`` makes it.

        Raises:
            PackageRefusedError: It does not pass the checks.
            ArchivedAlreadyError: It is archived, or another process is about to.
            PackageNotFoundError: A package that it refers to was disposed of.
        """
        data = checked_package(draft, self._case_checks(draft)).encode()
        made = read_back(data, at=self.clock.now(), keys=self.holder_keys)
        with self.unit_of_work() as work:
            gone = set(made.needs) - work.holdings.known(made.needs)
            if gone:
                raise PackageNotFoundError(min(gone))
            ours = work.archive.begin((made.job(ArchiveStep.CHECKED),))
            work.commit()
        if not ours or not self._stored([made]):
            raise ArchivedAlreadyError(
                "办件已经归档，或者正在归档 · the case is archived, or about to be"
            )
        return made.kept

    def _case_checks(self, draft: ArchivePackage) -> bytes:
        number = parse_envelope(draft.files[ENVELOPE].content).values.get("档号/档号", "")
        return check_case(
            draft,
            repeated=(number,) if self.is_repeated(number, draft.info.identifier) else (),
            scanner=self.tools.scanner,
            now=self.clock.now(),
        )

    # Jobs ----------------------------------------------------------------------------------

    def _job(self, license: License, step: ArchiveStep) -> ArchiveJob:
        return ArchiveJob(
            subject=license.identifier,
            kind=PackageKind.LICENSE,
            step=step,
            changed_at=self.clock.now(),
        )

    def _move(self, jobs: Sequence[ArchiveJob]) -> None:
        if not jobs:
            return
        with self.unit_of_work() as work:
            work.archive.move(tuple(jobs))
            work.commit()
