"""Digests of days (权限判定日摘要): so that nobody takes a decision out of the record unseen.

Every night the decisions of the days that are over, one after another, get one digest each, which
goes into the ledger behind a salt. Whoever later adds, removes or changes a record of such a day
contradicts what other regions saw.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, unique
from typing import Final, Protocol

from certs import canonical
from certs.civil_dates import BEIJING, day_of
from certs.decision_records import KEPT, DecisionRecord, DecisionWork
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.ports import LedgerBook
from certs.ledger.proving import is_under_head
from signing.algorithms import sm3, sm3_stream

DECIDED: Final = "decided"
_SALT_BYTES: Final = 16
_SETTLED: Final = timedelta(minutes=10)
"""Records are written within a second; nothing of a day comes in later than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDigest:
    """What was committed about one day.

    Attributes:
        day: The day, in Beijing.
        decisions: How many decisions there were.
        digest: SM3 over all of them in order, hexadecimal.
        salt: 16 random bytes in hexadecimal; whoever has it finds the entry.
        sealed_at: When.
    """

    day: date
    decisions: int
    digest: str
    salt: str
    sealed_at: datetime

    @property
    def subject(self) -> str:
        """What the entry stands behind: SM3 of everything that was committed."""
        said: dict[str, canonical.JsonValue] = {
            "day": self.day.isoformat(),
            "decisions": self.decisions,
            "digest": self.digest,
            "salt": self.salt,
            "sealed_at": self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        }
        return sm3(canonical.encode(said)).hex()

    def entry(self) -> LedgerEntry:
        """Return the entry of the ledger."""
        return LedgerEntry(
            kind=DECIDED,
            at=self.sealed_at.replace(microsecond=0),
            organization="",
            digests=(self.subject,),
        )


@unique
class DayStanding(StrEnum):
    """What a check of a day comes to."""

    UNCHANGED = "unchanged"
    """The records are what was committed, and a checkpoint is over it."""
    WAITING = "waiting"
    """The records are what was committed; no checkpoint is over it yet."""
    CHANGED = "changed"
    """Records were removed, added or changed since, or the ledger knows nothing of the digest."""
    FORGOTTEN = "forgotten"
    """The day is older than records are kept."""


class DigestBook(Protocol):
    """Keeps what was committed; nothing in it is changed."""

    def add(self, digest: DayDigest) -> None:
        """Keep what is committed."""
        ...

    def find(self, day: date) -> DayDigest | None:
        """Return what was committed about a day, or None."""
        ...

    def newest(self, limit: int) -> tuple[DayDigest, ...]:
        """Return the newest, by day."""
        ...


class DigestWork(DecisionWork, Protocol):
    """What digests are made and checked with."""

    @property
    def decision_days(self) -> DigestBook:
        """What was committed, within this transaction."""
        ...

    @property
    def ledger(self) -> LedgerBook:
        """The ledger within this transaction."""
        ...


def seal_days(work: DigestWork, *, now: datetime) -> int:
    """Commit to the days that are over and were not yet (nightly); return how many there were.

    The caller commits the transaction.
    """
    sealed = [_sealed(day, work, now) for day in _open_days(work, now)]
    for digest in sealed:
        work.decision_days.add(digest)
    work.ledger.note(LedgerName.AUDIT, [(item.subject, item.entry()) for item in sealed])
    return len(sealed)


def check_day(digest: DayDigest, work: DigestWork, *, now: datetime) -> DayStanding:
    """Compare the records of a day with what was committed, and with the ledger."""
    first, after = bounds_of(digest.day)
    if first < now - KEPT:
        return DayStanding.FORGOTTEN
    found = digest_of(work.decisions.between(first, after))
    is_same = found == (digest.decisions, digest.digest)
    if not is_same or not work.ledger.noted(LedgerName.AUDIT, digest.subject):
        return DayStanding.CHANGED
    is_public = is_under_head(digest.subject, LedgerName.AUDIT, work.ledger)
    return DayStanding.UNCHANGED if is_public else DayStanding.WAITING


def digest_of(records: Iterable[DecisionRecord]) -> tuple[int, str]:
    """Return how many records there are, and SM3 over them in their order, hexadecimal."""
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        for record in records:
            count += 1
            yield canonical.encode(_said(record)) + b"\n"

    digest = sm3_stream(lines()).hex()
    return count, digest


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """Return when a day begins in Beijing, and when the next one does."""
    begins = datetime.combine(day, time(), BEIJING)
    return begins, begins + timedelta(days=1)


def _open_days(work: DigestWork, now: datetime) -> Iterator[date]:
    newest = work.decision_days.newest(1)
    first = work.decisions.first()
    if newest:
        day = newest[0].day + timedelta(days=1)
    elif first is not None:
        day = day_of(first)
    else:
        return
    while bounds_of(day)[1] + _SETTLED <= now:
        yield day
        day += timedelta(days=1)


def _sealed(day: date, work: DigestWork, now: datetime) -> DayDigest:
    decisions, digest = digest_of(work.decisions.between(*bounds_of(day)))
    return DayDigest(
        day=day,
        decisions=decisions,
        digest=digest,
        salt=secrets.token_hex(_SALT_BYTES),
        sealed_at=now,
    )


def _said(record: DecisionRecord) -> dict[str, canonical.JsonValue]:
    return {
        "action": record.action.value,
        "at": record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "is_permitted": record.is_permitted,
        "person": record.person,
        "relation": record.relation.value if record.relation else "",
        "role": record.role.value,
        "rule": record.rule,
        "status": record.status,
        "target": record.target,
    }
