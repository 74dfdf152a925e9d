"""Receipts of this instance (核验回执): given once for a request, kept, printed once.

The signed receipt is an object named by its digest, and complete in itself: whoever archives
those bytes needs nothing of this instance to have them re-checked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

from api.http_errors import KeyReusedError, NotServedHereError
from api.page_sealing import PageSeal, PageSealing
from api.receipt_pages import receipt_page
from certs.errors import SealNotUsableError
from certs.faces.receipt_pages import SEAL_CENTER_MM, typeset_receipt
from certs.ports import ObjectStore
from certs.seals.ports import SealWork
from signing.algorithms import sm3
from signing.timestamps import TimestampSource
from verify.errors import DuplicateReceiptError, ReceiptNotFoundError
from verify.examination import Examination
from verify.ports import Clock, ReceiptWork
from verify.receipt_issuing import IssuedReceipt, ReceiptDesk
from verify.receipts import ReceiptEntry, is_number, parse_receipt
from verify.verifier import Inquiry


class ReceiptsWork(SealWork, ReceiptWork, Protocol):
    """A transaction over receipts, and over the uses of the seal on their pages."""

    def __enter__(self) -> Self: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReceipt:
    """A receipt that was given here.

    Attributes:
        encoded: The signed receipt, byte for byte.
    """

    entry: ReceiptEntry
    encoded: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOffice:
    """Gives, keeps and prints receipts.

    Attributes:
        desk: Gives them; None where this process has no key for receipts.
        public_url: Where this instance is reached.
        seal: Goes on pages; None where there is none.
        timestamps: Proves when pages were sealed; None to claim it only.
        specimen: Pages are 样本.
    """

    desk: ReceiptDesk | None
    unit_of_work: Callable[[], ReceiptsWork]
    objects: ObjectStore
    clock: Clock
    public_url: str
    seal: PageSeal | None = None
    timestamps: TimestampSource | None = None
    specimen: bool = True

    def give(
        self,
        examination: Examination,
        inquiry: Inquiry,
        *,
        requester: str,
        request_key: str = "",
    ) -> KeptReceipt:
        """Give a receipt and keep it; the same request leads to the same receipt.

        Args:
            examination: What was brought, as it was examined.
            inquiry: What is to be known of it.
            requester: Who asks; that stands nowhere in the receipt.
            request_key: Names the request; empty for one that nobody repeats.

        Raises:
            NotServedHereError: This process has no key for receipts.
            KeyReusedError: The key led to a receipt of something else.
            ReceiptRefusedError: No receipt can be given of this.
        """
        if self.desk is None:
            raise NotServedHereError("no key for receipts")
        key = sm3(f"{requester}|{request_key}".encode()).hex() if request_key else ""
        known = self._of_request(key, examination)
        if known is not None:
            return known
        issued = self.desk.issue(examination, inquiry)
        try:
            return self.keep(issued, requester=requester, request_key=key)
        except DuplicateReceiptError:
            # Somebody repeated the request while this one was at work.
            known = self._of_request(key, examination)
            if known is None:
                raise
            return known

    def find(self, number: str) -> KeptReceipt:
        """Return the receipt of a number.

        Raises:
            ReceiptNotFoundError: There is none.
        """
        entry = None
        if is_number(number):
            with self.unit_of_work() as work:
                entry = work.receipts.find(number)
        if entry is None:
            raise ReceiptNotFoundError(number)
        return KeptReceipt(entry=entry, encoded=self.objects.get(entry.digest))

    def page(self, number: str) -> bytes:
        """Return a receipt as a page with the receipt inside, sealed where a seal can be used.

        A sealed page is made once and kept, so that looking at it uses no seal.

        Raises:
            ReceiptNotFoundError: There is no such receipt.
        """
        kept = self.find(number)
        if kept.entry.page:
            return self.objects.get(kept.entry.page)
        try:
            sealed = self._sealed(kept)
        except SealNotUsableError:
            sealed = None
        if sealed is None:
            return self._typeset(kept, is_sealed=False)
        with self.unit_of_work() as work:
            work.receipts.set_page(number, self.objects.put(sealed))
            work.commit()
        return sealed

    def _of_request(self, key: str, examination: Examination) -> KeptReceipt | None:
        if not key:
            return None
        with self.unit_of_work() as work:
            entry = work.receipts.of_request(key)
        if entry is None:
            return None
        if entry.document != examination.digest:
            raise KeyReusedError("the key led to a receipt of something else")
        return KeptReceipt(entry=entry, encoded=self.objects.get(entry.digest))

    def keep(self, issued: IssuedReceipt, *, requester: str, request_key: str = "") -> KeptReceipt:
        """Keep a receipt that was just given.

        Raises:
            DuplicateReceiptError: The request has led to another one already.
        """
        entry = ReceiptEntry(
            number=issued.receipt.number,
            digest=self.objects.put(issued.encoded),
            issued_at=issued.receipt.issued_at,
            document=issued.report.document_digest,
            conclusion=issued.report.conclusion,
            requester=requester,
            request_key=request_key,
        )
        with self.unit_of_work() as work:
            work.receipts.add(entry)
            work.commit()
        return KeptReceipt(entry=entry, encoded=issued.encoded)

    def _typeset(self, kept: KeptReceipt, *, is_sealed: bool) -> bytes:
        receipt, _ = parse_receipt(kept.encoded)
        return typeset_receipt(
            receipt_page(
                receipt,
                kept.encoded,
                address=f"{self.public_url}/api/v1/receipts/{receipt.number}",
                is_sealed=is_sealed,
                specimen=self.specimen,
            )
        )

    def _sealed(self, kept: KeptReceipt) -> bytes | None:
        """Return the page with the seal on it; None where there is no seal.

        Raises:
            SealNotUsableError: It is not enabled now.
        """
        seal = self.seal
        if seal is None:
            return None
        sealing = PageSealing(
            seal=seal,
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            timestamps=self.timestamps,
        )
        return sealing.sealed(
            self._typeset(kept, is_sealed=True),
            operator=kept.entry.requester,
            purpose="核验回执",
            center_mm=SEAL_CENTER_MM,
        )
