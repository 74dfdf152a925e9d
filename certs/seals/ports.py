"""What the use cases of seals need from outside."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from certs.seals.events import SealEvent, SealState
from certs.seals.register import RegisteredSeal
from certs.seals.succession import IssuerSuccession
from certs.seals.uses import SealUse
from certs.transactions import Transaction


class SealRepository(Protocol):
    """The register of seals (印章库), with their lives and uses."""

    def add(self, seal: RegisteredSeal, event: SealEvent) -> None:
        """Keep a new seal with its first event.

        Raises:
            DuplicateSealError: The code or the seal is registered already.
        """
        ...

    def find(self, code: str) -> RegisteredSeal | None:
        """Return the seal, or None."""
        ...

    def get(self, code: str) -> RegisteredSeal:
        """Return the seal.

        Raises:
            SealNotFoundError: There is none.
        """
        ...

    def find_encoded(self, digest: str) -> RegisteredSeal | None:
        """Return the seal whose SESeal has this SM3 digest, or None."""
        ...

    def all(self) -> tuple[RegisteredSeal, ...]:
        """Return all seals, by code."""
        ...

    def states(self) -> Mapping[str, SealState]:
        """Return the present state of every seal, by code."""
        ...

    def digests(self) -> Mapping[str, str]:
        """Return SM3 of the SESeal of every seal by code, hexadecimal."""
        ...

    def events(self, code: str) -> tuple[SealEvent, ...]:
        """Return the life of a seal, in order."""
        ...

    def lives(self) -> Mapping[str, tuple[SealEvent, ...]]:
        """Return the lives of all seals by code, each in order."""
        ...

    def count_events(self) -> int:
        """Return how many events there are in all; another number is another register."""
        ...

    def append_event(self, code: str, event: SealEvent, *, number: int) -> None:
        """Append an event as the ``number``-th, counted from 1.

        Raises:
            IllegalTransitionError: Somebody else appended one meanwhile, or the database knows
                the move as forbidden.
        """
        ...

    def add_uses(self, uses: Iterable[SealUse]) -> None:
        """Append uses.

        Raises:
            SealNotUsableError: A seal is not enabled.
        """
        ...

    def uses(
        self, code: str, *, limit: int, before: int | None = None
    ) -> tuple[tuple[int, SealUse], ...]:
        """Return uses of a seal with their numbers, newest first, from below ``before``."""
        ...

    def uses_of_license(self, license: str) -> tuple[SealUse, ...]:
        """Return the uses for one license, oldest first."""
        ...

    def add_succession(self, succession: IssuerSuccession) -> None:
        """Append the succession of one issuer to another."""
        ...

    def successions(self) -> tuple[IssuerSuccession, ...]:
        """Return all successions, in the order they were recorded."""
        ...


class SealWork(Transaction, Protocol):
    """A transaction over the register of seals; leaves nothing behind unless committed."""

    @property
    def seals(self) -> SealRepository:
        """The register within this transaction."""
        ...


class SealStatusSource(Protocol):
    """Asks whoever keeps a seal's status: another region, or an outside service.

    A service that does not answer is silent, never an error; what it says is checked by
    ``certs.seals.status_answers.read_answer``.
    """

    def ask_seal_status(
        self, service_url: str, code: str, *, at: datetime, nonce: str
    ) -> bytes | None:
        """Return the signed answer as it came, or None."""
        ...
