"""Where declarations, promises and their steps are kept."""

from datetime import date
from typing import Protocol

from certs.holder_codes import HolderCode
from verify.acceptance.promises.declarations import Declaration
from verify.acceptance.promises.records import Promise, Step
from verify.acceptance.records import Applicant


class PromiseBook(Protocol):
    """Everything in it is added once and never changed."""

    def declare(self, declaration: Declaration) -> None:
        """Keep a declaration.

        Raises:
            RecordRefusedError: There is one of this material, or a rule is broken.
        """
        ...

    def declaration(self, case_id: str, material: str) -> Declaration | None:
        """Return the declaration about a material."""
        ...

    def declared(self, case_id: str) -> frozenset[str]:
        """Return the codes of the materials of a case that were declared."""
        ...

    def add(self, promise: Promise) -> None:
        """Keep what a decision leaves open.

        Raises:
            RecordRefusedError: There is no such decision.
        """
        ...

    def get(self, case_id: str, material: str) -> Promise:
        """Return a promise with its steps.

        Raises:
            PromiseNotFoundError: Nothing was left open of that material.
        """
        ...

    def take(self, promise: Promise, step: Step) -> None:
        """Add a step.

        Raises:
            RecordRefusedError: It was closed meanwhile, or a rule is broken.
        """
        ...

    def open_until(
        self, day: date, *, limit: int, after: Promise | None = None
    ) -> tuple[Promise, ...]:
        """Return what is open and awaited, or due by a day, the oldest first, from behind one."""
        ...

    def has_breached(self, holder: HolderCode) -> bool:
        """Tell whether a holder broke a promise in any case and did not set it right."""
        ...

    def breaches(self) -> tuple[tuple[Applicant, Promise], ...]:
        """Return every promise that was broken, with whoever broke it, the oldest first."""
        ...
