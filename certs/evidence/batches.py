"""Batches of archived packages under one timestamp (存证批次), and the timestamps over them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from signing.evidence_trees import EvidenceDigest

PATIENCE: Final = timedelta(days=2)
"""How long a package may be without evidence before somebody has to look why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBatch:
    """Packages that have their evidence in common; which ones never changes.

    Attributes:
        number: Counts from 1.
        packages: How many there are.
        stamps: How many timestamps there are over it; 0 while it waits for its first.
        digest: The hash of its newest tree; None without a timestamp.
        ends_at: When the newest timestamp ends to prove anything; None without one.
    """

    number: int
    made_at: datetime
    packages: int
    stamps: int = 0
    digest: EvidenceDigest | None = None
    ends_at: datetime | None = None

    def has_ended(self, now: datetime) -> bool:
        """Whether its evidence was not renewed in time."""
        return self.ends_at is not None and self.ends_at < now


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStamp:
    """One timestamp over a batch; it is never changed or removed.

    Attributes:
        number: Counts from 1 in the batch.
        chain: Counts from 1; a tree of another hash begins the next (RFC 4998, 5.1).
        digest: The hash of the chain.
        token: The timestamp token, DER.
        stamped_at: What the token says.
        ends_at: When the first certificate in the token ends.
        leaves: What a further chain's tree is over, one hash behind the other in the order of the
            packages, zeros for a package left out; empty for the first chain, whose leaves are
            the packages' own digests, and for a timestamp over the one before.
        lists: Certificate revocation lists, DER, about the authority of the one before.
    """

    batch: int
    number: int
    chain: int
    digest: EvidenceDigest
    token: bytes
    stamped_at: datetime
    ends_at: datetime
    leaves: bytes = b""
    lists: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMember:
    """A package of a batch.

    Attributes:
        object: SM3 of its bytes, hexadecimal.
        sha512: SHA-512 of the same, as the book has it.
    """

    package_id: str
    object: str
    sha512: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStanding:
    """How a package stands.

    Attributes:
        object: SM3 of its bytes, hexadecimal.
        archived_at: When it was archived.
        batch: Its batch; None while it waits for one.
    """

    object: str
    archived_at: datetime
    batch: EvidenceBatch | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is without a timestamp for longer than it should be."""
        has_stamp = self.batch is not None and self.batch.stamps > 0
        return not has_stamp and now - self.archived_at > PATIENCE
