"""What verification needs from outside; every answer is checked before it is believed."""

from datetime import datetime
from typing import Protocol

from certs.identifiers import LicenseIdentifier
from certs.seals.ports import SealStatusSource
from verify.examination import Examination
from verify.receipts import ReceiptEntry
from verify.trust_lists import TrustList


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, timezone-aware, in UTC."""
        ...


class TrustSource(Protocol):
    """Gives the trust list that this instance goes by."""

    def current(self) -> TrustList | None:
        """Return the newest good list, or None if there is none."""
        ...


class TrustHistory(Protocol):
    """Knows trust lists of any age by who signed them."""

    def recognize(self, data: bytes, *, at: datetime) -> TrustList | None:
        """Return a list that a root signed which this instance pins, or None.

        Args:
            data: A list, old or new, as it was once signed.
            at: When it was relied on.
        """
        ...


class RegionClient(SealStatusSource, Protocol):
    """Asks other regions; a region that does not answer is silent, never an error."""

    def ask_status(
        self, service_url: str, identifier: str, nonce: str, *, at: datetime | None = None
    ) -> bytes | None:
        """Return the signed status answer as it came, or None.

        Args:
            service_url: Where the region answers.
            identifier: 电子证照标识.
            nonce: 16 bytes, hexadecimal.
            at: The moment asked about; None for the present.
        """
        ...

    def status_list(
        self, service_url: str, number: int, at: datetime | None = None
    ) -> bytes | None:
        """Return the status list that stands, or stood at a moment, as it came, or None."""
        ...

    def seal_standings(self, service_url: str) -> bytes | None:
        """Return the bulletin of the region's seals as it came, or None."""
        ...

    def ledger_proof(self, service_url: str, identifier: str) -> bytes | None:
        """Return the proof that the region's ledger has a license, as it came, or None."""
        ...

    def certificates(self, service_url: str) -> tuple[bytes, ...]:
        """Return the certificates that the region signs with, and did, DER."""
        ...

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        """Return the region's certificate revocation lists as they came."""
        ...


class Examiner(Protocol):
    """Takes documents apart, within limits of time and memory."""

    def examine(self, data: bytes, content: bytes | None = None) -> Examination:
        """Return what the document says; never raises for what it holds.

        Args:
            data: The document.
            content: What a detached signature is over, if it is at hand.
        """
        ...


class Register(Protocol):
    """The licenses that this instance issued itself."""

    def known(self, identifier: LicenseIdentifier) -> Examination | None:
        """Return the same as ``examination`` if it is in memory, else None."""
        ...

    def examination(self, identifier: LicenseIdentifier) -> Examination | None:
        """Return what the sealed face of a license says, or None if it is not one of these."""
        ...


class PageReader(Protocol):
    """Reads what a page says to people."""

    def page_text(self, pdf: bytes) -> str | None:
        """Return the text of the pages, or None if the page cannot be read."""
        ...


class ReceiptRepository(Protocol):
    """The receipts that were given here."""

    def add(self, entry: ReceiptEntry) -> None:
        """Keep a receipt.

        Raises:
            DuplicateReceiptError: The number is taken, or the request has led to one already.
        """
        ...

    def find(self, number: str) -> ReceiptEntry | None:
        """Return the receipt of a number, or None."""
        ...

    def of_request(self, key: str) -> ReceiptEntry | None:
        """Return the receipt that a request led to, or None."""
        ...

    def set_page(self, number: str, page: str) -> None:
        """Keep the digest of a receipt's page; the first one stays."""
        ...


class ReceiptWork(Protocol):
    """A transaction over receipts."""

    @property
    def receipts(self) -> ReceiptRepository:
        """The receipts within this transaction."""
        ...


class NonceStore(Protocol):
    """Remembers the nonces of signed requests, for all processes of an instance together."""

    def use(self, signer: str, nonce: str, *, until: datetime, now: datetime) -> bool:
        """Use a nonce up, durably, before anything is answered.

        Args:
            signer: The region or the client that signed; two may draw the same nonce.
            nonce: 32 hexadecimal digits.
            until: How long it must be remembered.
            now: The time; what must no longer be remembered is forgotten.

        Returns:
            Whether nobody used it before; of many who use it at once, one is told so.
        """
        ...
