"""Follows up promises in the background, while ``yinxin serve`` runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.repeating import repeating
from api.services import Services
from verify.acceptance.promises.following import Follower

INTERVAL_SECONDS: Final = 30.0
_JITTER: Final = 0.2


@contextmanager
def following_up(services: Services, *, interval: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Remind of what is due, and close what can be had after all, until the block ends."""
    follower = Follower(
        acceptance=services.acceptance,
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )
    with repeating(
        follower.step,
        interval=interval,
        jitter=_JITTER,
        name="promises",
        trouble="promises could not be followed up",
    ):
        yield
