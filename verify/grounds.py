"""The grounds of a verdict (依据): all that came from outside, as it came.

With the examination of the document they are what a verdict follows from, so that it can be made
again by anybody, later, without asking anyone.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self, TypeVar

_Q = TypeVar("_Q")
_A = TypeVar("_A")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to a region and what came back.

    Attributes:
        nonce: 16 fresh bytes, hexadecimal.
        at: When it was asked.
        answer: As it came; None for silence.
    """

    nonce: str
    at: datetime
    answer: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseQuestion:
    """How did a license stand?

    Attributes:
        region: 行政区划代码 of who was asked.
        moment: The moment asked about; None for the present.
    """

    region: str
    identifier: str
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealQuestion:
    """How did a seal stand when it signed?"""

    region: str
    code: str
    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuestion:
    """Which status list stands, or stood at a moment?"""

    region: str
    number: int
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyQuestion:
    """Which certificate of a region has this identifier (first 8 bytes of its SM3)?"""

    region: str
    key_id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a verdict rests on besides the document.

    Attributes:
        gathered_at: When the first of it was asked for.
        trust_list: The list as its root signed it; empty when there was none.
        revocation_lists: By region code.
        certificates: What regions publish, DER.
        status_lists: Tokens; None where nobody gave one.
        seal_standings: Bulletins of seals by region code; None where nobody gave one.
        ledger_proofs: That licenses stand in the ledger; None where nobody gave one.
    """

    gathered_at: datetime
    trust_list: bytes = field(default=b"", repr=False)
    revocation_lists: tuple[tuple[str, tuple[bytes, ...]], ...] = field(default=(), repr=False)
    certificates: tuple[tuple[KeyQuestion, tuple[bytes, ...]], ...] = field(default=(), repr=False)
    status_lists: tuple[tuple[ListQuestion, bytes | None], ...] = field(default=(), repr=False)
    license_answers: tuple[tuple[LicenseQuestion, Asked], ...] = field(default=(), repr=False)
    seal_answers: tuple[tuple[SealQuestion, Asked], ...] = field(default=(), repr=False)
    seal_standings: tuple[tuple[str, bytes | None], ...] = field(default=(), repr=False)
    ledger_proofs: tuple[tuple[LicenseQuestion, bytes | None], ...] = field(default=(), repr=False)

    @property
    def has_answers(self) -> bool:
        """Whether a question of that moment went in, which nobody else has asked."""
        return bool(self.license_answers or self.seal_answers)

    def with_more(self, later: Self) -> Self:
        """Return these grounds and those of what was judged after it."""
        return replace(
            self,
            trust_list=self.trust_list or later.trust_list,
            revocation_lists=_merged(self.revocation_lists, later.revocation_lists),
            certificates=_merged(self.certificates, later.certificates),
            status_lists=_merged(self.status_lists, later.status_lists),
            license_answers=_merged(self.license_answers, later.license_answers),
            seal_answers=_merged(self.seal_answers, later.seal_answers),
            seal_standings=_merged(self.seal_standings, later.seal_standings),
            ledger_proofs=_merged(self.ledger_proofs, later.ledger_proofs),
        )


def _merged(
    first: tuple[tuple[_Q, _A], ...], second: tuple[tuple[_Q, _A], ...]
) -> tuple[tuple[_Q, _A], ...]:
    if not second:
        return first
    return tuple((dict(first) | dict(second)).items())
