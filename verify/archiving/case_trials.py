"""归档受阻: cases whose archiving failed, tried again later and later, then left to people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

MOST_TRIALS: Final = 8
"""After so many a case is stuck: a person mends the cause and archives it by command."""

LONGEST_REASON: Final = 400
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=12)
_FACTOR: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTrial:
    """How often archiving a case failed.

    Attributes:
        case_id: The case.
        attempts: How often.
        code: Stable name of the last reason.
        reason: The same in words, Chinese and English.
        tried_at: When it failed last.
    """

    case_id: str
    attempts: int
    code: str
    reason: str
    tried_at: datetime

    @property
    def is_stuck(self) -> bool:
        """Whether nobody tries again by itself."""
        return self.attempts >= MOST_TRIALS

    @property
    def next_at(self) -> datetime | None:
        """When it is tried again; None once it is stuck."""
        if self.is_stuck:
            return None
        pause: timedelta = _FIRST_PAUSE * _FACTOR ** (self.attempts - 1)
        return self.tried_at + min(pause, _LONGEST_PAUSE)


class CaseTrialBook(Protocol):
    """Where it is kept which cases could not be archived."""

    def find(self, case_id: str) -> CaseTrial | None:
        """Return how often a case failed; None if it never did."""
        ...

    def keep(self, trial: CaseTrial) -> None:
        """Keep the newest failure of a case in place of the one before."""
        ...

    def forget(self, case_id: str) -> None:
        """Forget a case that was archived, or that a person has tried again."""
        ...

    def newest(self, limit: int) -> tuple[CaseTrial, ...]:
        """Return the failures there are, those that are stuck and the longest first."""
        ...

    def due(self, limit: int, *, now: datetime) -> tuple[str, ...]:
        """Return settled cases that nobody began to archive and whose pause is over.

        One that leads to a license waits until that is made. The oldest come first.
        """
        ...
