"""Asks other regions over HTTP; a region that does not answer well is silent."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from api.clients.breakers import BreakerState
from api.clients.calls import Answer, Call, RegionCalls
from api.clients.publications import Publication, Publications
from api.clients.region_publications import (
    certificates_of,
    revocation_lists_of,
    seal_standings_of,
    status_list_of,
)
from api.clients.retries import LONG_PIECE, Patience
from certs import canonical
from certs.regions import RegionCode
from certs.status_answer_batches import MAX_BATCH_BYTES
from verify.sharing import MAX_REPLY_BYTES

BATCH_TYPE: Final = "application/x-ndjson"
MOST_IDENTIFIERS: Final = 10_000
"""In one question."""

_MAX_ANSWER_BYTES: Final = 65_536

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class HttpRegionClient:
    """Questions to all regions over one pool of connections; use as a context manager.

    Attributes:
        calls: Carries them; a client without a voice asks unsigned.
        patience: How long whole answers may take.
        in_background: What regions publish is refreshed by a thread; for processes that serve.
    """

    calls: RegionCalls = field(default_factory=RegionCalls)
    patience: Patience = field(default_factory=Patience)
    in_background: InitVar[bool] = False
    publications: Publications = field(init=False)

    def __post_init__(self, in_background: bool) -> None:
        self.publications = Publications(self._fetch_publication, clock=self.calls.clock)
        if in_background:
            self.publications.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the thread and close the connections."""
        self.publications.close()
        self.calls.close()

    def states(self) -> Mapping[str, BreakerState]:
        """Return which regions are asked, by the address of their service."""
        return self.calls.breakers.states()

    def ask_status(
        self, service_url: str, identifier: str, nonce: str, *, at: datetime | None = None
    ) -> bytes | None:
        """Return the signed status answer as it came, or None.

        Args:
            service_url: The region.
            identifier: 电子证照标识.
            nonce: 16 fresh bytes, hexadecimal.
            at: The moment asked about; None for the present.
        """
        moment = {} if at is None else {"at": at.isoformat()}
        path = f"/api/v1/licenses/{quote(identifier, safe='')}/status"
        return self._question(service_url, path, {"nonce": nonce, "flags": "1", **moment})

    def ask_seal_status(
        self, service_url: str, code: str, *, at: datetime, nonce: str
    ) -> bytes | None:
        """Return the signed answer what a seal was at a time as it came, or None.

        Whoever asks about one seal of a region will need its bulletin when it falls silent, so
        the bulletin is looked for on the side.
        """
        self.publications.peek(seal_standings_of(service_url))
        path = f"/api/v1/seals/{quote(code, safe='')}/status"
        return self._question(service_url, path, {"at": at.isoformat(), "nonce": nonce})

    @contextmanager
    def ask_statuses(
        self, service_url: str, identifiers: Sequence[str], nonce: str, *, to: RegionCode
    ) -> Iterator[Iterator[bytes] | None]:
        """Give the answers about many licenses as they come, or None for silence.

        The request is signed for ``to``. The lines may end early; whoever has no line was not
        answered. Whether a line answers the question and may be believed is for the caller.

        Args:
            service_url: The region.
            identifiers: At most ``MOST_IDENTIFIERS``.
            nonce: 16 fresh bytes, hexadecimal.
            to: The region's code.

        Raises:
            ValueError: There are too many identifiers.
        """
        if len(identifiers) > MOST_IDENTIFIERS:
            raise ValueError(f"at most {MOST_IDENTIFIERS} identifiers")
        call = Call(
            method="POST",
            service_url=service_url,
            path="/api/v1/verifications",
            query={"nonce": nonce},
            headers={"Accept": BATCH_TYPE},
            content=b"".join(
                canonical.encode({"identifier": identifier}) + b"\n" for identifier in identifiers
            ),
            content_type=BATCH_TYPE,
            to=to,
            max_bytes=MAX_BATCH_BYTES,
            seconds=self.patience.batch,
            piece=LONG_PIECE,
        )
        with self.calls.stream(call, most_lines=len(identifiers) + 1) as lines:
            yield lines

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        """Return a region's certificate revocation lists, DER; the last that were good."""
        return self.publications.get(revocation_lists_of(service_url)) or ()

    def certificates(self, service_url: str) -> tuple[bytes, ...]:
        """Return the certificates that a region publishes, DER; the last that were good."""
        return self.publications.get(certificates_of(service_url)) or ()

    def status_list(
        self, service_url: str, number: int, at: datetime | None = None
    ) -> bytes | None:
        """Return a status list token as it came, or None.

        Args:
            service_url: The region.
            number: Which of its lists.
            at: The moment at which it must have stood; None for the present.
        """
        publication = status_list_of(service_url, number)
        if at is None:
            return self.publications.get(publication)
        call = self._published(publication, query={"at": at.isoformat()})
        return _content(self.calls.ask(call))

    def ledger_proof(self, service_url: str, identifier: str) -> bytes | None:
        """Return the proof that the region's ledger has a license, as it came, or None."""
        path = f"/api/v1/licenses/{quote(identifier, safe='')}/proof"
        return self._question(service_url, path, {})

    def seal_standings(self, service_url: str) -> bytes | None:
        """Return the bulletin of a region's seals as it came, or None; the last that was one."""
        return self.publications.get(seal_standings_of(service_url))

    def share(self, service_url: str, query: bytes) -> bytes | None:
        """Return the reply to a signed query as it came, or None.

        A use of the license is on record there for each query, so it is put once.
        """
        call = Call(
            method="POST",
            service_url=service_url,
            path="/api/v1/share/licenses",
            content=query,
            is_idempotent=False,
            max_bytes=2 * MAX_REPLY_BYTES,
            seconds=self.patience.share,
            piece=LONG_PIECE,
        )
        return _content(self.calls.ask(call))

    def letter(self, service_url: str, path: str, letter: bytes, *, max_bytes: int) -> bytes | None:
        """Return the answer to a letter as it came, or None; it is put once, as its nonce says."""
        call = Call(
            method="POST",
            service_url=service_url,
            path=path,
            content=letter,
            is_idempotent=False,
            max_bytes=max_bytes,
            seconds=self.patience.question,
        )
        return _content(self.calls.ask(call))

    def transfer_case(self, service_url: str, transfer: bytes) -> bytes | None:
        """Return the receipt of a case that is handed over as it came, or None.

        The receiver takes a number once, so that sending again does no harm.
        """
        return self._told(service_url, "/api/v1/share/cases", transfer)

    def return_outcome(self, service_url: str, outcome: bytes) -> bytes | None:
        """Return the receipt of an outcome as it came, or None; sending again does no harm."""
        return self._told(service_url, "/api/v1/share/case-outcomes", outcome)

    def _told(self, service_url: str, path: str, message: bytes) -> bytes | None:
        call = Call(
            method="POST",
            service_url=service_url,
            path=path,
            content=message,
            max_bytes=_MAX_ANSWER_BYTES,
            seconds=self.patience.share,
        )
        return _content(self.calls.ask(call))

    def _question(self, service_url: str, path: str, query: Mapping[str, str]) -> bytes | None:
        call = Call(
            service_url=service_url,
            path=path,
            query=query,
            max_bytes=_MAX_ANSWER_BYTES,
            seconds=self.patience.question,
        )
        return _content(self.calls.ask(call))

    def _fetch_publication(self, publication: Publication[Any], *, etag: str) -> Answer | None:
        headers = {"If-None-Match": etag} if etag else {}
        return self.calls.ask(self._published(publication, headers=headers))

    def _published(
        self,
        publication: Publication[Any],
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Call:
        return Call(
            service_url=publication.service_url,
            path=publication.path,
            query=query or {},
            headers=headers or {},
            max_bytes=publication.max_bytes,
            seconds=self.patience.publication,
        )


def _content(answer: Answer | None) -> bytes | None:
    """Return the body of a good answer; an empty one is none."""
    if answer is None:
        return None
    if answer.status != httpx.codes.OK:
        logger.warning("a region answered %s", answer.status)
        return None
    return answer.body or None
