"""Receipts given (出具核验回执): a verdict made, written down with its evidence, and signed.

Before anything is signed the verdict is made again from what was written down, as whoever reads
the receipt will do. What would not come out the same is not signed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from certs.envelopes import sign_payload
from certs.errors import MalformedRecordError
from certs.regions import RegionCode
from signing.algorithms import sm3
from signing.signer import CertifiedSigner
from signing.timestamps import TimestampSource
from verify.carriers.receipts import MAX_PAYLOAD_BYTES
from verify.errors import MalformedExaminationError, ReceiptRefusedError
from verify.examination import Examination
from verify.judging import judge
from verify.receipt_checks import list_inside, remake
from verify.receipt_statements import statement
from verify.receipts import Receipt, ReceiptVerifier, kept_form, new_number
from verify.report import DocumentFormat, Report
from verify.sources import LiveSources
from verify.verifier import Inquiry, Verifier

Wording = Callable[[Report], tuple[str, str]]
"""Puts a verdict into one sentence, Chinese and English."""
_UNREAD: Final = "limits"
_RECEIPTS: Final = frozenset({DocumentFormat.RECEIPT, DocumentFormat.CASE_RECEIPT})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReceipt:
    """A receipt that was just given.

    Attributes:
        report: The verdict in it.
        encoded: The signed receipt, JSON in UTF-8.
    """

    receipt: Receipt
    report: Report
    encoded: bytes

    @property
    def digest(self) -> str:
        """SM3 of the signed receipt, hexadecimal."""
        return sm3(self.encoded).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDesk:
    """Gives receipts in the name of one region.

    Attributes:
        verifier: Makes the verdicts.
        signer: Signs receipts and nothing else.
        region: Whose certificate that is.
        revocation_lists: Tells the region's own lists, DER.
        wording: Puts verdicts into words.
        timestamps: Proves when receipts were signed; None to claim it only.
    """

    verifier: Verifier
    signer: CertifiedSigner
    region: RegionCode
    revocation_lists: Callable[[], tuple[bytes, ...]]
    wording: Wording
    timestamps: TimestampSource | None = None

    def issue(self, examination: Examination, inquiry: Inquiry) -> IssuedReceipt:
        """Judge what was examined and give a receipt of the verdict, whatever it is.

        Raises:
            ReceiptRefusedError: What was brought is a receipt itself or an offline code, was not
                looked into, or says what cannot be written down.
            TimestampUnavailableError: The timestamping authority gave no timestamp.
            KeyUnavailableError: The key store did not answer.
        """
        if examination.format in _RECEIPTS:
            raise ReceiptRefusedError("receipt")
        if examination.offline_code:
            # What it says names people, which no receipt does; without it nothing can be judged.
            raise ReceiptRefusedError("offline-code")
        if any(item.reason == _UNREAD for item in examination.findings):
            raise ReceiptRefusedError("unread")
        receipt, report = self._drafted(examination, inquiry)
        try:
            encoded = sign_payload(
                receipt.payload(),
                signer=self.signer,
                signed_at=receipt.issued_at,
                timestamps=self.timestamps,
                max_bytes=MAX_PAYLOAD_BYTES,
            )
        except MalformedRecordError as error:
            raise ReceiptRefusedError("unwritable") from error
        return IssuedReceipt(receipt=receipt, report=report, encoded=encoded)

    def _drafted(self, examination: Examination, inquiry: Inquiry) -> tuple[Receipt, Report]:
        try:
            kept = kept_form(examination)
        except MalformedExaminationError as error:
            raise ReceiptRefusedError("unwritable") from error
        verifier = self.verifier
        policy = verifier.policy_of(inquiry)
        report = judge(
            kept,
            sources=LiveSources(
                trust=verifier.trust,
                client=verifier.regions,
                clock=verifier.clock,
                is_complete=True,
            ),
            policy=policy,
            now=verifier.clock.now(),
            moment=inquiry.moment,
        )
        zh, en = self.wording(report)
        receipt = Receipt(
            number=new_number(),
            issued_at=verifier.clock.now().replace(microsecond=0),
            verifier=ReceiptVerifier.of(str(self.region), self.signer.certificate),
            asked_about=inquiry.moment,
            policy=policy,
            verdict=statement(report, kept),
            zh=zh,
            en=en,
            examination=kept,
            grounds=report.grounds,
            revocation_lists=self.revocation_lists(),
        )
        self._check(receipt)
        return receipt, report

    def _check(self, receipt: Receipt) -> None:
        """Refuse to sign what a reader would not find in the evidence."""
        verifier = self.verifier
        trust = list_inside(receipt, current=verifier.trust.current(), history=verifier.history)
        if statement(remake(receipt, trust), receipt.examination) != dict(receipt.verdict):
            raise ReceiptRefusedError("unwritable")
