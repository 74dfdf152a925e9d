"""What a reconciliation of the books found (对账结果)."""

from dataclasses import dataclass, fields
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancies:
    """How often the register and the record of issuing disagree; all zero is agreement.

    Attributes:
        repeated_identifiers: Identifiers that stand on record more than once.
        licenses_without_intent: Licenses that no intent led to.
        intents_without_license: Intents said to be issued whose license is not there.
        unrecorded_uses: Licenses whose sealing is not among the uses of the seal.
        unentered_packages: Licenses whose files lie in a package that is not entered as theirs.
    """

    repeated_identifiers: int = 0
    licenses_without_intent: int = 0
    intents_without_license: int = 0
    unrecorded_uses: int = 0
    unentered_packages: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return sum(int(getattr(self, item.name)) for item in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What was put in order, and what does not agree.

    Attributes:
        finished: Identifiers of licenses that a crash had left open.
        given_up: How many open intents could not become licenses.
        removed: How many objects were nobody's.
        licenses: How many licenses were looked at.
        incomplete: Identifiers of licenses that lack an object, the first thousand.
        discrepancies: What else disagrees.
    """

    finished: tuple[str, ...]
    given_up: int
    removed: int
    licenses: int
    incomplete: tuple[str, ...]
    discrepancies: Discrepancies

    @property
    def is_clean(self) -> bool:
        """Whether everything agrees."""
        return not self.incomplete and not self.discrepancies.count


class Books(Protocol):
    """Compares the register with what issuing left on record."""

    def discrepancies(self) -> Discrepancies:
        """Return what does not agree."""
        ...
