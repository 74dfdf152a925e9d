"""Tallies (统计): how often what happened, by week, matter, person and region."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Protocol

from certs.civil_dates import day_of

MADE: Final = "made"
"""The first step of a promise, before the steps that its follow-up knows."""

_EPOCH: Final = date(1970, 1, 1)
_MONDAY: Final = 3
"""1 January 1970 was a Thursday, three days after its Monday."""
_WEEK_DAYS: Final = 7


@unique
class Fact(StrEnum):
    """What is counted."""

    CASE = "case"
    REQUIRED = "required"
    """A material that a case asks for: ``spared`` by a rule, if its way serves, or ``self``."""
    LOOKUP = "lookup"
    """way/result."""
    SILENT = "silent"
    """A source that did not answer."""
    DECISION = "decision"
    """A form, ``demand/`` and the reason, ``voluntary``, or ``own`` paper."""
    OVERRIDE = "override"
    """A demand that a second person agreed to, by its reason."""
    VALID_BUT_PAPER = "valid_but_paper"
    """A demand although something served."""
    PROMISE = "promise"
    """kind/step."""
    REFUSAL = "refusal"
    """What the gate refused, by its code."""
    USE = "use"
    """A use of a license (用证), by its basis."""
    USED = "used"
    """A license, by its first use in a week: type/the week of the use before, or -1."""
    OVERASK = "overask"
    """A request for more than is registered for the matter, by the type of license."""
    ANSWERED = "answered"
    """An answer to a correction (纠错): issuer/type/answer/days that it took."""
    FRESHNESS = "freshness"
    """A decision, by the age of what a source had said and it rests on."""


@unique
class Grouping(StrEnum):
    """By what figures are told apart."""

    MATTER = "matter"
    DEPARTMENT = "department"
    REGION = "region"
    OPERATOR = "operator"
    WEEK = "week"


def week_number(day: date) -> int:
    """Return the number of a day's week since 1970; weeks begin on Monday."""
    return ((day - _EPOCH).days + _MONDAY) // _WEEK_DAYS


def monday_of(week: int) -> date:
    """Return the first day of a week."""
    return _EPOCH + timedelta(days=week * _WEEK_DAYS - _MONDAY)


def week_of(instant: datetime) -> int:
    """Return the number of the week of an instant, in Beijing."""
    return week_number(day_of(instant))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often one thing was noted.

    Attributes:
        group: What the figures are told apart by; empty for all together.
        fact: What.
        code: Of which kind.
        number: How often.
    """

    group: str
    fact: Fact
    code: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """Weeks from the first to the last, both included, by number."""

    first: int
    last: int


class TallyBook(Protocol):
    """Where facts are counted."""

    def count_noted(self, most: int) -> int:
        """Count facts that were noted since, each once; return how many there were.

        Args:
            most: How many are counted at most.
        """
        ...

    def read(self, weeks: Weeks, by: Grouping | None) -> tuple[Tally, ...]:
        """Return the tallies of some weeks, with what is noted and not counted yet."""
        ...

    def cases(
        self, weeks: Weeks, fact: Fact, code: str, *, after: str, limit: int
    ) -> Sequence[str]:
        """Return the numbers of the cases behind a figure, in their order, from behind one."""
        ...


def by_department(tallies: Iterable[Tally], department_of: dict[str, str]) -> tuple[Tally, ...]:
    """Return tallies by matter as tallies by the department that handles it."""
    found: Counter[tuple[str, Fact, str]] = Counter()
    for item in tallies:
        found[department_of.get(item.group, item.group), item.fact, item.code] += item.number
    return tuple(
        Tally(group=group, fact=fact, code=code, number=number)
        for (group, fact, code), number in sorted(found.items())
    )
