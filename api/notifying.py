"""Delivers notices for holders in the background, while ``yinxin serve`` runs.

Each notice goes out in a signed request of its own, the oldest of a license first. Whatever the
receiver answers but success is tried again, later and later; a notice that is never taken holds
up its own license alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from urllib.parse import urlsplit

from api.clients.calls import Call, RegionCalls
from api.repeating import repeating
from certs import canonical
from certs.notices import Notice, NoticeWork, remind
from certs.ports import Clock, UnitOfWork
from certs.regions import RegionCode

INTERVAL_SECONDS: Final = 2.0
_PORTION: Final = 100
_SECONDS: Final = 10.0
_TAKEN: Final = timedelta(minutes=20)
"""Longer than a portion takes when every answer is late."""
_FIRST_PAUSE: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_MOST_DOUBLINGS: Final = 16
_MOST_SILENCES: Final = 3
_SUCCESS: Final = range(200, 300)
_MAX_ANSWER_BYTES: Final = 4096
_REMINDED_EVERY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where notices go: the address of a system that knows how to reach holders.

    Attributes:
        address: Scheme and host.
        path: What follows them.
    """

    address: str
    path: str

    @classmethod
    def of(cls, url: str) -> Self | None:
        """Return the receiver at ``url``, or None where there is none."""
        parts = urlsplit(url)
        if not url:
            return None
        return cls(f"{parts.scheme}://{parts.netloc}", parts.path or "/")


@dataclass(slots=True)
class Notifier:
    """Writes reminders, and delivers what waits.

    Attributes:
        calls: Carries the requests, and signs them with the region's key.
        region: Whose notices these are; the signature is for the same region's systems.
        receiver: Where notices go; None keeps them for ``yinxin license notices``.
        within: How long before the last day of a license its holder is reminded.
    """

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    calls: RegionCalls
    region: RegionCode
    receiver: Receiver | None
    within: timedelta
    _reminded_at: datetime | None = None

    def step(self) -> None:
        """Remind once a day, and deliver what is due."""
        now = self.clock.now()
        if self._reminded_at is None or now - self._reminded_at >= _REMINDED_EVERY:
            remind_all(self.unit_of_work, now=now, within=self.within)
            self._reminded_at = now
        self.deliver()

    def deliver(self) -> int:
        """Deliver what is due; return how many notices were taken."""
        if self.receiver is None:
            return 0
        delivered = 0
        while True:
            now = self.clock.now()
            with self.unit_of_work() as work:
                taken = work.notices.take(_PORTION, now=now, until=now + _TAKEN)
                work.commit()
            done, goes_on = self._send_all(taken, self.receiver)
            delivered += done
            if len(taken) < _PORTION or not goes_on:
                return delivered

    def _send_all(self, taken: tuple[Notice, ...], receiver: Receiver) -> tuple[int, bool]:
        """Send a portion; return how many arrived, and whether the receiver still listens."""
        done: list[int] = []
        late: list[Notice] = []
        silences = 0
        for notice in taken:
            status = None if silences >= _MOST_SILENCES else self._send(notice, receiver)
            silences = silences + 1 if status is None else 0
            if status in _SUCCESS:
                done.append(notice.number)
            else:
                late.append(notice)
        with self.unit_of_work() as work:
            work.notices.finish(done)
            for notice in late:
                work.notices.postpone(notice.number, until=self.clock.now() + pause(notice))
            work.commit()
        return len(done), silences < _MOST_SILENCES

    def _send(self, notice: Notice, receiver: Receiver) -> int | None:
        """Return the receiver's status code, or None for silence."""
        answer = self.calls.ask(
            Call(
                method="POST",
                service_url=receiver.address,
                path=receiver.path,
                content=canonical.encode(notice.as_payload()),
                content_type="application/json",
                to=self.region,
                is_idempotent=False,
                max_bytes=_MAX_ANSWER_BYTES,
                seconds=_SECONDS,
            )
        )
        return answer.status if answer else None


def pause(notice: Notice) -> timedelta:
    """Return how long a notice waits that was not taken: twice as long each time."""
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(notice.attempts, _MOST_DOUBLINGS)
    return min(doubled, _LONGEST_PAUSE)


def remind_all(unit_of_work: Callable[[], UnitOfWork], *, now: datetime, within: timedelta) -> int:
    """Write all reminders that are due, some hundreds in one transaction; return how many."""
    written = 0
    while True:
        with unit_of_work() as work:
            notices: NoticeWork = work
            found = remind(notices, now=now, within=within)
            work.commit()
        if not found:
            return written
        written += len(found)


@contextmanager
def notifying(notifier: Notifier | None, *, interval: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Deliver what is due every ``interval`` seconds until the block ends.

    It has a thread of its own, so that a slow receiver never delays the status lists. Whatever
    goes wrong is logged and tried again.
    """
    if notifier is None:
        yield
        return
    with repeating(
        notifier.step,
        interval=interval,
        name="notifier",
        trouble="notices could not be delivered",
    ):
        yield
