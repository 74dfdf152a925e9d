"""What is kept of the receipts of a case, and who signs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certs.envelopes import sign_payload
from certs.regions import RegionCode
from signing.signer import CertifiedSigner
from signing.timestamps import TimestampSource
from verify.acceptance.ports import AcceptanceWork
from verify.carriers.receipts import MAX_PAYLOAD_BYTES
from verify.case_receipts.documents import CaseReceiptDocument
from verify.case_receipts.statements import CaseStatement
from verify.grounds import Grounds
from verify.ports import Clock, TrustSource
from verify.receipts import ReceiptVerifier, new_number


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceipt:
    """A receipt of a case as it is kept; never changed.

    Attributes:
        case_id: The case.
        version: From 1.
        number: What stands in its code; whoever holds the receipt knows it.
        former: The number of the version before; empty for the first.
        content: SM3 of what it says, hexadecimal.
        document: SM3 of the signed receipt, under which it is stored, hexadecimal.
        page: SM3 of the sealed page, under which that is stored, hexadecimal.
        operator: Who had it issued.
        issued_at: When, whole seconds.
    """

    case_id: str
    version: int
    number: str
    former: str
    content: str
    document: str
    page: str
    operator: str
    issued_at: datetime


class CaseReceiptBook(Protocol):
    """Where receipts of cases are kept; each is added once and never changed."""

    def add(self, receipt: CaseReceipt) -> None:
        """Keep one.

        Raises:
            RecordRefusedError: The version is there, or is not the next one, or a required
                material of the case waits for its decision.
        """
        ...

    def latest(self, case_id: str) -> CaseReceipt | None:
        """Return the newest receipt of a case; None while there is none."""
        ...

    def of_case(self, case_id: str) -> tuple[CaseReceipt, ...]:
        """Return the receipts of a case, the oldest first."""
        ...

    def numbered(self, number: str) -> CaseReceipt | None:
        """Return the receipt of a number, or None."""
        ...


class CaseReceiptWork(AcceptanceWork, Protocol):
    """A unit of work over cases and their receipts."""

    @property
    def case_receipts(self) -> CaseReceiptBook:
        """The receipts of cases."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceiptSigner:
    """Signs receipts of cases in the name of one region.

    Attributes:
        signer: The key for receipts.
        region: Whose it is.
        trust: Gives the trust list of the day.
        revocation_lists: Tells the region's own lists, DER.
        clock: Tells the time.
        timestamps: Proves when receipts were signed; None to claim it only.
    """

    signer: CertifiedSigner
    region: RegionCode
    trust: TrustSource
    revocation_lists: Callable[[], tuple[bytes, ...]]
    clock: Clock
    timestamps: TimestampSource | None = None

    def draft(
        self,
        statement: CaseStatement,
        former: CaseReceipt | None,
        *,
        complaint: Callable[[str], str],
    ) -> CaseReceiptDocument:
        """Return the next receipt of a case, unsigned.

        Args:
            statement: What it says.
            former: The version before.
            complaint: Makes of its number where to turn.
        """
        number, now = new_number(), self.clock.now().replace(microsecond=0)
        trust = self.trust.current()
        return CaseReceiptDocument(
            number=number,
            version=former.version + 1 if former is not None else 1,
            former=former.number if former is not None else "",
            issued_at=now,
            verifier=ReceiptVerifier.of(str(self.region), self.signer.certificate),
            statement=statement.as_json(),
            complaint=complaint(number),
            grounds=Grounds(
                gathered_at=now, trust_list=trust.encoded if trust is not None else b""
            ),
            revocation_lists=self.revocation_lists(),
        )

    def sign(self, document: CaseReceiptDocument) -> bytes:
        """Return the signed receipt, JSON in UTF-8.

        Raises:
            TimestampUnavailableError: The timestamping authority gave no timestamp.
            KeyUnavailableError: The key store did not answer.
        """
        return sign_payload(
            document.payload(),
            signer=self.signer,
            signed_at=document.issued_at,
            timestamps=self.timestamps,
            max_bytes=MAX_PAYLOAD_BYTES,
        )
