"""Answers questions to this very instance without the network, and passes the others on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from api.clients.regions import HttpRegionClient
from certs.errors import SealRecordError


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
    """

    own_url: str
    own_status: Callable[[str, str], bytes]
    own_lists: Callable[[], tuple[bytes, ...]]
    own_seal_status: SealStatusAnswerer
    others: HttpRegionClient

    def ask_status(self, service_url: str, identifier: str, nonce: str) -> bytes | None:
        """Return the signed status answer as it came, or None."""
        if service_url == self.own_url:
            return self.own_status(identifier, nonce)
        return self.others.ask_status(service_url, identifier, nonce)

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

    def share(self, service_url: str, query: bytes) -> bytes | None:
        """Return the reply to a signed query as it came, or None."""
        return self.others.share(service_url, query)
