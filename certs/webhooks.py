"""事件推送 (webhooks): systems that are told when licenses of certain types come or change.

What is told is written in the transaction of what it tells, and waits until it is delivered; so
none is lost, and one that was delivered just before a crash may come twice. It names a license and
times, never a person.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from certs.canonical import JsonValue
from certs.errors import WebhookRefusedError
from certs.notices import NoticeKind
from certs.short_names import SHORT_NAME_WORDS, is_short_name
from certs.statuses import StatusKind
from certs.transactions import Transaction

SCHEMA: Final = "yinxin.webhook/1"
EVERY: Final = "*"
"""Every license type, those that come later as well."""
GIVEN_UP_AFTER: Final = timedelta(days=3)
"""How long a delivery is tried."""
KEPT: Final = timedelta(days=30)
"""How long one that was given up is shown."""
_CODE: Final = re.compile(r"[A-Za-z0-9]{1,64}")
_HOST: Final = re.compile(r"[A-Za-z0-9.\[\]:-]+")
_PATH: Final = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_MOST_ADDRESS: Final = 400
_MOST_TYPES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """推送订阅: one address that is told.

    Attributes:
        name: What it is called in commands; never given to another one.
        address: Where deliveries go: ``https``, or ``http`` in demo and dev.
        license_types: Codes of types, or ``*`` alone.
        stopped_at: When it was stopped, for good; None while it was not.

    Raises:
        WebhookRefusedError: A part is none.
    """

    name: str
    address: str
    license_types: frozenset[str]
    registered_at: datetime
    registered_by: str
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        if not is_short_name(self.name):
            raise WebhookRefusedError(SHORT_NAME_WORDS)
        if not _is_address(self.address):
            raise WebhookRefusedError(
                "地址须为 https://主机/路径，不带用户名、参数和锚点"
                " · an address is https://host/path, without user, query or fragment"
            )
        is_every = self.license_types == {EVERY}
        are_codes = 0 < len(self.license_types) <= _MOST_TYPES and all(
            map(_CODE.fullmatch, self.license_types)
        )
        if not (is_every or are_codes):
            raise WebhookRefusedError(
                "证照类型须为代码，或单独一个 * · license types are codes, or * alone"
            )

    @property
    def is_secure(self) -> bool:
        """Whether what is told cannot be read on its way."""
        return self.address.startswith("https:")

    def wants(self, type_code: str) -> bool:
        """Tell whether it is told of licenses of a type."""
        return self.stopped_at is None and not self.license_types.isdisjoint({EVERY, type_code})


def _is_address(text: str) -> bool:
    if len(text) > _MOST_ADDRESS or not (text.isascii() and text.isprintable()):
        return False
    try:
        parts = urlsplit(text)
        is_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and is_port
        and _HOST.fullmatch(parts.netloc) is not None
        and _PATH.fullmatch(parts.path or "/") is not None
        and not parts.query
        and not parts.fragment
        and "?" not in text
        and "#" not in text
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """推送: one thing that one subscription is told.

    Attributes:
        number: Grows with every delivery of this instance.
        webhook: The subscription's name.
        kind: Whether a license came or changed.
        attempts: How often delivery has been tried.
    """

    number: int
    webhook: str
    address: str
    identifier: str
    type_code: str
    kind: NoticeKind
    status: StatusKind
    effective_at: datetime
    recorded_at: datetime
    attempts: int

    def as_payload(self) -> dict[str, JsonValue]:
        """Return what is delivered; the number lets a receiver drop what comes twice."""
        return {
            "schema": SCHEMA,
            "number": self.number,
            "event": f"license.{self.kind.value}",
            "license": self.identifier,
            "license_type": self.type_code,
            "status": self.status.value,
            "effective_at": self.effective_at.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookStanding:
    """How a subscription stands.

    Attributes:
        waiting: How many deliveries wait.
        given_up: How many were given up within a month.
        oldest: Since when the oldest one waits; None for none.
        last_answer: What the receiver answered last: a status code, ``silence``, ``refused`` for
            an address that nobody may be sent to, or empty before the first.
    """

    webhook: Webhook
    waiting: int = 0
    given_up: int = 0
    oldest: datetime | None = None
    last_answer: str = ""


class WebhookBook(Protocol):
    """Keeps subscriptions and what waits for them."""

    def add(self, webhook: Webhook) -> None:
        """Keep a new one.

        Raises:
            WebhookRefusedError: The name was given before.
        """
        ...

    def stop(self, name: str, *, at: datetime, by: str) -> bool:
        """Stop one, with what waits for it; False if there is none that could be stopped."""
        ...

    def all(self) -> tuple[WebhookStanding, ...]:
        """Return how every one stands, by name."""
        ...

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[Delivery, ...]:
        """Return what is due, of each license the oldest for each subscription.

        It is due again ``until``.
        """
        ...

    def finish(self, numbers: Sequence[int]) -> None:
        """Remove deliveries that arrived."""
        ...

    def postpone(self, number: int, *, until: datetime) -> None:
        """Let a delivery be due later."""
        ...

    def give_up(self, numbers: Sequence[int], *, at: datetime) -> None:
        """Try these no more."""
        ...

    def hear(self, answers: Iterable[tuple[str, str]]) -> None:
        """Keep what receivers answered last, by subscription."""
        ...

    def forget(self, before: datetime) -> int:
        """Remove what was given up before a moment; return how many."""
        ...


class WebhookWork(Transaction, Protocol):
    """A unit of work over subscriptions."""

    @property
    def webhooks(self) -> WebhookBook:
        """The subscriptions within this transaction."""
        ...
