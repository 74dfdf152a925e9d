"""Where a judgement gets its knowledge: from regions now, or from the grounds of an earlier one."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Final, Protocol, TypeVar

from signing.certificates import parse_certificate
from signing.cose import key_id
from signing.errors import InvalidSignatureError, MalformedStructureError
from verify.grounds import (
    Asked,
    Grounds,
    KeyQuestion,
    LicenseQuestion,
    ListQuestion,
    SealQuestion,
)
from verify.ports import Clock, RegionClient, TrustSource
from verify.trust_lists import TrustedRegion, TrustList

_NONCE_BYTES: Final = 16
_MOST_NAMESAKES: Final = 4
_REMEMBERED: Final = 8192
_Q = TypeVar("_Q")
_A = TypeVar("_A")


class Sources(Protocol):
    """Knowledge from outside; silence is an answer, nothing raises."""

    def trust_list(self) -> TrustList | None:
        """Return the list to go by, or None."""
        ...

    def revocation_lists(self, region: TrustedRegion) -> tuple[bytes, ...]:
        """Return a region's certificate revocation lists as they came."""
        ...

    def certificates(self, region: TrustedRegion, identifier: bytes) -> tuple[bytes, ...]:
        """Return the certificates that a region publishes under a key identifier, DER."""
        ...

    def status_list(
        self, region: TrustedRegion, number: int, moment: datetime | None
    ) -> bytes | None:
        """Return a status list token as it came, or None."""
        ...

    def license_status(
        self, region: TrustedRegion, identifier: str, moment: datetime | None
    ) -> Asked:
        """Ask how a license stands, or stood at a moment."""
        ...

    def seal_status(self, region: TrustedRegion, code: str, moment: datetime) -> Asked:
        """Ask how a seal stood at a moment."""
        ...

    def seal_standings(self, region: TrustedRegion) -> bytes | None:
        """Return a region's bulletin of seals as it came, or None."""
        ...

    def ledger_proof(self, region: TrustedRegion, identifier: str) -> bytes | None:
        """Return the proof that a region's ledger has a license as it came, or None."""
        ...

    def ledger_proof_at_hand(self, region: TrustedRegion, identifier: str) -> bytes | None:
        """Return the same where it is told although the verdict does not hang on it, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSources:
    """Asks the regions themselves.

    Attributes:
        is_complete: Whether the ledger is asked too where a verdict does not hang on it, because
            whoever reads it later may need that (见证时间).
    """

    trust: TrustSource
    client: RegionClient
    clock: Clock
    is_complete: bool = False

    def trust_list(self) -> TrustList | None:
        """Return the list to go by, or None."""
        return self.trust.current()

    def revocation_lists(self, region: TrustedRegion) -> tuple[bytes, ...]:
        """Return a region's certificate revocation lists as they came."""
        return self.client.revocation_lists(region.service_url)

    def certificates(self, region: TrustedRegion, identifier: bytes) -> tuple[bytes, ...]:
        """Return the certificates that a region publishes under a key identifier, DER."""
        published = self.client.certificates(region.service_url)
        return with_key_id(published, identifier)

    def status_list(
        self, region: TrustedRegion, number: int, moment: datetime | None
    ) -> bytes | None:
        """Return a status list token as it came, or None."""
        return self.client.status_list(region.service_url, number, moment)

    def license_status(
        self, region: TrustedRegion, identifier: str, moment: datetime | None
    ) -> Asked:
        """Ask how a license stands, or stood at a moment."""
        nonce, now = secrets.token_hex(_NONCE_BYTES), self.clock.now()
        answer = self.client.ask_status(region.service_url, identifier, nonce, at=moment)
        return Asked(nonce=nonce, at=now, answer=answer)

    def seal_status(self, region: TrustedRegion, code: str, moment: datetime) -> Asked:
        """Ask how a seal stood at a moment."""
        nonce, now = secrets.token_hex(_NONCE_BYTES), self.clock.now()
        answer = self.client.ask_seal_status(region.service_url, code, at=moment, nonce=nonce)
        return Asked(nonce=nonce, at=now, answer=answer)

    def seal_standings(self, region: TrustedRegion) -> bytes | None:
        """Return a region's bulletin of seals as it came, or None."""
        return self.client.seal_standings(region.service_url)

    def ledger_proof(self, region: TrustedRegion, identifier: str) -> bytes | None:
        """Return the proof that a region's ledger has a license as it came, or None."""
        return self.client.ledger_proof(region.service_url, identifier)

    def ledger_proof_at_hand(self, region: TrustedRegion, identifier: str) -> bytes | None:
        """Return the proof where everything is asked for, or None."""
        return self.ledger_proof(region, identifier) if self.is_complete else None


@dataclass(slots=True)
class RecordingSources:
    """Passes questions on, each once, and keeps what was relied on."""

    inner: Sources
    now: datetime
    _trust: list[TrustList | None] = field(default_factory=list)
    _revocations: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    _certificates: dict[KeyQuestion, tuple[bytes, ...]] = field(default_factory=dict)
    _lists: dict[ListQuestion, bytes | None] = field(default_factory=dict)
    _licenses: dict[LicenseQuestion, Asked] = field(default_factory=dict)
    _seals: dict[SealQuestion, Asked] = field(default_factory=dict)
    _standings: dict[str, bytes | None] = field(default_factory=dict)
    _proofs: dict[LicenseQuestion, bytes | None] = field(default_factory=dict)

    def trust_list(self) -> TrustList | None:
        """Return the list to go by, the same throughout."""
        if not self._trust:
            self._trust.append(self.inner.trust_list())
        return self._trust[0]

    def revocation_lists(self, region: TrustedRegion) -> tuple[bytes, ...]:
        """Return a region's certificate revocation lists as they came."""
        code = str(region.code)
        return _once(self._revocations, code, lambda: self.inner.revocation_lists(region))

    def certificates(self, region: TrustedRegion, identifier: bytes) -> tuple[bytes, ...]:
        """Return the certificates that a region publishes under a key identifier, DER."""
        question = KeyQuestion(region=str(region.code), key_id=identifier)
        return _once(
            self._certificates, question, lambda: self.inner.certificates(region, identifier)
        )

    def status_list(
        self, region: TrustedRegion, number: int, moment: datetime | None
    ) -> bytes | None:
        """Return a status list token as it came, or None."""
        question = ListQuestion(region=str(region.code), number=number, moment=moment)
        return _once(self._lists, question, lambda: self.inner.status_list(region, number, moment))

    def license_status(
        self, region: TrustedRegion, identifier: str, moment: datetime | None
    ) -> Asked:
        """Ask how a license stands, or stood at a moment."""
        question = LicenseQuestion(region=str(region.code), identifier=identifier, moment=moment)
        return _once(
            self._licenses, question, lambda: self.inner.license_status(region, identifier, moment)
        )

    def seal_status(self, region: TrustedRegion, code: str, moment: datetime) -> Asked:
        """Ask how a seal stood at a moment."""
        question = SealQuestion(region=str(region.code), code=code, moment=moment)
        return _once(self._seals, question, lambda: self.inner.seal_status(region, code, moment))

    def seal_standings(self, region: TrustedRegion) -> bytes | None:
        """Return a region's bulletin of seals as it came, or None."""
        code = str(region.code)
        return _once(self._standings, code, lambda: self.inner.seal_standings(region))

    def ledger_proof(self, region: TrustedRegion, identifier: str) -> bytes | None:
        """Return the proof that a region's ledger has a license as it came, or None."""
        question = LicenseQuestion(region=str(region.code), identifier=identifier)
        return _once(self._proofs, question, lambda: self.inner.ledger_proof(region, identifier))

    def ledger_proof_at_hand(self, region: TrustedRegion, identifier: str) -> bytes | None:
        """Return the proof where it is told unasked; silence is not worth keeping."""
        found = self.inner.ledger_proof_at_hand(region, identifier)
        if found is not None:
            question = LicenseQuestion(region=str(region.code), identifier=identifier)
            self._proofs[question] = found
        return found

    def grounds(self) -> Grounds:
        """Return everything that was relied on so far."""
        trust = self._trust[0] if self._trust else None
        return Grounds(
            gathered_at=self.now,
            trust_list=trust.encoded if trust is not None else b"",
            revocation_lists=tuple(self._revocations.items()),
            certificates=tuple(self._certificates.items()),
            status_lists=tuple(self._lists.items()),
            license_answers=tuple(self._licenses.items()),
            seal_answers=tuple(self._seals.items()),
            seal_standings=tuple(self._standings.items()),
            ledger_proofs=tuple(self._proofs.items()),
        )


class RecordedSources:
    """Answers from the grounds of an earlier verdict; what was not asked then is silence.

    Args:
        grounds: What was relied on.
        trust: The recorded list, after its root's signature was checked; None if it failed.
    """

    def __init__(self, grounds: Grounds, *, trust: TrustList | None) -> None:
        self._grounds = grounds
        self._trust = trust
        self._revocations = dict(grounds.revocation_lists)
        self._certificates = dict(grounds.certificates)
        self._lists = dict(grounds.status_lists)
        self._licenses = dict(grounds.license_answers)
        self._seals = dict(grounds.seal_answers)
        self._standings = dict(grounds.seal_standings)
        self._proofs = dict(grounds.ledger_proofs)
        self._silence = Asked(nonce="", at=grounds.gathered_at, answer=None)

    def trust_list(self) -> TrustList | None:
        """Return the recorded list."""
        return self._trust

    def revocation_lists(self, region: TrustedRegion) -> tuple[bytes, ...]:
        """Return the recorded certificate revocation lists of a region."""
        return self._revocations.get(str(region.code), ())

    def certificates(self, region: TrustedRegion, identifier: bytes) -> tuple[bytes, ...]:
        """Return the recorded certificates under a key identifier."""
        question = KeyQuestion(region=str(region.code), key_id=identifier)
        return self._certificates.get(question, ())

    def status_list(
        self, region: TrustedRegion, number: int, moment: datetime | None
    ) -> bytes | None:
        """Return the recorded status list token."""
        question = ListQuestion(region=str(region.code), number=number, moment=moment)
        return self._lists.get(question)

    def license_status(
        self, region: TrustedRegion, identifier: str, moment: datetime | None
    ) -> Asked:
        """Return what was answered about a license; at the time, where not about the moment."""
        question = LicenseQuestion(region=str(region.code), identifier=identifier, moment=moment)
        present = replace(question, moment=None)
        return self._licenses.get(question) or self._licenses.get(present, self._silence)

    def seal_status(self, region: TrustedRegion, code: str, moment: datetime) -> Asked:
        """Return what was answered about a seal."""
        question = SealQuestion(region=str(region.code), code=code, moment=moment)
        return self._seals.get(question, self._silence)

    def seal_standings(self, region: TrustedRegion) -> bytes | None:
        """Return the recorded bulletin of a region's seals."""
        return self._standings.get(str(region.code))

    def ledger_proof(self, region: TrustedRegion, identifier: str) -> bytes | None:
        """Return the recorded proof about a license."""
        return self._proofs.get(LicenseQuestion(region=str(region.code), identifier=identifier))

    def ledger_proof_at_hand(self, region: TrustedRegion, identifier: str) -> bytes | None:
        """Return the recorded proof about a license."""
        return self.ledger_proof(region, identifier)


def with_key_id(encoded: Iterable[bytes], identifier: bytes) -> tuple[bytes, ...]:
    """Return those of the certificates that a key identifier names; few bear one by chance."""
    found = (item for item in encoded if _key_id(item) == identifier)
    return tuple(islice(found, _MOST_NAMESAKES))


@lru_cache(_REMEMBERED)
def _key_id(encoded: bytes) -> bytes:
    """Return the identifier of a certificate; empty for what is none."""
    try:
        return key_id(parse_certificate(encoded))
    except (MalformedStructureError, InvalidSignatureError):
        return b""


def _once(known: dict[_Q, _A], question: _Q, ask: Callable[[], _A]) -> _A:
    if question not in known:
        known[question] = ask()
    return known[question]
