"""Carries letters to other regions, and believes no answer that is not theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from certs.canonical import JsonValue
from certs.regions import RegionCode
from signing.signer import CertifiedSigner, Decryptor
from verify.case_corrections.letters import FOLLOW, RAISE
from verify.departments.questions import ASK, POLL
from verify.errors import ShareError, SourceSilentError
from verify.letters import LetterKind, open_answer, seal_question
from verify.partners import Partners, RevocationSource
from verify.ports import Clock
from verify.registers.questions import FACT

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


class LetterClient(RevocationSource, Protocol):
    """Carries letters over the network."""

    def letter(self, service_url: str, path: str, letter: bytes, *, max_bytes: int) -> bytes | None:
        """Return the answer to a letter as it came, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLetters:
    """Letters of one region; the port is ``Courier``."""

    own: RegionCode
    partners: Partners
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
        other = self.partners.find(region)
        if other is None:
            raise SourceSilentError(str(region))
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
                lists=self.partners.lists(other),
                now=self.clock.now(),
            )
        except ShareError as error:
            raise SourceSilentError(str(region)) from error
