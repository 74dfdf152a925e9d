"""The ways in which a material is had without its paper (免于提交的方式), and the rule for each.

Source: State Council Decree 716 (2019), articles 7 to 11; General Office 2020 no. 42 for
commitments. The names of the ways are those of the regions' rules of the last years.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Final

from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from verify.errors import MalformedMatterError

_MAX_REMAINING_DAYS: Final = 3650
_MAX_ANSWER_HOURS: Final = 240
_MAX_DUE_DAYS: Final = 365


@unique
class ExemptionClass(StrEnum):
    """The three classes of the rule "免于提交"; statistics keep them apart."""

    ISSUED = "issued"
    """政府部门核发的材料免于提交."""
    SHARED = "shared"
    """能够通过数据共享核验的事项免于提交证明材料."""
    LICENSED = "licensed"
    """能够提供电子证照的免于提交实体证照."""


@unique
class Way(StrEnum):
    """How a material is had; each is also the form of a decision, but for ``NONE``."""

    NONE = "none"
    EXEMPT = "exempt"
    """直接取消: nobody needs it any more."""
    DATA_CHECK = "data_check"
    """数据共享核验: a register is asked whether what it should show is so."""
    DEPARTMENT_CHECK = "department_check"
    """部门核验: who issued it is asked, and answers within a time."""
    E_LICENSE = "e_license"
    """电子证照: a valid license takes its place."""
    COMMITMENT = "commitment"
    """告知承诺: the applicant declares it in writing and answers for it."""
    DEFERRAL = "deferral"
    """容缺办理: the matter goes on, and the material follows, or not."""

    @property
    def exemption(self) -> ExemptionClass | None:
        """Which of the three classes it serves; commitment and deferral are no exemption."""
        return _CLASSES.get(self)


_CLASSES: Final = {
    Way.EXEMPT: ExemptionClass.ISSUED,
    Way.DEPARTMENT_CHECK: ExemptionClass.ISSUED,
    Way.DATA_CHECK: ExemptionClass.SHARED,
    Way.E_LICENSE: ExemptionClass.LICENSED,
}


@unique
class DeferralKind(StrEnum):
    """What becomes of a material that is not at hand (容缺方式)."""

    LATER = "later"
    """材料后补: it follows by the due date."""
    WAIVED = "waived"
    """免交: it is not asked for again."""
    REVIEWED_AFTER = "reviewed_after"
    """审查后置: it is looked at after the decision."""
    RELEASED = "released"
    """豁免: who has a good record is released from it."""


@unique
class Risk(StrEnum):
    """How much harm a false declaration does; high risk is not declared away."""

    LOW = "low"
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """When a rule is in force, both days counted in.

    Attributes:
        first: From this day; None for ever since.
        last: To this day; None for good.
    """

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise MalformedMatterError("valid_to is before valid_from")

    def covers(self, day: date) -> bool:
        """Tell whether the rule is in force on a day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


ANY_TIME: Final = Term()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What every rule has.

    Attributes:
        legal_basis: The clause that frees the applicant, in Chinese.
        term: When it is in force.
    """

    legal_basis: str
    term: Term = ANY_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledRule(_Rule):
    """直接取消: the material was abolished; it stays listed so that nobody asks for it."""

    @property
    def way(self) -> Way:
        """``EXEMPT``."""
        return Way.EXEMPT


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseRule(_Rule):
    """电子证照规则: a valid license of one of these types takes the place of the material.

    Attributes:
        license_types: 证照类型代码; a license of any of them serves.
        required_fields: Names of the fields that the license must hold.
        min_remaining_days: How many days the license must still be valid; 0 for today only.
        regions: From where it may come; a province's code stands for all in it; none for
            everywhere.
        needs_agreement: Licenses of other regions serve only under a 授信约定 with the power
            to exempt.
    """

    license_types: tuple[LicenseTypeCode, ...]
    required_fields: tuple[str, ...]
    min_remaining_days: int = 0
    regions: tuple[RegionCode, ...] = ()
    needs_agreement: bool = False

    def __post_init__(self) -> None:
        if not self.license_types:
            raise MalformedMatterError("a rule names no license type")
        if not 0 <= self.min_remaining_days <= _MAX_REMAINING_DAYS:
            raise MalformedMatterError(f"min_remaining_days must be 0 to {_MAX_REMAINING_DAYS}")

    @property
    def way(self) -> Way:
        """``E_LICENSE``."""
        return Way.E_LICENSE

    def serves(self, region: RegionCode) -> bool:
        """Tell whether a license of a region may serve, agreements apart."""
        return not self.regions or any(item.contains(region) for item in self.regions)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRule(_Rule):
    """数据共享核验规则: a register says whether something is so; the document is not fetched.

    Attributes:
        source: The name of the register (数据源), as the instance's settings have it.
        item: What is asked (核验事项), by the register's name for it.
        question_zh: What is asked, as the applicant reads it.
        question_en: The same in English.
    """

    source: str
    item: str
    question_zh: str
    question_en: str

    @property
    def way(self) -> Way:
        """``DATA_CHECK``."""
        return Way.DATA_CHECK


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRule(_Rule):
    """部门核验规则: the department that issued the material answers a signed question.

    Attributes:
        department: Short name of the department (核验部门) in the instance's settings.
        question_zh: What it is asked, as the applicant reads it.
        question_en: The same in English.
        answer_hours: How long it has; what is not answered then counts as silence.
    """

    department: str
    question_zh: str
    question_en: str
    answer_hours: int

    def __post_init__(self) -> None:
        if not 1 <= self.answer_hours <= _MAX_ANSWER_HOURS:
            raise MalformedMatterError(f"answer_hours must be 1 to {_MAX_ANSWER_HOURS}")

    @property
    def way(self) -> Way:
        """``DEPARTMENT_CHECK``."""
        return Way.DEPARTMENT_CHECK


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentRule(_Rule):
    """告知承诺规则: the applicant declares in writing what the material would show.

    Attributes:
        text_zh: What is declared.
        text_en: The same in English.
        text_version: Which wording it is; a declaration cites it.
        risk: How much harm a false one does.
        follow_up_days: Within how many days somebody looks whether it was true; 0 for never.
    """

    text_zh: str
    text_en: str
    text_version: int
    risk: Risk
    follow_up_days: int

    def __post_init__(self) -> None:
        if self.text_version < 1:
            raise MalformedMatterError("text_version is a number from 1")
        least = 0 if self.risk is Risk.LOW else 1
        if not least <= self.follow_up_days <= _MAX_DUE_DAYS:
            raise MalformedMatterError(
                f"follow_up_days must be {least} to {_MAX_DUE_DAYS}; only low risk is never checked"
            )

    @property
    def way(self) -> Way:
        """``COMMITMENT``."""
        return Way.COMMITMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferralRule(_Rule):
    """容缺办理规则: the matter goes on without the material.

    Attributes:
        kind: What becomes of it.
        due_days: Within how many days it follows, or is looked at; 0 where it never does.
    """

    kind: DeferralKind
    due_days: int

    def __post_init__(self) -> None:
        follows = self.kind in {DeferralKind.LATER, DeferralKind.REVIEWED_AFTER}
        if not (1 if follows else 0) <= self.due_days <= (_MAX_DUE_DAYS if follows else 0):
            raise MalformedMatterError(
                f"due_days must be 1 to {_MAX_DUE_DAYS} where something follows, and 0 elsewhere"
            )

    @property
    def way(self) -> Way:
        """``DEFERRAL``."""
        return Way.DEFERRAL


Rule = CancelledRule | LicenseRule | DataRule | DepartmentRule | CommitmentRule | DeferralRule
"""A rule for one way."""
