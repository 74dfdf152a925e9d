"""What evidence needs from the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from certs.evidence.batches import (
    EvidenceBatch,
    EvidenceMember,
    EvidenceStamp,
    EvidenceStanding,
)
from certs.transactions import Transaction


class EvidenceBook(Protocol):
    """The evidence over archived packages, within one transaction.

    Every package that is entered waits for a batch from then on, and comes into one batch only.
    """

    def gather(self, most: int, *, before: datetime, at: datetime) -> EvidenceBatch | None:
        """Make a batch of packages that wait and were archived before; None if there are none.

        Nobody else gathers until this unit of work is over.
        """
        ...

    def waiting(self) -> int:
        """Return how many packages are in no batch."""
        ...

    def overdue(self, limit: int, *, before: datetime) -> tuple[str, ...]:
        """Return packages archived before that are under no timestamp, by id, oldest first."""
        ...

    def batches(self) -> tuple[EvidenceBatch, ...]:
        """Return all batches, oldest first."""
        ...

    def standing(self, package_id: str) -> EvidenceStanding | None:
        """Return how a package stands; None if there is no such package."""
        ...

    def objects(self, batch: int) -> tuple[bytes, ...]:
        """Return SM3 of each package's bytes, in the order of the batch."""
        ...

    def members(self, batch: int, limit: int, *, skip: int = 0) -> tuple[EvidenceMember, ...]:
        """Return packages in the order of the batch, without the first ``skip``."""
        ...

    def stamps(self, batch: int) -> tuple[EvidenceStamp, ...]:
        """Return the timestamps over a batch, oldest first."""
        ...

    def keep(self, stamp: EvidenceStamp) -> bool:
        """Store a timestamp; tell whether nobody stored one of its number before."""
        ...

    def readings(self, batch: int) -> tuple[bytes, ...]:
        """Return the hashes of packages that were read again so far, from the first on."""
        ...

    def is_reading(self) -> bool:
        """Tell whether a run over all packages was cut short.

        Some were read again for a tree that is not there yet, or a batch that was there when the
        newest of these trees was stamped has none.
        """
        ...

    def keep_readings(self, batch: int, hashes: Sequence[bytes], *, skip: int) -> bool:
        """Store hashes of packages behind the first ``skip``; tell whether nobody had."""
        ...

    def forget_readings(self, batch: int) -> None:
        """Remove the hashes; what they were read for is stored."""
        ...


class EvidenceWork(Transaction, Protocol):
    """One transaction; leaves nothing behind unless committed."""

    @property
    def evidence(self) -> EvidenceBook:
        """The evidence within this transaction."""
        ...
