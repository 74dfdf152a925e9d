"""Answers from memory alone, for routes that must not wait; what is not at hand is said so."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, TypeVar

from api.clients.local import LocalFirstClient
from api.clients.publications import Publication
from api.clients.region_publications import (
    certificates_of,
    revocation_lists_of,
    seal_standings_of,
    status_list_of,
)
from api.own_publications import Recent
from verify.errors import NotAtHandError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryClient:
    """What regions published last; every question to one of them is refused.

    Attributes:
        whole: The client that asks, and whose memory this is.
        own_standings: The bulletin of the own seals.
    """

    whole: LocalFirstClient
    own_standings: Recent

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        """Return a region's certificate revocation lists as they came."""
        if service_url == self.whole.own_url:
            return self.whole.own_lists()
        return self._at_hand(revocation_lists_of(service_url))

    def certificates(self, service_url: str) -> tuple[bytes, ...]:
        """Return the certificates that a region publishes, DER."""
        if service_url == self.whole.own_url:
            return self.whole.own_certificates()
        return self._at_hand(certificates_of(service_url))

    def status_list(
        self, service_url: str, number: int, at: datetime | None = None
    ) -> bytes | None:
        """Return the status list that stands as it came, or None.

        Raises:
            NotAtHandError: It was never fetched, or one of another moment is wanted.
        """
        if at is not None:
            self._refuse()
        if service_url == self.whole.own_url:
            return self.whole.status_list(service_url, number)
        return self._at_hand(status_list_of(service_url, number))

    def seal_standings(self, service_url: str) -> bytes | None:
        """Return the bulletin of a region's seals as it came, or None.

        Raises:
            NotAtHandError: It was never fetched, or the own register has to be looked at again.
        """
        if service_url == self.whole.own_url:
            return self.own_standings.get() if self.own_standings.is_recent else self._refuse()
        return self._at_hand(seal_standings_of(service_url))

    def ask_status(
        self,
        service_url: str,  # noqa: ARG002 - as every client
        identifier: str,  # noqa: ARG002
        nonce: str,  # noqa: ARG002
        *,
        at: datetime | None = None,  # noqa: ARG002
    ) -> bytes | None:
        """Refuse to ask.

        Raises:
            NotAtHandError: Always.
        """
        self._refuse()

    def ask_seal_status(
        self,
        service_url: str,  # noqa: ARG002 - as every client
        code: str,  # noqa: ARG002
        *,
        at: datetime,  # noqa: ARG002
        nonce: str,  # noqa: ARG002
    ) -> bytes | None:
        """Refuse to ask.

        Raises:
            NotAtHandError: Always.
        """
        self._refuse()

    def ledger_proof(
        self,
        service_url: str,  # noqa: ARG002 - as every client
        identifier: str,  # noqa: ARG002
    ) -> bytes | None:
        """Refuse to ask.

        Raises:
            NotAtHandError: Always.
        """
        self._refuse()

    def _at_hand(self, publication: Publication[T]) -> T:
        kept = self.whole.others.publications.peek(publication)
        if kept is None:
            self._refuse()
        return kept.value

    def _refuse(self) -> NoReturn:
        raise NotAtHandError("a region has to be asked")
