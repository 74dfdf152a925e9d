"""Carries letters to other regions, and believes no answer that is not theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from certs.canonical import JsonValue
from certs.regions import RegionCode
from signing.signer import CertifiedSigner, Decryptor
from verify.case_corrections.letters import FOLLOW, RAISE
from verify.departments.questions import ASK, POLL
from verify.errors import ShareError, SourceSilentError
from verify.letters import LetterKind, open_answer, seal_question
from verify.ports import Clock, TrustSource
from verify.registers.questions import FACT
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion

PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ASK.question: "/api/v1/share/department-questions",
        POLL.question: "/api/v1/share/department-answers",
        FACT.question: "/api/v1/share/facts",
        RAISE.question: "/api/v1/share/corrections",
        FOLLOW.question: "/api/v1/share/correction-standings",
    }
)
"""Where letters of each kind are answered."""


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
