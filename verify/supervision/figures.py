"""Figures (监督指标) made of tallies: what was asked for, what was spared, what was refused."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from verify.acceptance.records import Form
from verify.supervision.answer_days import AnswerDays, all_answers, answer_days_of
from verify.supervision.freshness import AT_MOST, Age, in_order
from verify.supervision.tallies import Fact, Tally

REPLACING: Final = (Form.EXEMPT, Form.E_LICENSE, Form.DATA_CHECK, Form.DEPARTMENT_CHECK)
"""The forms in which nothing has to be brought."""
OTHER_REASON: Final = "P99"
MOST_OTHER: Final = 0.01
"""How many of a window's cases may name another reason than those of the list."""
_DEMAND: Final = "demand"
_FRESH: Final = timedelta(hours=1)
_NEVER: Final = timedelta.max
_BREACHED: Final = "/breached"
_REPAIRED: Final = "/repaired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the tallies of one group come to.

    Attributes:
        group: A matter, a department, a region, a person or a week; empty for all together.
        counts: How often, by fact and code.
    """

    group: str
    counts: Mapping[tuple[Fact, str], int] = field(repr=False)

    def of(self, fact: Fact) -> dict[str, int]:
        """Return how often, by code."""
        return {code: number for (kind, code), number in self.counts.items() if kind is fact}

    def number(self, fact: Fact, code: str = "") -> int:
        """Return how often one thing was noted."""
        return self.counts.get((fact, code), 0)

    @property
    def cases(self) -> int:
        """How many cases were opened."""
        return self.number(Fact.CASE)

    @property
    def required(self) -> int:
        """How many materials were asked for that a rule spares, if its way serves."""
        return self.number(Fact.REQUIRED, "spared")

    @property
    def replaced(self) -> dict[str, int]:
        """How many of them were had without the applicant, by class of exemption."""
        return {form.value: self.number(Fact.DECISION, form.value) for form in REPLACING}

    @property
    def replacement_rate(self) -> float | None:
        """替代率: the share that was had without the applicant; None where nothing was asked."""
        return sum(self.replaced.values()) / self.required if self.required else None

    @property
    def demanded(self) -> dict[str, int]:
        """要求提交纸质: how often paper was demanded, by reason."""
        return {
            code.partition("/")[2]: number
            for code, number in self.of(Fact.DECISION).items()
            if code.startswith(f"{_DEMAND}/")
        }

    @property
    def voluntary(self) -> int:
        """How often paper was brought voluntarily."""
        return self.number(Fact.DECISION, "voluntary")

    @property
    def commitments(self) -> int:
        """How often something was declared instead (告知承诺)."""
        return self.number(Fact.DECISION, Form.COMMITMENT)

    @property
    def deferrals(self) -> int:
        """How often something was to follow (容缺办理)."""
        return self.number(Fact.DECISION, Form.DEFERRAL)

    @property
    def breaches(self) -> int:
        """How many promises were broken."""
        return self._promises(_BREACHED)

    @property
    def repairs(self) -> int:
        """How many of them were set right."""
        return self._promises(_REPAIRED)

    @property
    def overrides(self) -> dict[str, int]:
        """How often a second person agreed to a demand, by reason."""
        return self.of(Fact.OVERRIDE)

    @property
    def valid_but_paper(self) -> dict[str, int]:
        """How often paper was demanded although something served, by reason."""
        return self.of(Fact.VALID_BUT_PAPER)

    @property
    def refusals(self) -> dict[str, int]:
        """What the gate refused, by its code."""
        return self.of(Fact.REFUSAL)

    @property
    def silent(self) -> dict[str, int]:
        """How often sources were silent, by source."""
        return self.of(Fact.SILENT)

    @property
    def lookups(self) -> dict[str, int]:
        """What look-ups came to, by way and result."""
        return self.of(Fact.LOOKUP)

    @property
    def overasks(self) -> dict[str, int]:
        """How often more was wanted than is registered (超范围调用), by the type of license."""
        return self.of(Fact.OVERASK)

    @property
    def answer_days(self) -> tuple[AnswerDays, ...]:
        """How long corrections waited for their answers, by issuer and type."""
        return answer_days_of(self.of(Fact.ANSWERED))

    @property
    def answers(self) -> AnswerDays:
        """The same of all issuers and types together."""
        return all_answers(self.answer_days)

    @property
    def freshness(self) -> dict[Age, int]:
        """How many decisions rested on what was how old, the youngest first."""
        return in_order(self.of(Fact.FRESHNESS))

    @property
    def fresh_rate(self) -> float | None:
        """The share of them that rested on what was an hour old at most; None where none did."""
        told = self.freshness
        fresh = sum(number for age, number in told.items() if AT_MOST.get(age, _NEVER) <= _FRESH)
        return fresh / sum(told.values()) if told else None

    def licenses_used(self, first: int) -> dict[str, int]:
        """Return how many licenses somebody used, each once, by the code of their type.

        Args:
            first: The first week of these figures: a license counts in the week of its first use
                since, which is where the use before that lies further back.
        """
        used: Counter[str] = Counter()
        for code, number in self.of(Fact.USED).items():
            type_code, _, before = code.rpartition("/")
            used[type_code] += number if int(before) < first else 0
        return dict(+used)

    @property
    def is_alarming(self) -> bool:
        """Whether the reason that is on no list (P99) was named in more than 1 % of the cases."""
        return self.demanded.get(OTHER_REASON, 0) > MOST_OTHER * self.cases

    def _promises(self, step: str) -> int:
        return sum(number for code, number in self.of(Fact.PROMISE).items() if code.endswith(step))


def figures_of(tallies: Iterable[Tally]) -> tuple[Figures, ...]:
    """Return the figures of each group, in their order."""
    groups: dict[str, Counter[tuple[Fact, str]]] = {}
    for item in tallies:
        groups.setdefault(item.group, Counter())[item.fact, item.code] += item.number
    return tuple(Figures(group=group, counts=groups[group]) for group in sorted(groups))
