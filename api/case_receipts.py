"""Receipts of cases in this instance (受理通知书): issued once for what is on record, sealed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self

from api.case_receipt_pages import case_receipt_page
from api.http_errors import NotServedHereError
from api.page_sealing import PageSeal, PageSealing
from certs.faces.case_receipt_pages import SEAL_CENTER_MM, typeset_case_receipt
from certs.ports import Clock, ObjectStore
from certs.regions import RegionCode
from certs.seals.ports import SealWork
from signing.signer import CertifiedSigner
from signing.timestamps import TimestampSource
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.promises.records import Promise
from verify.acceptance.records import Form
from verify.case_errors import CaseReceiptNotFoundError
from verify.case_receipts.documents import CaseReceiptDocument
from verify.case_receipts.records import CaseReceipt, CaseReceiptSigner, CaseReceiptWork
from verify.case_receipts.statements import CaseStatement
from verify.ports import TrustSource
from verify.receipts import is_number

COMPLAINT_PATH: Final = "/case/"
_OPEN: Final = frozenset({Form.COMMITMENT, Form.DEFERRAL})


class CaseReceiptsWork(SealWork, CaseReceiptWork, Protocol):
    """A transaction over receipts of cases, and over the uses of the seal on them."""

    def __enter__(self) -> Self: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceiptOffice:
    """Issues receipts of cases, and shows those there are.

    Attributes:
        cases: Shows cases.
        unit_of_work: Opens a unit of work.
        objects: Where receipts and their pages lie.
        public_url: Where this instance is reached.
        signer: Signs them; None where this process has no key for receipts.
        sealing: Seals their pages; None where there is no seal.
        specimen: They are 样本.
    """

    cases: AcceptanceDesk
    unit_of_work: Callable[[], CaseReceiptsWork]
    objects: ObjectStore
    public_url: str
    signer: CaseReceiptSigner | None = None
    sealing: PageSealing | None = None
    specimen: bool = True

    def issue(self, case_id: str, *, operator: str) -> CaseReceipt:
        """Return the receipt of a case: the newest, if nothing changed since it was issued.

        Args:
            case_id: The case.
            operator: Who has it issued; must be allowed to accept cases.

        Raises:
            CaseNotFoundError: There is no such case.
            CaseIncompleteError: A required material waits for its decision.
            NotServedHereError: This process has no key for receipts, or no seal.
            SealNotUsableError: The seal is not enabled.
            RecordRefusedError: The operator may not accept cases.
        """
        statement = self._statement(case_id)
        with self.unit_of_work() as work:
            former = work.case_receipts.latest(case_id)
        if former is not None and former.content == statement.digest:
            return former
        made = self._made(statement, former, operator=operator)
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            newest = work.case_receipts.latest(case_id)
            if newest == former:
                work.case_receipts.add(made)
                work.commit()
                return made
        # Another window issued one meanwhile.
        return self.issue(case_id, operator=operator)

    def latest(self, case_id: str) -> CaseReceipt:
        """Return the newest receipt of a case.

        Raises:
            CaseNotFoundError: There is no such case.
            CaseReceiptNotFoundError: No receipt of it was issued.
        """
        with self.unit_of_work() as work:
            work.cases.get(case_id)
            found = work.case_receipts.latest(case_id)
        if found is None:
            raise CaseReceiptNotFoundError(case_id)
        return found

    def numbered(self, number: str) -> CaseReceipt:
        """Return the receipt of a number.

        Raises:
            CaseReceiptNotFoundError: There is none.
        """
        found = None
        if is_number(number):
            with self.unit_of_work() as work:
                found = work.case_receipts.numbered(number)
        if found is None:
            raise CaseReceiptNotFoundError("no receipt has the number")
        return found

    def page(self, receipt: CaseReceipt) -> bytes:
        """Return the sealed page of a receipt, PDF."""
        return self.objects.get(receipt.page)

    def document(self, receipt: CaseReceipt) -> bytes:
        """Return a receipt as it was signed, JSON."""
        return self.objects.get(receipt.document)

    def content(self, receipt: CaseReceipt) -> CaseReceiptDocument:
        """Return what a receipt says."""
        document, _ = CaseReceiptDocument.parse(self.document(receipt))
        return document

    def address(self, number: str) -> str:
        """Return where the holder of a receipt complains."""
        return f"{self.public_url}{COMPLAINT_PATH}{number}"

    def _statement(self, case_id: str) -> CaseStatement:
        view = self.cases.view_case(case_id)
        left_open = [
            item.material.code
            for item in view.materials
            if item.decision is not None and item.decision.request.form in _OPEN
        ]
        promises: Mapping[str, Promise] = {}
        if left_open:
            with self.unit_of_work() as work:
                promises = {code: work.promises.get(case_id, code) for code in left_open}
        return CaseStatement.of(view, promises)

    def _made(
        self, statement: CaseStatement, former: CaseReceipt | None, *, operator: str
    ) -> CaseReceipt:
        """Sign the next receipt, typeset and seal its page, and store both."""
        if self.signer is None or self.sealing is None:
            raise NotServedHereError("no key for receipts, or no seal")
        document = self.signer.draft(statement, former, complaint=self.address)
        encoded = self.signer.sign(document)
        page = self.sealing.sealed(
            typeset_case_receipt(
                case_receipt_page(statement, document, encoded, specimen=self.specimen)
            ),
            operator=operator,
            purpose="受理通知书",
            center_mm=SEAL_CENTER_MM,
        )
        return CaseReceipt(
            case_id=statement.case_id,
            version=document.version,
            number=document.number,
            former=document.former,
            content=statement.digest,
            document=self.objects.put(encoded),
            page=self.objects.put(page),
            operator=operator,
            issued_at=document.issued_at,
        )


def open_case_receipts(  # noqa: PLR0913 - the parts of an office
    cases: AcceptanceDesk,
    *,
    region: RegionCode,
    signer: CertifiedSigner | None,
    seal: PageSeal | None,
    trust: TrustSource,
    revocation_lists: Callable[[], tuple[bytes, ...]],
    timestamps: TimestampSource | None,
    unit_of_work: Callable[[], CaseReceiptsWork],
    objects: ObjectStore,
    clock: Clock,
    public_url: str,
    specimen: bool,
) -> CaseReceiptOffice:
    """Return the office; without ``signer`` and ``seal`` it shows the receipts there are."""
    return CaseReceiptOffice(
        cases=cases,
        unit_of_work=unit_of_work,
        objects=objects,
        public_url=public_url,
        signer=CaseReceiptSigner(
            signer=signer,
            region=region,
            trust=trust,
            revocation_lists=revocation_lists,
            clock=clock,
            timestamps=timestamps,
        )
        if signer is not None
        else None,
        sealing=PageSealing(
            seal=seal, unit_of_work=unit_of_work, clock=clock, timestamps=timestamps
        )
        if seal is not None
        else None,
        specimen=specimen,
    )
