"""A budget of time for whoever is asked: so long, all together, and late answers are silence."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar

BUDGET: Final = timedelta(seconds=3)
"""How long an opening waits for others, whatever it asks for."""

_MAX_AT_ONCE: Final = 32
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When everybody must have answered.

    Attributes:
        at: Seconds of the clock that only grows.
        seconds: That clock.
    """

    at: float
    seconds: Callable[[], float] = field(default=time.monotonic, repr=False)

    @classmethod
    def after(
        cls, budget: timedelta = BUDGET, seconds: Callable[[], float] = time.monotonic
    ) -> "Deadline":
        """Return the deadline that begins to run now."""
        return cls(seconds() + budget.total_seconds(), seconds)

    @property
    def left(self) -> timedelta:
        """What is left of the time; nothing once it is over."""
        return timedelta(seconds=max(0.0, self.at - self.seconds()))


def within(budget: timedelta, tasks: Sequence[Callable[[], _T]]) -> list[_T | None]:
    """Do all tasks at once, and return what each came to; None for whoever was late.

    Where there is no time left nothing is begun.
    """
    if not tasks or budget <= timedelta():
        return [None] * len(tasks)
    pool = ThreadPoolExecutor(min(len(tasks), _MAX_AT_ONCE))
    try:
        begun = [pool.submit(task) for task in tasks]
        in_time, _late = wait(begun, timeout=budget.total_seconds())
        return [item.result() if item in in_time else None for item in begun]
    finally:
        # Whoever is late talks to nobody; the client ends it by its own time limit.
        pool.shutdown(wait=False, cancel_futures=True)


def in_turn(_budget: timedelta, tasks: Sequence[Callable[[], _T]]) -> list[_T | None]:
    """Do tasks that wait for nobody one after another."""
    return [task() for task in tasks]


def each_at_once(tasks: Sequence[Callable[[], _T]]) -> list[_T]:
    """Do all tasks at once, each of which keeps to a deadline of its own; return their results."""
    if len(tasks) <= 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(min(len(tasks), _MAX_AT_ONCE)) as pool:
        return [item.result() for item in [pool.submit(task) for task in tasks]]
