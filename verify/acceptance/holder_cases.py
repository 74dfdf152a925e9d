"""我的办件: a holder's cases, found by the blind key under which the register knows the holder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, Self

from certs.holder_codes import HolderCode
from certs.transactions import Transaction
from verify.acceptance.records import Case

_PORTION: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderCase:
    """Whose a case is.

    Attributes:
        case_id: The case.
        holder_key: The applicant's look-up key in the register; never the code.
        opened_at: When it was opened.
    """

    case_id: str
    holder_key: str
    opened_at: datetime

    @classmethod
    def of(cls, case: Case, key_of: Callable[[HolderCode], str]) -> Self:
        """Return whose a case is."""
        return cls(
            case_id=case.id, holder_key=key_of(case.applicant.code), opened_at=case.opened_at
        )


class HolderCaseBook(Protocol):
    """Where it is kept whose cases there are; added once, never changed."""

    def add(self, entries: Sequence[HolderCase]) -> None:
        """Keep whose cases these are."""
        ...

    def of_holder(self, holder_key: str, limit: int) -> tuple[Case, ...]:
        """Return a holder's cases, the newest first."""
        ...

    def is_of(self, holder_key: str, case_id: str) -> bool:
        """Tell whether a case is a holder's."""
        ...

    def unindexed(self, limit: int) -> tuple[Case, ...]:
        """Return cases of which it is not kept whose they are, the oldest first."""
        ...


class HolderCaseWork(Transaction, Protocol):
    """A unit of work over whose cases there are."""

    @property
    def holder_cases(self) -> HolderCaseBook:
        """Whose cases there are."""
        ...


def index_cases(
    unit_of_work: Callable[[], HolderCaseWork], key_of: Callable[[HolderCode], str]
) -> int:
    """Keep whose the cases of earlier releases are; return how many were added.

    A migration cannot: it has no key. Many transactions, so that windows wait for none.
    """
    added = 0
    while True:
        with unit_of_work() as work:
            found = work.holder_cases.unindexed(_PORTION)
            work.holder_cases.add([HolderCase.of(case, key_of) for case in found])
            work.commit()
        added += len(found)
        if len(found) < _PORTION:
            return added
