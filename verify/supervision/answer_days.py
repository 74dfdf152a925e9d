"""Correction days (纠错时限): how long issuers took to answer what was said to be wrong.

A correction is answered when it is declined, upheld or rejected (不予受理、核实). Days are those
that had begun: what is answered within 24 hours took one. Whole days can be counted up and still
tell exactly which answers came later than a limit in days.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from certs.corrections import CorrectionStep, DayLimits

ANSWERS: Final = (CorrectionStep.DECLINED, CorrectionStep.UPHELD, CorrectionStep.REJECTED)
"""The steps that answer a correction."""
_PARTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDays:
    """How long one issuer took for one type of license.

    Attributes:
        issuer: 颁发机构代码; empty where a license was said to be missing, for it has none.
        type_code: 证照类型代码.
        counts: How many answers there were, by the answer and the days that it took.
    """

    issuer: str = ""
    type_code: str = ""
    counts: Mapping[tuple[CorrectionStep, int], int] = field(repr=False)

    @property
    def answered(self) -> int:
        """How many corrections were answered."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The days that an answer took on average; None where there was none."""
        days = sum(day * number for (_, day), number in self.counts.items())
        return days / self.answered if self.counts else None

    @property
    def median(self) -> float | None:
        """The days that half of the answers took at most; None where there was none."""
        days: Counter[int] = Counter()
        for (_, day), number in self.counts.items():
            days[day] += number
        return median(days.elements()) if days else None

    def over(self, limits: DayLimits) -> int:
        """Return how many answers came later than they had to."""
        return sum(
            number for (answer, day), number in self.counts.items() if day > longest(answer, limits)
        )


def longest(answer: CorrectionStep, limits: DayLimits) -> int:
    """Return how many days an answer may take: what is declined is not verified."""
    verifying = 0 if answer is CorrectionStep.DECLINED else limits.verify
    return limits.accept + verifying


def answer_days_of(counts: Mapping[str, int]) -> tuple[AnswerDays, ...]:
    """Return tallies of answers, coded ``issuer/type/answer/days``, by issuer and type."""
    found: dict[tuple[str, str], dict[tuple[CorrectionStep, int], int]] = {}
    for code, number in counts.items():
        issuer, type_code, answer, days = code.rsplit("/", _PARTS - 1)
        found.setdefault((issuer, type_code), {})[CorrectionStep(answer), int(days)] = number
    return tuple(
        AnswerDays(issuer=issuer, type_code=type_code, counts=told)
        for (issuer, type_code), told in sorted(found.items())
    )


def all_answers(parts: Iterable[AnswerDays]) -> AnswerDays:
    """Return the answers of all issuers about all types together."""
    counts: Counter[tuple[CorrectionStep, int]] = Counter()
    for part in parts:
        counts.update(part.counts)
    return AnswerDays(counts=counts)
