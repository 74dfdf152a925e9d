"""我的办件: the cases of whoever is signed in, and complaints about them."""

from typing import Final

from api.callers import Caller
from api.schemas.holder_cases import HolderCaseOut
from api.services import Services, Work
from certs.reach import Need, Subject
from verify.acceptance.records import Case
from verify.case_errors import CaseNotFoundError, CaseReceiptNotFoundError
from verify.case_receipts.records import CaseReceipt
from verify.complaints.records import Complaint
from verify.errors import MatterNotFoundError
from verify.matters.catalogue import Matter

MOST_CASES: Final = 100


def holder_cases(caller: Caller, services: Services) -> tuple[HolderCaseOut, ...]:
    """Return the newest cases of a holder, newest first."""
    key = caller.grant.holder_key
    if not key:
        # Without a key nobody's cases would be everybody's.
        return ()
    with services.unit_of_work() as work:
        work.only_read()
        found = work.holder_cases.of_holder(key, MOST_CASES)
        return tuple(
            _shown(case, services, work)
            for case in found
            if caller.reaches(Need(subject=Subject.MATTER, code=case.matter_code))
        )


def receipt_of(case_id: str, *, caller: Caller, services: Services) -> CaseReceipt:
    """Return the newest receipt of a holder's own case.

    Raises:
        CaseNotFoundError: The holder has no such case.
        CaseReceiptNotFoundError: No receipt of it was issued.
    """
    key = caller.grant.holder_key
    with services.unit_of_work() as work:
        work.only_read()
        if not key or not work.holder_cases.is_of(key, case_id):
            raise CaseNotFoundError(case_id)
        found = work.case_receipts.latest(case_id)
    if found is None:
        raise CaseReceiptNotFoundError(case_id)
    return found


def complain(case_id: str, material: str, *, caller: Caller, services: Services) -> Complaint:
    """Take a holder's complaint about an own case (窗口仍要求我交纸质件), with its evidence.

    Raises:
        CaseNotFoundError: The holder has no such case.
        CaseReceiptNotFoundError: No receipt of it was issued.
        MaterialNotFoundError: The case does not ask for the material.
    """
    receipt = receipt_of(case_id, caller=caller, services=services)
    return services.complaints.raise_one(receipt.number, material)


def _shown(case: Case, services: Services, work: Work) -> HolderCaseOut:
    return HolderCaseOut.of(
        case,
        _matter(case, services),
        work.outcomes.find(case.id),
        work.case_receipts.latest(case.id),
    )


def _matter(case: Case, services: Services) -> Matter | None:
    try:
        return services.acceptance.matters.version(case.matter_code, case.matter_version)
    except MatterNotFoundError:
        return None
