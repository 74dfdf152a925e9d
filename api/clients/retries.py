"""How long other regions are waited for, and when they are asked again."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import httpx

PIECE: Final = httpx.Timeout(3.0, connect=2.0)
"""For each piece of an answer to a question."""
LONG_PIECE: Final = httpx.Timeout(10.0, connect=2.0)
"""For each piece of what takes the other region longer: files, thousands of answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a whole answer may take, all attempts and pauses included, in seconds."""

    question: float = 8.0
    publication: float = 15.0
    share: float = 15.0
    batch: float = 60.0


def full_jitter(longest: float) -> float:
    """Return any pause up to ``longest`` seconds, so that those who failed together part."""
    return secrets.SystemRandom().uniform(0.0, longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """Pauses between attempts: exponential with full jitter, and never past a deadline.

    Attributes:
        attempts: How often a question is put at most; what changes something is put once.
        first_seconds: The longest first pause; each further one may be twice as long.
        longest_seconds: The longest pause of all.
    """

    attempts: int = 3
    first_seconds: float = 0.2
    longest_seconds: float = 1.0
    jitter: Callable[[float], float] = field(default=full_jitter, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    def pause(self, failed: int, *, deadline: float) -> bool:
        """Wait after the attempt number ``failed`` (from 1).

        Args:
            failed: How many attempts failed.
            deadline: When it all ends, by the clock.

        Returns:
            Whether there is time for another attempt; if not, nothing was waited for.
        """
        longest = min(self.longest_seconds, self.first_seconds * 2 ** (failed - 1))
        seconds = self.jitter(longest)
        if self.clock() + seconds >= deadline:
            return False
        self.sleep(seconds)
        return True
