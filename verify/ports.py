"""What verification needs from outside; every answer is checked before it is believed."""

from datetime import datetime
from typing import Protocol

from certs.seals.ports import SealStatusSource
from verify.examination import Examination
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


class RegionClient(SealStatusSource, Protocol):
    """Asks other regions; a region that does not answer is silent, never an error."""

    def ask_status(self, service_url: str, identifier: str, nonce: str) -> bytes | None:
        """Return the signed status answer as it came, or None."""
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


class PageReader(Protocol):
    """Reads what a page says to people."""

    def page_text(self, pdf: bytes) -> str | None:
        """Return the text of the pages, or None if the page cannot be read."""
        ...
