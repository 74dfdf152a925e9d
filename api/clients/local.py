"""Answers questions to this very instance without the network, and passes the others on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from api.clients.regions import HttpRegionClient
from certs.errors import SealRecordError
from certs.regions import RegionCode


class SealStatusAnswerer(Protocol):
    """Answers how a seal of this instance stood at a time."""

    def __call__(self, code: str, *, at: datetime, nonce: str) -> bytes:
        """Return the signed answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFirstClient:
    """A region client for an instance that is itself a region.

    Attributes:
        own_url: Questions to this address are answered here.
        own_status: Returns the signed answer to identifier and nonce.
        own_lists: Returns the own revocation lists.
        own_seal_status: Returns the signed answer about a seal.
        own_status_at: Returns the signed answer to identifier and nonce about a moment.
        own_statuses: Returns the answers about many identifiers under one nonce.
        own_certificates: Returns the certificates that this instance publishes.
        own_status_list: Returns a status list by number, as it stands or stood at a moment.
        own_seal_standings: Returns the bulletin of the own seals.
        own_ledger_proof: Returns the proof that the own ledger has a license.
    """

    own_url: str
    own_status: Callable[[str, str], bytes]
    own_lists: Callable[[], tuple[bytes, ...]]
    own_seal_status: SealStatusAnswerer
    others: HttpRegionClient
    own_status_at: Callable[[str, str, datetime], bytes] | None = None
    own_statuses: Callable[[Sequence[str], str], Iterator[bytes]] | None = None
    own_certificates: Callable[[], tuple[bytes, ...]] = tuple
    own_status_list: Callable[[int, datetime | None], bytes | None] | None = None
    own_seal_standings: Callable[[], bytes | None] | None = None
    own_ledger_proof: Callable[[str], bytes | None] | None = None

    def ask_status(
        self, service_url: str, identifier: str, nonce: str, *, at: datetime | None = None
    ) -> bytes | None:
        """Return the signed status answer as it came, or None."""
        if service_url != self.own_url:
            return self.others.ask_status(service_url, identifier, nonce, at=at)
        if at is None:
            return self.own_status(identifier, nonce)
        return self.own_status_at(identifier, nonce, at) if self.own_status_at else None

    @contextmanager
    def ask_statuses(
        self, service_url: str, identifiers: Sequence[str], nonce: str, *, to: RegionCode
    ) -> Iterator[Iterator[bytes] | None]:
        """Give the answers about many licenses as they come, or None for silence."""
        if service_url == self.own_url:
            yield self.own_statuses(identifiers, nonce) if self.own_statuses else None
            return
        with self.others.ask_statuses(service_url, identifiers, nonce, to=to) as lines:
            yield lines

    def ask_seal_status(
        self, service_url: str, code: str, *, at: datetime, nonce: str
    ) -> bytes | None:
        """Return the signed answer what a seal was at a time as it came, or None."""
        if service_url == self.own_url:
            try:
                return self.own_seal_status(code, at=at, nonce=nonce)
            except SealRecordError:
                return None  # as the own service would refuse over HTTP
        return self.others.ask_seal_status(service_url, code, at=at, nonce=nonce)

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        """Return a region's certificate revocation lists as they came."""
        if service_url == self.own_url:
            return self.own_lists()
        return self.others.revocation_lists(service_url)

    def certificates(self, service_url: str) -> tuple[bytes, ...]:
        """Return the certificates that a region publishes, DER."""
        if service_url == self.own_url:
            return self.own_certificates()
        return self.others.certificates(service_url)

    def status_list(
        self, service_url: str, number: int, at: datetime | None = None
    ) -> bytes | None:
        """Return the status list that stands, or stood at a moment, as it came, or None."""
        if service_url != self.own_url:
            return self.others.status_list(service_url, number, at)
        return self.own_status_list(number, at) if self.own_status_list else None

    def seal_standings(self, service_url: str) -> bytes | None:
        """Return the bulletin of a region's seals as it came, or None."""
        if service_url != self.own_url:
            return self.others.seal_standings(service_url)
        return self.own_seal_standings() if self.own_seal_standings else None

    def ledger_proof(self, service_url: str, identifier: str) -> bytes | None:
        """Return the proof that a region's ledger has a license, as it came, or None."""
        if service_url != self.own_url:
            return self.others.ledger_proof(service_url, identifier)
        return self.own_ledger_proof(identifier) if self.own_ledger_proof else None

    def transfer_case(self, service_url: str, transfer: bytes) -> bytes | None:
        """Return the receipt of a case that is handed over as it came, or None."""
        return self.others.transfer_case(service_url, transfer)

    def return_outcome(self, service_url: str, outcome: bytes) -> bytes | None:
        """Return the receipt of an outcome as it came, or None."""
        return self.others.return_outcome(service_url, outcome)

    def share(self, service_url: str, query: bytes) -> bytes | None:
        """Return the reply to a signed query as it came, or None."""
        return self.others.share(service_url, query)

    def letter(self, service_url: str, path: str, letter: bytes, *, max_bytes: int) -> bytes | None:
        """Return the answer to a letter as it came, or None."""
        return self.others.letter(service_url, path, letter, max_bytes=max_bytes)
