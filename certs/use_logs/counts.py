"""Committed counts (用证记录承诺): so that a list can be shown to be complete up to a checkpoint.

Inclusion in the ledger shows that a use is there, never that none is left out. So every night
the number of a holder's uses, and a digest over all of them, go into the ledger behind a salt.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Protocol

from certs import canonical
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.ports import LedgerBook
from certs.ledger.proving import is_under_head
from certs.ledger.using import usage_digest
from certs.use_logs.entries import HolderLog, LoggedUse
from signing.algorithms import sm3

COUNTED: Final = "counted"
_SALT_BYTES: Final = 16
_SETTLED: Final = timedelta(minutes=10)
"""No transaction lasts so long; a use with a smaller number does not come in later any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCount:
    """What was committed about one holder.

    Attributes:
        holder_key: The holder's look-up key.
        through: Number of the last use that was counted.
        uses: How many there were.
        digest: SM3 over the digests of all of them in order, hexadecimal.
        salt: 16 random bytes in hexadecimal; whoever has it finds the entry.
        counted_at: When.
    """

    holder_key: str
    through: int
    uses: int
    digest: str
    salt: str
    counted_at: datetime

    @property
    def subject(self) -> str:
        """What the entry stands behind: SM3 of everything that was committed."""
        said: dict[str, canonical.JsonValue] = {
            "counted_at": self.counted_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "digest": self.digest,
            "holder_key": self.holder_key,
            "salt": self.salt,
            "through": self.through,
            "uses": self.uses,
        }
        return sm3(canonical.encode(said)).hex()

    def entry(self) -> LedgerEntry:
        """Return the entry of the ledger."""
        return LedgerEntry(
            kind=COUNTED,
            at=self.counted_at.replace(microsecond=0),
            organization="",
            digests=(self.subject,),
        )


@unique
class Completeness(StrEnum):
    """What a check of a holder's list comes to."""

    COMPLETE = "complete"
    """The list is what was committed, and a checkpoint is over it."""
    WAITING = "waiting"
    """The list is what was committed; no checkpoint is over it yet."""
    CHANGED = "changed"
    """The list is not what was committed: uses were removed, added or changed."""
    UNCOUNTED = "uncounted"
    """Nothing was committed yet."""


class CountBook(Protocol):
    """Keeps what was committed; nothing in it is changed."""

    def add(self, count: UseCount) -> None:
        """Keep what is committed."""
        ...

    def newest(self, holder_key: str) -> UseCount | None:
        """Return what was committed last about a holder, or None."""
        ...

    def last(self) -> int:
        """Return the largest number of a use that any count covers; 0 for none."""
        ...


class CountWork(Protocol):
    """What counting reads and writes."""

    @property
    def holder_log(self) -> HolderLog:
        """The log within this transaction."""
        ...

    @property
    def use_counts(self) -> CountBook:
        """What was committed, within this transaction."""
        ...

    @property
    def ledger(self) -> LedgerBook:
        """The ledger within this transaction."""
        ...


def count_uses(work: CountWork, *, now: datetime) -> int:
    """Commit to the lists of all holders with new uses (nightly); return how many there were.

    The caller commits the transaction.
    """
    counts = [
        _count(work.holder_log.whole(key, through=last), key, last, now)
        for key, last in work.holder_log.holders_since(
            work.use_counts.last(), before=now - _SETTLED
        )
    ]
    for count in counts:
        work.use_counts.add(count)
    work.ledger.note(LedgerName.AUDIT, [(count.subject, count.entry()) for count in counts])
    return len(counts)


def _count(uses: Sequence[LoggedUse], key: str, last: int, now: datetime) -> UseCount:
    return UseCount(
        holder_key=key,
        through=last,
        uses=len(uses),
        digest=list_digest(uses),
        salt=secrets.token_hex(_SALT_BYTES),
        counted_at=now,
    )


def list_digest(uses: Sequence[LoggedUse]) -> str:
    """Return SM3 over the digests of uses in their order, hexadecimal."""
    digests = (usage_digest(item.usage, salt=item.salt) for item in uses)
    return sm3("".join(digests).encode("ascii")).hex()


def check_completeness(holder_key: str, work: CountWork) -> tuple[Completeness, UseCount | None]:
    """Compare a holder's list with what was committed last, and with the ledger."""
    count = work.use_counts.newest(holder_key)
    if count is None:
        return Completeness.UNCOUNTED, None
    uses = work.holder_log.whole(holder_key, through=count.through)
    is_same = len(uses) == count.uses and list_digest(uses) == count.digest
    if not is_same or not work.ledger.noted(LedgerName.AUDIT, count.subject):
        return Completeness.CHANGED, count
    is_public = is_under_head(count.subject, LedgerName.AUDIT, work.ledger)
    return (Completeness.COMPLETE if is_public else Completeness.WAITING), count
