"""夜间任务: work that one process does once a night for all, and when it was done last."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Protocol

from certs.civil_dates import BEIJING
from certs.transactions import Transaction

NIGHTLY_AT: Final = time(2, 0)
"""When a night's work begins, in Beijing."""

RETRIED_AFTER: Final = timedelta(hours=1)
"""How long after a run that failed, or never ended, somebody tries again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicRun:
    """The last run of one job.

    Attributes:
        name: The job's.
        begun_at: When it began.
        ended_at: When it ended well; None while it runs, or failed.
        done: How much it did.
    """

    name: str
    begun_at: datetime
    ended_at: datetime | None = None
    done: int = 0

    def is_due(self, now: datetime) -> bool:
        """Tell whether it has to run again at ``now``."""
        if self.ended_at is None:
            return now >= self.begun_at + RETRIED_AFTER
        return self.begun_at < night_of(now)


class RunBook(Protocol):
    """Where the last run of each job is kept."""

    def find(self, name: str) -> PeriodicRun | None:
        """Return the last run of a job, or None; nobody else claims it until this unit ends."""
        ...

    def all(self) -> tuple[PeriodicRun, ...]:
        """Return the last run of every job, by name."""
        ...

    def keep(self, run: PeriodicRun) -> None:
        """Keep a run in place of the one before."""
        ...


class RunWork(Transaction, Protocol):
    """A unit of work over runs."""

    @property
    def runs(self) -> RunBook:
        """The last run of each job."""
        ...


def night_of(now: datetime) -> datetime:
    """Return when the latest night's work was to begin."""
    today = now.astimezone(BEIJING)
    begins = datetime.combine(today.date(), NIGHTLY_AT, BEIJING)
    return begins if begins <= today else begins - timedelta(days=1)
