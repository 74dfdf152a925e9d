"""Seconds that pass when a test says so, or when somebody sleeps."""


class Seconds:
    """A clock to call, as ``time.monotonic``."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._now = 1000.0

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
