"""Letters to and from other regions: who carries them, and who may be answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Protocol

from api.http_errors import NotServedHereError
from api.services import Services
from certs.canonical import JsonValue
from certs.regions import RegionCode
from signing.revocation_lists import RevocationList
from signing.signer import CertifiedSigner, Decryptor
from verify.departments.questions import ASK, POLL
from verify.errors import ShareError, SourceSilentError
from verify.letters import (
    CLOCK_SKEW,
    LetterKind,
    Received,
    open_answer,
    open_question,
    seal_answer,
    seal_question,
)
from verify.ports import Clock, TrustSource
from verify.registers.questions import FACT
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion

PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ASK.question: "/api/v1/share/department-questions",
        POLL.question: "/api/v1/share/department-answers",
        FACT.question: "/api/v1/share/facts",
    }
)
"""Where letters of each kind are answered."""

_NONCE: Final = re.compile(r"[0-9a-f]{32}")
_REMEMBERED: Final = 2 * CLOCK_SKEW + timedelta(seconds=1)
"""As long as a letter could be shown again and still pass as new."""


class LetterClient(Protocol):
    """Carries letters over the network."""

    def letter(self, service_url: str, path: str, letter: bytes, *, max_bytes: int) -> bytes | None:
        """Return the answer to a letter as it came, or None."""
        ...

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        """Return a region's certificate revocation lists as they came."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLetters:
    """Letters of one region; the port is ``Courier``."""

    own: RegionCode
    trust: TrustSource
    client: LetterClient
    signer: CertifiedSigner
    decryptor: Decryptor
    clock: Clock

    def ask(self, region: RegionCode, kind: LetterKind, body: dict[str, JsonValue]) -> JsonValue:
        """Return what a region answers to a letter.

        Raises:
            SourceSilentError: The trust list does not name it, it did not answer, or not in a way
                to be believed.
        """
        now = self.clock.now()
        other = self._find(region, now)
        letter, nonce = seal_question(
            body, kind=kind, asker=self.own, region=other, signer=self.signer, now=now
        )
        answer = self.client.letter(
            other.service_url, PATHS[kind.question], letter, max_bytes=kind.max_answer_bytes
        )
        if answer is None:
            raise SourceSilentError(str(region))
        try:
            return open_answer(
                answer,
                kind=kind,
                nonce=nonce,
                region=other,
                decryptor=self.decryptor,
                lists=parse_lists(self.client.revocation_lists(other.service_url)),
                now=self.clock.now(),
            )
        except ShareError as error:
            raise SourceSilentError(str(region)) from error

    def _find(self, region: RegionCode, now: datetime) -> TrustedRegion:
        trust = self.trust.current()
        other = trust.region(region) if trust is not None and trust.is_fresh_at(now) else None
        if other is None:
            raise SourceSilentError(str(region))
        return other


def open_letter(data: bytes, *, kind: LetterKind, services: Services) -> Received:
    """Open a letter to this region, once.

    Raises:
        ShareError: It must not be answered; why, is not for the asker.
        NotServedHereError: This process keeps no nonces.
    """
    now = services.clock.now()
    trust, nonces = services.trust.current(), services.request_nonces
    if nonces is None:
        raise NotServedHereError("no store of nonces")
    if trust is None or not trust.is_fresh_at(now):
        raise ShareError("no trust list says who may ask")

    def lists(asker: TrustedRegion) -> tuple[RevocationList, ...]:
        return parse_lists(services.verifier.regions.revocation_lists(asker.service_url))

    received = open_question(
        data,
        kind=kind,
        own=services.region,
        decryptor=services.decryptor,
        trust=trust,
        lists=lists,
        now=now,
    )
    if not _NONCE.fullmatch(received.nonce):
        raise ShareError("a nonce is 16 bytes")
    if not nonces.use(str(received.asker.code), received.nonce, until=now + _REMEMBERED, now=now):
        raise ShareError("the letter was here before")
    return received


def answer_letter(
    body: dict[str, JsonValue], received: Received, *, kind: LetterKind, services: Services
) -> bytes:
    """Return the answer to a letter, signed, encrypted for whoever asked.

    Raises:
        KeyUnavailableError: It cannot be signed now.
    """
    return seal_answer(
        body,
        kind=kind,
        received=received,
        signer=services.service_signer,
        now=services.clock.now(),
    )
