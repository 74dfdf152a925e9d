"""Correction days (纠错时限): how long issuers took to answer what was said to be wrong.

A correction is answered when it is declined, upheld or rejected (不予受理、核实). Days are those that
had begun: what is answered on the day it was raised took one. Whole days can be counted up and
still tell exactly which answers came later than a limit in days.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Final

_PARTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDays:
    """How long one issuer took for one type of license.

    Attributes:
        issuer: 颁发机构代码; empty where a license was said to be missing, for it has none.
        type_code: 证照类型代码.
        days: How many answers took how many days.
    """

    issuer: str
    type_code: str
    days: Mapping[int, int] = field(repr=False)

    @property
    def answered(self) -> int:
        """How many corrections were answered."""
        return sum(self.days.values())

    @property
    def mean(self) -> float:
        """The days that an answer took on average."""
        return sum(day * number for day, number in self.days.items()) / self.answered

    @property
    def median(self) -> float:
        """The days that half of the answers took at most."""
        return median(Counter(self.days).elements())

    def over(self, limit: int) -> int:
        """Return how many answers took more than ``limit`` days."""
        return sum(number for day, number in self.days.items() if day > limit)


def answer_days_of(counts: Mapping[str, int]) -> tuple[AnswerDays, ...]:
    """Return tallies of answers, coded ``issuer/type/days``, by issuer and type."""
    found: dict[tuple[str, str], dict[int, int]] = {}
    for code, number in counts.items():
        issuer, type_code, days = code.rsplit("/", _PARTS - 1)
        found.setdefault((issuer, type_code), {})[int(days)] = number
    return tuple(
        AnswerDays(issuer=issuer, type_code=type_code, days=days)
        for (issuer, type_code), days in sorted(found.items())
    )


def all_answers(parts: tuple[AnswerDays, ...]) -> AnswerDays:
    """Return the answers of all issuers about all types together."""
    days: Counter[int] = Counter()
    for part in parts:
        days.update(part.days)
    return AnswerDays(issuer="", type_code="", days=days)
