"""The archive's desk of an instance: what it keeps, how it verifies, whom it notes it for."""

from collections.abc import Callable

from api.reports import report_json
from certs.licenses import License
from certs.packages.license_packages import ArchiveTerms
from certs.ports import Clock, UnitOfWork
from storage.packed_objects import PackedObjects
from verify.archiving.capture import CaptureTools
from verify.archiving.desk import ArchiveDesk
from verify.examination import Examination
from verify.receipt_issuing import ReceiptDesk
from verify.verifier import PUBLIC, Verifier


def open_archive(  # noqa: PLR0913 - the parts of a desk
    *,
    verifier: Verifier,
    objects: PackedObjects,
    unit_of_work: Callable[[], UnitOfWork],
    clock: Clock,
    terms: ArchiveTerms,
    receipts: ReceiptDesk | None = None,
    issue_proof: Callable[[License], bytes] | None = None,
) -> ArchiveDesk:
    """Return the desk that archives the licenses of an instance.

    Args:
        verifier: Verifies before archiving.
        objects: Loose files and packages.
        unit_of_work: Opens the register.
        clock: Tells the time.
        terms: Under whom and for how long.
        receipts: Gives receipts; None where there is no key for them.
        issue_proof: Gives the ledger's proof that a license was issued, or nothing.
    """
    return ArchiveDesk(
        unit_of_work=unit_of_work,
        clock=clock,
        loose=objects.loose,
        packages=objects.packages,
        tools=CaptureTools(
            objects=objects,
            verifier=verifier,
            terms=terms,
            report_json=report_json,
            receipt=_receipt_of(receipts) if receipts is not None else None,
            issue_proof=issue_proof,
        ),
    )


def _receipt_of(desk: ReceiptDesk) -> Callable[[Examination], bytes]:
    def give(examination: Examination) -> bytes:
        return desk.issue(examination, PUBLIC).encoded

    return give
