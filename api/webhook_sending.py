"""Delivers events to subscribers (事件推送) in the background, while ``yinxin serve`` runs.

Each delivery is a signed request of its own, of each license the oldest first. What is answered
by anything but success is tried again, later and later, and given up after three days.
"""

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from api.clients.calls import Call, RegionCalls
from api.repeating import repeating
from certs import canonical
from certs.ports import Clock
from certs.regions import RegionCode
from certs.webhooks import GIVEN_UP_AFTER, Delivery, WebhookWork

INTERVAL_SECONDS: Final = 2.0
REFUSED: Final = "refused"
SILENCE: Final = "silence"
_PORTION: Final = 100
_SECONDS: Final = 10.0
_TAKEN: Final = timedelta(minutes=20)
"""Longer than a portion takes when every answer is late."""
_FIRST_PAUSE: Final = timedelta(seconds=10)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_MOST_DOUBLINGS: Final = 16
_MOST_SILENCES: Final = 3
_SUCCESS: Final = range(200, 300)
_MAX_ANSWER_BYTES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSender:
    """Delivers what waits.

    Attributes:
        calls: Carries the requests, signs them, and opens no connection to where none may lead.
        region: Whose events these are.
        allows_plain: Addresses may be ``http``: in demo and dev.
    """

    unit_of_work: Callable[[], WebhookWork]
    clock: Clock
    calls: RegionCalls
    region: RegionCode
    allows_plain: bool

    def deliver(self) -> int:
        """Deliver what is due; return how many deliveries arrived."""
        delivered = 0
        while True:
            now = self.clock.now()
            with self.unit_of_work() as work:
                taken = work.webhooks.take(_PORTION, now=now, until=now + _TAKEN)
                work.commit()
            if taken:
                delivered += self._send_all(taken)
            if len(taken) < _PORTION:
                return delivered

    def _send_all(self, taken: tuple[Delivery, ...]) -> int:
        """Send a portion; return how many arrived. A silent receiver is left alone soon."""
        answers: dict[int, str] = {}
        silences: dict[str, int] = {}
        for delivery in taken:
            is_left_alone = silences.get(delivery.webhook, 0) >= _MOST_SILENCES
            answer = SILENCE if is_left_alone else self._send(delivery)
            if answer == SILENCE:
                silences[delivery.webhook] = silences.get(delivery.webhook, 0) + 1
            answers[delivery.number] = answer
        arrived = [number for number, answer in answers.items() if _is_success(answer)]
        now = self.clock.now()
        late = [item for item in taken if item.number not in set(arrived)]
        old = [item.number for item in late if now - item.recorded_at >= GIVEN_UP_AFTER]
        with self.unit_of_work() as work:
            work.webhooks.finish(arrived)
            work.webhooks.give_up(old, at=now)
            for delivery in late:
                if delivery.number not in old:
                    work.webhooks.postpone(delivery.number, until=now + pause(delivery))
            last = {item.webhook: answers[item.number] for item in taken}
            work.webhooks.hear(last.items())
            work.commit()
        return len(arrived)

    def _send(self, delivery: Delivery) -> str:
        """Return the receiver's status code as text, or why there is none."""
        parts = urlsplit(delivery.address)
        if parts.scheme != "https" and not self.allows_plain:
            return REFUSED
        answer = self.calls.ask(
            Call(
                method="POST",
                service_url=f"{parts.scheme}://{parts.netloc}",
                path=parts.path or "/",
                content=canonical.encode(delivery.as_payload()),
                content_type="application/json",
                to=self.region,
                is_idempotent=False,
                max_bytes=_MAX_ANSWER_BYTES,
                seconds=_SECONDS,
            )
        )
        return SILENCE if answer is None else str(answer.status)


def _is_success(answer: str) -> bool:
    return answer.isdigit() and int(answer) in _SUCCESS


def pause(delivery: Delivery) -> timedelta:
    """Return how long a delivery waits that did not arrive: twice as long each time."""
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(delivery.attempts - 1, _MOST_DOUBLINGS)
    return min(doubled, _LONGEST_PAUSE)


def may_be_reached(address: str) -> bool:
    """Tell whether an IP address is one that a subscriber's server can have.

    Addresses of inner networks (10.0.0.0/8 and the like) are: that is where offices are. This
    machine itself, its neighbours on the same wire and the cloud's own services are not.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inside = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = inside or found
    return not (
        found.is_loopback
        or found.is_link_local
        or found.is_multicast
        or found.is_unspecified
        or found.is_reserved
    )


@contextmanager
def sending_webhooks(
    sender: WebhookSender | None, *, interval: float = INTERVAL_SECONDS
) -> Iterator[None]:
    """Deliver what is due every ``interval`` seconds until the block ends."""
    if sender is None:
        yield
        return
    with repeating(
        sender.deliver,
        interval=interval,
        name="webhooks",
        trouble="events could not be delivered",
    ):
        yield
