"""Sessions of pages (登录会话): kept here by the digest of a secret that a browser holds.

A session ends by itself: after a pause, which is shorter at a window, and after a working day
whatever happens. From another network address it is none: a stolen cookie opens nothing.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from certs.access import AccessGrant, CallerRole
from certs.transactions import Transaction
from signing.algorithms import sm3

IDLE: Final = timedelta(minutes=30)
IDLE_AT_WINDOW: Final = timedelta(minutes=15)
"""Whoever comes to a window next must not find the one before still signed in."""

LONGEST: Final = timedelta(hours=12)
FRESH: Final = timedelta(minutes=5)
"""So long after somebody showed who that is acts are possible that ask for it anew (二次认证)."""
TOUCHED_EVERY: Final = timedelta(minutes=1)
"""A request within it writes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in.

    Attributes:
        digest: SM3 of the secret, hexadecimal.
        grant: What the person may; its end is the session's at the latest.
        access: Digest of the token that it was opened with; it ends with that token.
        address: What `address_digest` makes of the network address.
        signed_in_at: When the person showed who that is.
        seen_at: When the session was used, to the minute.
        shown_at: When the person last showed who that is; None where nobody knows.
    """

    digest: str
    grant: AccessGrant
    access: str
    address: str
    signed_in_at: datetime
    seen_at: datetime
    shown_at: datetime | None = None

    @property
    def idle(self) -> timedelta:
        """How long a pause may be."""
        return IDLE_AT_WINDOW if self.grant.role is CallerRole.WINDOW else IDLE

    @property
    def ends_at(self) -> datetime:
        """When it ends if nobody uses it any more."""
        ends = (self.seen_at + self.idle, self.signed_in_at + LONGEST, self.grant.expires_at)
        return min(end for end in ends if end is not None)

    def is_open(self, at: datetime, *, address: str) -> bool:
        """Tell whether it counts at a moment for somebody at a network address."""
        is_here = hmac.compare_digest(self.address, address_digest(address, self.digest))
        return is_here and self.signed_in_at <= at < self.ends_at

    def is_to_be_touched(self, at: datetime) -> bool:
        """Tell whether a use is to be kept."""
        return at - self.seen_at >= TOUCHED_EVERY

    def touched(self, at: datetime) -> "Session":
        """Return it as used at a moment."""
        return replace(self, seen_at=at)


def address_digest(address: str, digest: str) -> str:
    """Return what is kept of a network address; without the session it leads to no address."""
    return sm3(f"yinxin.address/1|{digest}|{address}".encode("utf-8", "surrogatepass")).hex()


class SessionBook(Protocol):
    """Sessions, by the digest of their secret."""

    def add(self, session: Session) -> None:
        """Keep a new session."""
        ...

    def find(self, digest: str) -> Session | None:
        """Return a session whose token is still good, or None; whether it is over, it says."""
        ...

    def touch(self, digest: str, at: datetime) -> None:
        """Keep when a session was used last."""
        ...

    def end(self, digest: str) -> None:
        """End a session; again is no error."""
        ...

    def end_all(self, person: str) -> int:
        """End every session of a person; return how many there were."""
        ...

    def forget(self, before: datetime) -> int:
        """Remove sessions that were last used before a moment; return how many."""
        ...


class SessionWork(Transaction, Protocol):
    """A unit of work over sessions."""

    @property
    def sessions(self) -> SessionBook:
        """The sessions within this transaction."""
        ...
