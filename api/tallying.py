"""Counts what was noted for supervision in the background, while ``yinxin serve`` runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.repeating import repeating
from api.services import Services

INTERVAL_SECONDS: Final = 30.0
_JITTER: Final = 0.2


@contextmanager
def tallying(services: Services, *, interval: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Count until the block ends; what is not counted yet is in every figure all the same."""

    def count() -> None:
        services.supervision.count()

    with repeating(
        count,
        interval=interval,
        jitter=_JITTER,
        name="tallies",
        trouble="facts could not be counted",
    ):
        yield
