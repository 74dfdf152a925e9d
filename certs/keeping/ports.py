"""What keeping needs from the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from certs.keeping.disposals import Disposal, DisposalProposal
from certs.keeping.holdings import Holding, LegalHold, PackageReference
from certs.keeping.retention import Appraisal
from certs.keeping.scrubs import Scrub
from certs.transactions import Transaction


class HoldingBook(Protocol):
    """The packages that are kept, and what was decided about each."""

    def add(self, holding: Holding) -> None:
        """Note a package whose bytes were stored; noting it again does no harm.

        Raises:
            DisposedError: It was disposed of.
        """
        ...

    def refer(self, reference: PackageReference) -> None:
        """Note that a package needs another one; noting it again does no harm.

        Raises:
            HoldingNotFoundError: What is needed is not kept here.
            DisposedError: It was disposed of.
        """
        ...

    def get(self, package_id: str) -> Holding:
        """Return a holding.

        Raises:
            HoldingNotFoundError: There is none.
        """
        ...

    def claim(self, package_id: str) -> Holding:
        """Return a holding, which nobody else changes until this unit of work is over.

        Raises:
            HoldingNotFoundError: There is none.
        """
        ...

    def known(self, package_ids: Collection[str]) -> frozenset[str]:
        """Return those of the packages that are kept here, and were not destroyed."""
        ...

    def appraise(self, appraisal: Appraisal) -> None:
        """Give a package its retention class; earlier appraisals stay on record.

        Raises:
            HoldingNotFoundError: There is none.
        """
        ...

    def appraisals(self, package_id: str) -> tuple[Appraisal, ...]:
        """Return every appraisal of a package, oldest first."""
        ...

    def note_locked(self, package_id: str, at: datetime) -> None:
        """Note that the store was bound as the last appraisal says."""
        ...

    def unlocked(self, limit: int) -> tuple[Holding, ...]:
        """Return appraised holdings for which the store was not bound yet."""
        ...

    def references(self, package_id: str) -> tuple[PackageReference, ...]:
        """Return what needs a package."""
        ...


class HoldBook(Protocol):
    """Legal holds."""

    def place(self, hold: LegalHold) -> LegalHold:
        """Keep a hold, and return it with its number.

        Raises:
            HoldingNotFoundError: No such package is kept.
            DisposedError: It was disposed of.
        """
        ...

    def release(self, hold: LegalHold) -> None:
        """Keep who lifted a hold, when and by which document.

        Raises:
            HoldNotFoundError: None of the number lies on the package, or none any longer.
        """
        ...

    def of(self, package_id: str) -> tuple[LegalHold, ...]:
        """Return all holds of a package, also those that were lifted."""
        ...


class DisposalBook(Protocol):
    """Proposals to dispose of packages, and the register of destruction (销毁清册)."""

    def propose(self, proposal: DisposalProposal) -> None:
        """Keep a proposal.

        Raises:
            HoldingNotFoundError: No such package is kept.
            DisposalError: It was proposed before.
        """
        ...

    def proposal(self, package_id: str) -> DisposalProposal | None:
        """Return what was proposed for a package, or None."""
        ...

    def add(self, disposal: Disposal) -> None:
        """Write a line into the register, for ever; what the package needed is free again.

        Raises:
            DisposalError: It is held or needed, its period runs, or the persons are the same.
        """
        ...

    def find(self, package_id: str) -> Disposal | None:
        """Return the line about a package, or None."""
        ...

    def note_destroyed(self, package_id: str, at: datetime) -> None:
        """Note that the bytes are gone."""
        ...


class ScrubBook(Protocol):
    """Runs in which everything was read again."""

    def begin(self, at: datetime) -> Scrub:
        """Return the run that was not finished, or a new one."""
        ...

    def due(self, before: datetime, limit: int) -> tuple[Holding, ...]:
        """Return kept holdings not read since ``before``, those that wait longest first."""
        ...

    def note(self, package_ids: Sequence[str], at: datetime, *, lost: Collection[str]) -> None:
        """Note that these were read, and those of them of which no good copy is left."""
        ...

    def save(self, scrub: Scrub) -> None:
        """Keep how far a run has come."""
        ...

    def newest(self, limit: int) -> tuple[Scrub, ...]:
        """Return runs, the newest first."""
        ...

    def damaged(self, limit: int) -> tuple[Holding, ...]:
        """Return holdings of which no good copy was found when they were read last."""
        ...


class DisposalWork(Transaction, Protocol):
    """One transaction over what is kept, and what is proposed to be disposed of."""

    @property
    def holdings(self) -> HoldingBook:
        """The packages within this transaction."""
        ...

    @property
    def disposals(self) -> DisposalBook:
        """The disposals within this transaction."""
        ...


class KeepingWork(DisposalWork, Protocol):
    """One transaction; leaves nothing behind unless committed."""

    @property
    def holds(self) -> HoldBook:
        """The legal holds within this transaction."""
        ...

    @property
    def scrubs(self) -> ScrubBook:
        """The scrubs within this transaction."""
        ...
