"""What waits to be done (待办积压): how much, and since when, without anybody's data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, Protocol

MOST_COUNTED: Final = 10_000
"""Counting ends here: whoever looks every minute does not have millions of rows counted."""


@unique
class Queue(StrEnum):
    """What waits somewhere."""

    LEDGER = "ledger"
    """Entries without a number in their log."""
    ARCHIVE = "archive"
    """Packages on their way."""
    ARCHIVE_STOPPED = "archive_stopped"
    """Packages that did not pass a step, until somebody lets them go on."""
    NOTICES = "notices"
    """Notices to holders."""
    COMPLAINTS = "complaints"
    """Complaints on their way to those who answer them."""
    DEPARTMENTS = "departments"
    """Questions on their way to departments."""
    INTENTS = "intents"
    """Licenses whose making has begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much waits in a queue.

    Attributes:
        waiting: How much; counting ends at ``MOST_COUNTED``.
        oldest: Since when the first of these waits; None where nothing does, or nobody knows.
    """

    queue: Queue
    waiting: int
    oldest: datetime | None = None


class BacklogBook(Protocol):
    """Tells what waits, and how much is stored."""

    def all(self) -> tuple[Backlog, ...]:
        """Return every queue."""
        ...

    def database_bytes(self) -> int:
        """Return how large the database is."""
        ...


class BacklogWork(Protocol):
    """A unit of work over what waits."""

    @property
    def backlogs(self) -> BacklogBook:
        """What waits, within this transaction."""
        ...
