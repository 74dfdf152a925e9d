"""The archive's desk of an instance: what it keeps, how it verifies, whom it notes it for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from api.case_archiving import CaseArchive
from api.repeating import repeating
from api.reports import report_json
from certs.holder_keys import HolderKeys
from certs.packages.license_packages import ArchiveTerms
from certs.ports import Clock, UnitOfWork
from storage.packed_objects import PackedObjects
from verify.archive_checks.subjects import VirusScanner
from verify.archiving.capture import CaptureTools
from verify.archiving.desk import ArchiveDesk
from verify.archiving.intake import IntakeDesk
from verify.archiving.issue_times import IssueTimes
from verify.archiving.keeping import KeepingDesk
from verify.receipt_issuing import ReceiptDesk
from verify.verifier import Verifier

INTERVAL_SECONDS: Final = 10.0
"""How long a license lies loose before somebody looks."""
_JITTER: Final = 0.2
_CHECKED_AT_ONCE: Final = 20


def open_archive_desk(  # noqa: PLR0913 - the parts of a desk
    *,
    verifier: Verifier,
    objects: PackedObjects,
    unit_of_work: Callable[[], UnitOfWork],
    clock: Clock,
    terms: ArchiveTerms,
    holder_keys: HolderKeys,
    receipts: ReceiptDesk | None = None,
    issue_times: IssueTimes | None = None,
    scanner: VirusScanner | None = None,
    is_evidenced: bool = False,
) -> ArchiveDesk:
    """Return the desk that archives the licenses of an instance.

    Args:
        verifier: Verifies before archiving.
        objects: Loose files and packages.
        unit_of_work: Opens the register.
        clock: Tells the time.
        terms: Under whom and for how long.
        holder_keys: Make of holders what their packages are found by.
        receipts: Gives receipts; None where there is no key for them.
        issue_times: Knows by when licenses stood in the ledger; None where there is none.
        scanner: Looks for viruses; None where there is none.
        is_evidenced: Whether a timestamp service is there for evidence records.
    """
    return ArchiveDesk(
        unit_of_work=unit_of_work,
        clock=clock,
        loose=objects.loose,
        packages=objects.packages,
        holder_keys=holder_keys,
        tools=CaptureTools(
            objects=objects,
            verifier=verifier,
            terms=terms,
            report_json=report_json,
            receipts=receipts,
            issue_times=issue_times,
            scanner=scanner,
        ),
        is_evidenced=is_evidenced,
    )


def unwaiting(desk: ArchiveDesk) -> ArchiveDesk:
    """Return the desk, archiving without waiting for witnesses of the ledger."""
    times = desk.tools.issue_times
    if times is None:
        return desk
    hurried = replace(times, patience=timedelta())
    return replace(desk, tools=replace(desk.tools, issue_times=hurried))


def keeping_desk(desk: ArchiveDesk) -> KeepingDesk:
    """Return who looks at the packages of an archive's desk again."""
    return KeepingDesk(
        unit_of_work=desk.unit_of_work,
        clock=desk.clock,
        packages=desk.packages,
        verifier=desk.tools.verifier,
        scanner=desk.tools.scanner,
        is_evidenced=desk.is_evidenced,
    )


def intake_desk(desk: ArchiveDesk) -> IntakeDesk:
    """Return who takes packages of others into the same archive."""
    return IntakeDesk(
        unit_of_work=desk.unit_of_work,
        packages=desk.packages,
        inspector=keeping_desk(desk).inspector,
        holder_keys=desk.holder_keys,
    )


@contextmanager
def archiving(
    desk: ArchiveDesk | None,
    cases: Callable[[], CaseArchive] | None = None,
    *,
    interval: float = INTERVAL_SECONDS,
) -> Iterator[None]:
    """Archive what was issued, and look at old packages, until the block ends.

    Args:
        desk: Who archives; None where this process may not.
        cases: Gives who archives settled cases; None where nobody does.
        interval: Seconds between two looks.
    """
    if desk is None:
        yield
        return
    with repeating(
        partial(_step, desk, cases),
        interval=interval,
        jitter=_JITTER,
        name="archive",
        trouble="what was issued could not be archived",
    ):
        yield


def _step(desk: ArchiveDesk, cases: Callable[[], CaseArchive] | None) -> None:
    while desk.run().has_moved:
        pass
    if cases is not None:
        cases().run()
    keeping_desk(desk).look_again(_CHECKED_AT_ONCE)
