"""Materials (申请材料) of a matter: who makes them, when they are needed, how they are spared."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, unique
from typing import Final, TypeVar

from verify.acceptance.reasons import ReasonCode
from verify.errors import MalformedMatterError
from verify.matters.codes import check_code
from verify.matters.parties import APPLICANT
from verify.matters.situations import ALWAYS, Condition
from verify.matters.ways import CommitmentRule, DeferralRule, LicenseRule, Rule, Way

_R = TypeVar("_R")
_DAY: Final = timedelta(days=1)
_STATUTORY: Final = frozenset({ReasonCode.P09, ReasonCode.P10})


@unique
class MaterialSource(StrEnum):
    """材料来源: who makes the material."""

    SELF = "self"
    """申请人自备."""
    GOVERNMENT_ISSUED = "government_issued"
    """政府部门核发."""
    OTHER = "other"
    """其他，如中介机构出具."""


@unique
class Necessity(StrEnum):
    """材料必要性."""

    REQUIRED = "required"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutoryException:
    """例外: a statute that wants the original, whatever the registers hold.

    Attributes:
        reason: P09 where it is to be inspected, P10 where it is surrendered.
        legal_zh: The clause, in Chinese.
    """

    reason: ReasonCode
    legal_zh: str

    def __post_init__(self) -> None:
        if self.reason not in _STATUTORY:
            raise MalformedMatterError("a statutory exception is P09 or P10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days, both counted in, on which the same ways of a material are open."""

    first: date
    last: date
    ways: frozenset[Way]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """申请材料 of a matter.

    Attributes:
        code: Lower-case words joined by hyphens, unique in its matter.
        name_zh: What the applicant reads.
        name_en: The same in English.
        source: Who makes it.
        rules: How it is had without the paper, one rule a way; none where only the applicant
            has it.
        exceptions: Statutes that want the original all the same.
        when: In which situation it is asked for.
        party: Whose it is: the code of a party, or ``applicant``.
    """

    code: str
    name_zh: str
    name_en: str
    source: MaterialSource
    rules: tuple[Rule, ...] = ()
    necessity: Necessity = Necessity.REQUIRED
    exceptions: tuple[StatutoryException, ...] = ()
    when: Condition = ALWAYS
    party: str = APPLICANT

    def __post_init__(self) -> None:
        check_code(self.code)
        ways = [rule.way for rule in self.rules]
        if len(set(ways)) != len(ways):
            raise MalformedMatterError(f"{self.code}: one rule a way")
        is_issued = self.source is MaterialSource.GOVERNMENT_ISSUED
        if is_issued != any(way.exemption is not None for way in ways):
            # What the government issued it does not ask for; what it did not issue it cannot have.
            raise MalformedMatterError(
                f"{self.code}: a rule that spares it belongs to every government-issued material"
                " and to no other"
            )

    @property
    def way(self) -> Way:
        """How it is had first of all: by the first rule that spares it."""
        ways = (rule.way for rule in self.rules)
        return next((way for way in ways if way.exemption is not None), Way.NONE)

    @property
    def license_rule(self) -> LicenseRule | None:
        """The rule by which a license takes its place."""
        return self._rule(LicenseRule)

    @property
    def commitment_rule(self) -> CommitmentRule | None:
        """The rule by which it may be declared."""
        return self._rule(CommitmentRule)

    @property
    def deferral_rule(self) -> DeferralRule | None:
        """The rule by which the matter goes on without it."""
        return self._rule(DeferralRule)

    def rule_for(self, way: Way, day: date) -> Rule | None:
        """Return the rule of a way that is in force on a day."""
        of_way = (rule for rule in self.rules if rule.way is way)
        return next((rule for rule in of_way if rule.term.covers(day)), None)

    def ways_on(self, day: date) -> frozenset[Way]:
        """Return the ways that are open on a day; for what is abolished there is no other."""
        ways = frozenset(rule.way for rule in self.rules if rule.term.covers(day))
        return frozenset({Way.EXEMPT}) if Way.EXEMPT in ways else ways

    def periods(self) -> tuple[Period, ...]:
        """Return the times between which its ways change, from ever to good."""
        terms = [rule.term for rule in self.rules]
        starts = {term.first for term in terms if term.first is not None}
        starts |= {
            term.last + _DAY for term in terms if term.last is not None and term.last < date.max
        }
        firsts = sorted(starts | {date.min})
        lasts = [*(first - _DAY for first in firsts[1:]), date.max]
        return tuple(
            Period(first=first, last=last, ways=self.ways_on(first))
            for first, last in zip(firsts, lasts, strict=True)
        )

    def _rule(self, kind: type[_R]) -> _R | None:
        return next((rule for rule in self.rules if isinstance(rule, kind)), None)
