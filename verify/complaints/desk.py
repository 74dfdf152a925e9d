"""The desk of complaints: one press looks up anew, and says at once what the record shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from certs.civil_dates import day_of
from certs.working_days import working_day_after
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.lookups import Lookup
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.records import Form
from verify.case_errors import CaseReceiptNotFoundError, ComplaintNotFoundError
from verify.case_receipts.records import CaseReceipt
from verify.complaints.records import (
    AnswerResult,
    Complaint,
    ComplaintAnswer,
    ComplaintWork,
    Shown,
    new_complaint_number,
)
from verify.matters.ways import DeferralKind, DeferralRule, Way
from verify.ports import Clock
from verify.receipts import is_number

ANSWER_WORKING_DAYS: Final = 3
_FOLLOWING: Final = frozenset({DeferralKind.LATER, DeferralKind.REVIEWED_AFTER})
UNLISTED: Final = ""
"""Stands for a material that the receipt does not list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintDesk:
    """Takes complaints from whoever holds a receipt.

    Attributes:
        cases: Looks up and shows cases.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    cases: AcceptanceDesk
    unit_of_work: Callable[[], ComplaintWork]
    clock: Clock

    def raise_one(self, number: str, material: str) -> Complaint:
        """Return the complaint about a material; taken now, or before.

        Args:
            number: The receipt's: whoever holds it may complain.
            material: Code of the material; ``UNLISTED`` for another.

        Raises:
            CaseReceiptNotFoundError: No receipt has the number.
            MaterialNotFoundError: The case does not ask for the material.
        """
        receipt = self.receipt(number)
        known = self._known(receipt, material)
        if known is not None:
            return known
        made = self._made(receipt, material)
        with self.unit_of_work() as work:
            work.cases.hold(receipt.case_id)
            before = _about(work, receipt, material)
            if before is None:
                work.complaints.add(made)
                work.commit()
        return before or made

    def receipt(self, number: str) -> CaseReceipt:
        """Return the receipt that a complaint comes from.

        Raises:
            CaseReceiptNotFoundError: No receipt has the number.
        """
        found = None
        if is_number(number):
            with self.unit_of_work() as work:
                found = work.case_receipts.numbered(number)
        if found is None:
            raise CaseReceiptNotFoundError("no receipt has the number")
        return found

    def of_receipt(self, receipt: CaseReceipt) -> tuple[Complaint, ...]:
        """Return the complaints about the case of a receipt."""
        with self.unit_of_work() as work:
            return work.complaints.of_case(receipt.case_id)

    def newest(self, limit: int) -> tuple[Complaint, ...]:
        """Return the newest complaints, newest first."""
        with self.unit_of_work() as work:
            return work.complaints.newest(limit)

    def answer(self, number: str, result: AnswerResult, *, note: str, operator: str) -> Complaint:
        """Keep what the department says to a complaint; once.

        Raises:
            ComplaintNotFoundError: There is no such complaint.
            NoteRequiredError: It says nothing.
            RecordRefusedError: It was answered.
        """
        answer = ComplaintAnswer(
            result=result, note=note, operator=operator, answered_at=self.clock.now()
        )
        with self.unit_of_work() as work:
            if not is_number(number) or work.complaints.find(number) is None:
                raise ComplaintNotFoundError("no complaint has the number")
            work.complaints.answer(number, answer)
            found = work.complaints.find(number)
            work.commit()
        if found is None:
            raise ComplaintNotFoundError("no complaint has the number")
        return found

    def _known(self, receipt: CaseReceipt, material: str) -> Complaint | None:
        with self.unit_of_work() as work:
            return _about(work, receipt, material)

    def _made(self, receipt: CaseReceipt, material: str) -> Complaint:
        shown, lookup = self._evidence(receipt.case_id, material)
        now = self.clock.now()
        return Complaint(
            number=new_complaint_number(),
            case_id=receipt.case_id,
            receipt=receipt.number,
            material=material,
            shown=shown,
            lookup=lookup,
            raised_at=now,
            due_on=working_day_after(day_of(now), ANSWER_WORKING_DAYS),
        )

    def _evidence(self, case_id: str, material: str) -> tuple[Shown, Lookup | None]:
        """Look up anew, where anybody can be asked, and compare with what is on record."""
        if material == UNLISTED:
            return Shown.UNRECORDED, None
        item = self.cases.view_case(case_id).material(material)
        if item.is_looked_up:
            item = self.cases.look_up(case_id, material)
        return _shown(item), item.lookup


def _about(work: ComplaintWork, receipt: CaseReceipt, material: str) -> Complaint | None:
    found = work.complaints.of_case(receipt.case_id)
    return next((item for item in found if item.material == material), None)


def _shown(item: CaseMaterial) -> Shown:
    decision = item.decision
    if decision is None:
        return Shown.OBTAINED if item.serving is not None else Shown.UNRECORDED
    request = decision.request
    if decision.is_demand:
        return Shown.DEMANDED
    if request.form is Form.PAPER:
        is_own = not request.voluntary and not item.is_spared
        return Shown.OWN if is_own else Shown.UNRECORDED
    if request.form is Form.DEFERRAL and item.serving is None:
        return Shown.OWN if _follows(item) else Shown.UNRECORDED
    return Shown.OBTAINED


def _follows(item: CaseMaterial) -> bool:
    """Tell whether the applicant is to bring it later; others nobody asks for."""
    rule = item.rule(Way.DEFERRAL)
    return isinstance(rule, DeferralRule) and rule.kind in _FOLLOWING
