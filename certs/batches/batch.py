"""A batch (批次): rows of applications, and what became of each.

Rows are staged in the database before any is minted, and each ends in one of four ways, so
that at the end read = minted + already there + refused + called off, to the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from certs.rows.columns import Column
from certs.rows.problems import RowProblem

CHUNK_ROWS: Final = 200
"""Rows that one worker takes at a time."""

LEASE: Final = timedelta(seconds=60)
"""How long a chunk is a worker's without a sign of life."""


@unique
class BatchState(StrEnum):
    """How far a batch has come."""

    READING = "reading"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"

    @property
    def zh(self) -> str:
        """What people read."""
        return _STATES[self]

    @property
    def is_over(self) -> bool:
        """Whether nothing will be minted any more."""
        return self in {BatchState.CANCELLED, BatchState.DONE}


_STATES: Final = {
    BatchState.READING: "读取中",
    BatchState.RUNNING: "制证中",
    BatchState.PAUSED: "已暂停",
    BatchState.CANCELLED: "已取消",
    BatchState.DONE: "已完成",
}
NEXT_STATES: Final[Mapping[BatchState, frozenset[BatchState]]] = {
    BatchState.READING: frozenset({BatchState.PAUSED, BatchState.CANCELLED}),
    BatchState.RUNNING: frozenset({BatchState.PAUSED, BatchState.CANCELLED, BatchState.DONE}),
    BatchState.PAUSED: frozenset({BatchState.RUNNING, BatchState.CANCELLED}),
    BatchState.CANCELLED: frozenset(),
    BatchState.DONE: frozenset(),
}
"""What may follow each state; what was read waits until it is known whether it may be minted."""


@unique
class RowOutcome(StrEnum):
    """What became of a row."""

    WAITING = "waiting"
    MINTED = "minted"
    PRESENT = "present"
    REFUSED = "refused"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch.

    Attributes:
        id: Its name, 16 random bytes in hexadecimal.
        type_code: 证照类型代码.
        source_name: Name of the file or query, for people.
        source_digest: SM3 of what was read, in hexadecimal; the same file is the same batch.
        operator: 用印人, in whose name the seal is used.
        columns: The columns of the source, from left to right.
        created_at: When reading began.
        finished_at: When it was over; None before.
    """

    id: str
    type_code: str
    source_name: str
    source_digest: str
    operator: str
    columns: tuple[Column, ...]
    state: BatchState
    created_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Since when a batch runs, and how many rows had ended by then."""

    since: datetime
    ended_before: int

    def rows_per_second(self, counts: "BatchCounts", *, now: datetime) -> float:
        """Return how many rows end in a second, on average since then; 0 at its beginning."""
        seconds = (now - self.since).total_seconds()
        return max(0.0, (counts.ended - self.ended_before) / seconds) if seconds > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedRow:
    """One row of a batch.

    Attributes:
        number: Its number in the file.
        business_key: Keyed hash of issuer, type and printed number; blank where the row has no
            readable number.
        raw: The texts as they stood, by field name; dropped once the row is a license.
        outcome: What became of it.
        identifier: 证照标识 of the license that it is, if it is one.
        problems: Why it was refused.
    """

    number: int
    business_key: str = ""
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)
    outcome: RowOutcome = RowOutcome.WAITING
    identifier: str = ""
    problems: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Rows that a worker has taken, until its lease ends.

    Attributes:
        number: The chunk's number in its batch, from 0.
        first_row, last_row: The rows' numbers in the file.
        worker: Who has it.
    """

    batch: str
    number: int
    first_row: int
    last_row: int
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCounts:
    """How many rows of a batch ended how."""

    waiting: int = 0
    minted: int = 0
    present: int = 0
    refused: int = 0
    called_off: int = 0

    @property
    def read(self) -> int:
        """All rows that were read."""
        return self.waiting + self.ended

    @property
    def ended(self) -> int:
        """Rows of which it is known what became of them."""
        return self.minted + self.present + self.refused + self.called_off
