"""How things are measured: rates are medians over rounds, and only their ratios are firm."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_ROUNDS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One figure and its reference.

    Attributes:
        per_second: Median rate of what is measured; where ``unit`` is another, a figure in it.
        reference: What it is compared with.
        reference_per_second: Its median rate in the same run, or its figure.
        at_least: The ratio that is wanted; 0 where none is.
        at_most: The ratio that is not to be passed, for sizes and times; 0 where none is.
        unit: ``/s`` for rates, where more is better.
    """

    name: str
    per_second: float
    reference: str
    reference_per_second: float
    at_least: float = 0.0
    at_most: float = 0.0
    unit: str = "/s"

    @property
    def ratio(self) -> float:
        """How many times the reference's rate."""
        return self.per_second / self.reference_per_second


def rates(*works: tuple[Callable[[], object], int]) -> list[float]:
    """Return calls per second of processor time, medians over rounds that take turns.

    Taking turns lets a busy moment of the machine fall on all alike.

    Args:
        works: What to call, and how often in a round.
    """
    for work, _ in works:
        work()
    found: list[list[float]] = [[] for _ in works]
    for _ in range(_ROUNDS):
        for (work, repeats), so_far in zip(works, found, strict=True):
            started = time.process_time()
            for _ in range(repeats):
                work()
            so_far.append(repeats / (time.process_time() - started))
    return [statistics.median(item) for item in found]
