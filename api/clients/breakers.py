"""Circuit breakers (熔断): a region that keeps failing is silent at once."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

FAILURES: Final = 5
"""Failures in a row that open a breaker."""
COOL_DOWN_SECONDS: Final = 30.0
"""How long an open breaker asks nobody, before one probe may."""


@unique
class BreakerState(StrEnum):
    """Whether a region is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@unique
class Heard(StrEnum):
    """How an attempt ended: the region worked, it did not, or nobody can say."""

    WELL = "well"
    BADLY = "badly"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Pass:
    """Lets one attempt through; whoever has it reports afterwards, whatever happens in between."""

    is_probe: bool


class Breaker:
    """The breaker of one region; safe for threads."""

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        cool_down_seconds: float = COOL_DOWN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_failures = failures
        self._cool_down = cool_down_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> BreakerState:
        """Whether the region is asked now; half-open while one probe may go, or is on its way."""
        with self._lock:
            return self._state()

    def let_through(self) -> Pass | None:
        """Return a pass for one attempt, or None; of many at a half-open breaker, one gets it."""
        with self._lock:
            match self._state():
                case BreakerState.CLOSED:
                    return Pass(is_probe=False)
                case BreakerState.OPEN:
                    return None
                case BreakerState.HALF_OPEN:
                    if self._probing:
                        return None
                    self._probing = True
                    return Pass(is_probe=True)

    def report(self, used: Pass, heard: Heard) -> None:
        """Say how an attempt that was let through ended."""
        with self._lock:
            if used.is_probe:
                self._probing = False
            match heard:
                case Heard.WELL:
                    self._failures, self._opened_at = 0, None
                case Heard.BADLY:
                    self._count(used)
                case Heard.NOTHING:
                    pass

    def _count(self, used: Pass) -> None:
        """Count a failure; those of attempts from before it opened open nothing anew."""
        self._failures += 1
        if used.is_probe or (self._opened_at is None and self._failures >= self._most_failures):
            self._opened_at = self._clock()

    def _state(self) -> BreakerState:
        if self._opened_at is None:
            return BreakerState.CLOSED
        if self._clock() - self._opened_at < self._cool_down:
            return BreakerState.OPEN
        return BreakerState.HALF_OPEN


@dataclass(slots=True)
class Breakers:
    """One breaker for each address of a region's service."""

    clock: Callable[[], float] = time.monotonic
    failures: int = FAILURES
    _breakers: dict[str, Breaker] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, service_url: str) -> Breaker:
        """Return the breaker of a region; addresses come from the trust list, so they are few."""
        with self._lock:
            return self._breakers.setdefault(
                service_url, Breaker(failures=self.failures, clock=self.clock)
            )

    def states(self) -> Mapping[str, BreakerState]:
        """Return the state by address, of the regions asked so far."""
        with self._lock:
            known = dict(self._breakers)
        return {url: breaker.state for url, breaker in known.items()}
