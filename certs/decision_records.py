"""What was decided about who may do what, kept for the auditor (权限判定记录)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from certs.access import CallerRole
from certs.rights import Action, Relation
from certs.transactions import Transaction

KEPT: Final = timedelta(days=3 * 366)
"""How long records are kept: the law asks for six months of logs, auditors for three years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """One request of somebody who is signed in, and the last decision about it.

    Attributes:
        at: When.
        person: Staff number or, for citizens, an opaque name.
        role: As what.
        action: What was wanted.
        relation: How the person stands to it; None where it was not asked, or nobody got so far.
        rule: The rule that decided; ``no-rule`` where none allows it.
        is_permitted: Whether the rule allowed it.
        status: What the request was answered with, as in HTTP: what a rule allows may still be
            refused for what it is about.
        target: The method and the path, with everything like a citizen's number masked.
    """

    at: datetime
    person: str
    role: CallerRole
    action: Action
    relation: Relation | None
    rule: str
    is_permitted: bool
    status: int
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionQuery:
    """Which records an auditor looks for; what is empty does not count.

    Attributes:
        since: From when on.
        before: Until when, that moment left out.
        only_refused: What was not permitted, or was answered with 401, 403 or 404.
    """

    since: datetime | None = None
    before: datetime | None = None
    person: str = ""
    action: Action | None = None
    only_refused: bool = False


class DecisionBook(Protocol):
    """Keeps records."""

    def add(self, records: Sequence[DecisionRecord]) -> None:
        """Keep some more."""
        ...

    def newest(self, query: DecisionQuery, *, limit: int) -> tuple[DecisionRecord, ...]:
        """Return what fits, the newest first."""
        ...

    def first(self) -> datetime | None:
        """Return when the oldest record was made, or None where there is none."""
        ...

    def between(self, first: datetime, after: datetime) -> Iterator[DecisionRecord]:
        """Yield the records of a time, the oldest first.

        Args:
            first: From when on.
            after: Until when, that moment left out.
        """
        ...

    def forget(self, before: datetime) -> int:
        """Remove what is older; return how many."""
        ...


class DecisionWork(Transaction, Protocol):
    """A unit of work over records."""

    @property
    def decisions(self) -> DecisionBook:
        """The records within this transaction."""
        ...
