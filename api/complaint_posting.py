"""Delivers complaints to 好差评 or 12345 in the background, while ``yinxin serve`` runs.

Each goes out in a signed request of its own; whatever the receiver answers but success is tried
again, later and later. It names a case, and nobody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api.clients.calls import Call, RegionCalls
from api.notifying import Receiver
from api.repeating import repeating
from certs import canonical
from certs.ports import Clock
from certs.regions import RegionCode
from verify.complaints.records import ComplaintPost, ComplaintWork

INTERVAL_SECONDS: Final = 5.0
_PORTION: Final = 20
_SECONDS: Final = 10.0
_TAKEN: Final = timedelta(minutes=10)
_FIRST_PAUSE: Final = timedelta(seconds=10)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_MOST_DOUBLINGS: Final = 12
_SUCCESS: Final = range(200, 300)
_MAX_ANSWER_BYTES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintPoster:
    """Delivers what waits.

    Attributes:
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
        calls: Carries the requests, and signs them with the region's key.
        region: Whose complaints these are.
        receiver: Where they go; None keeps them.
    """

    unit_of_work: Callable[[], ComplaintWork]
    clock: Clock
    calls: RegionCalls
    region: RegionCode
    receiver: Receiver | None

    def step(self) -> int:
        """Deliver what is due; return how many complaints were taken."""
        if self.receiver is None:
            return 0
        now = self.clock.now()
        with self.unit_of_work() as work:
            taken = work.complaints.take(_PORTION, now=now, until=now + _TAKEN)
            work.commit()
        done = [post for post in taken if self._send(post, self.receiver)]
        with self.unit_of_work() as work:
            work.complaints.delivered([post.complaint.number for post in done])
            for post in taken:
                if post not in done:
                    until = self.clock.now() + _pause(post)
                    work.complaints.postpone(post.complaint.number, until=until)
            work.commit()
        return len(done)

    def _send(self, post: ComplaintPost, receiver: Receiver) -> bool:
        answer = self.calls.ask(
            Call(
                method="POST",
                service_url=receiver.address,
                path=receiver.path,
                content=canonical.encode(post.complaint.as_payload()),
                content_type="application/json",
                to=self.region,
                is_idempotent=False,
                max_bytes=_MAX_ANSWER_BYTES,
                seconds=_SECONDS,
            )
        )
        return answer is not None and answer.status in _SUCCESS


def _pause(post: ComplaintPost) -> timedelta:
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(post.attempts, _MOST_DOUBLINGS)
    return min(doubled, _LONGEST_PAUSE)


@contextmanager
def complaint_posting(
    poster: ComplaintPoster | None, *, interval: float = INTERVAL_SECONDS
) -> Iterator[None]:
    """Deliver what is due every ``interval`` seconds until the block ends."""
    if poster is None:
        yield
        return
    with repeating(
        poster.step,
        interval=interval,
        name="complaints",
        trouble="complaints could not be delivered",
    ):
        yield
