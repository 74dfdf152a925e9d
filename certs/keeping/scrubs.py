"""A run in which every archived package is read again and compared with its digest (巡检)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrub:
    """How far a run has come.

    Attributes:
        number: Its number, from 1.
        finished_at: None while it goes on, or waits to be gone on with.
        packages: How many packages were read.
        read_bytes: How many bytes, of every copy.
        damaged: Copies that were not what was put.
        missing: Copies that were not there.
        repaired: Copies that were put right from another one.
        lost: Packages of which no good copy is left.
        extra: Objects that no row knows: put by a process that ended before it wrote the row, or
            by somebody else. They are told of and never removed.
    """

    number: int
    started_at: datetime
    finished_at: datetime | None = None
    packages: int = 0
    read_bytes: int = 0
    damaged: int = 0
    missing: int = 0
    repaired: int = 0
    lost: int = 0
    extra: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether every package is whole in every store, now that the run is over."""
        return self.finished_at is not None and not self.lost and not self.extra
