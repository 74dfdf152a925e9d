"""What a case (办件) keeps: the applicant, every look-up, every decision."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from certs.holder_codes import HolderCode
from certs.identifiers import LicenseIdentifier
from certs.regions import RegionCode
from verify.acceptance.reasons import LookupResult, ReasonCode, reasons_for
from verify.conclusions import Conclusion
from verify.errors import InconsistentLookupError, MalformedApplicantError, MaterialNotFoundError
from verify.matters.catalogue import Matter
from verify.matters.materials import Material

LOOKUP_LIFETIME: Final = timedelta(minutes=10)
"""How long after a look-up a decision may rely on it."""

_MAX_NAME: Final = 200
_CASE_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CASE_LENGTH: Final = 20


@unique
class PersonRole(StrEnum):
    """What a person may do at the window."""

    ACCEPTANCE = "acceptance"
    ACCEPTANCE_APPROVER = "acceptance_approver"


@unique
class Form(StrEnum):
    """How a material is had (材料取得方式)."""

    EXEMPT = "exempt"
    DATA_CHECK = "data_check"
    DEPARTMENT_CHECK = "department_check"
    E_LICENSE = "e_license"
    COMMITMENT = "commitment"
    DEFERRAL = "deferral"
    PAPER = "paper"


@unique
class Outcome(StrEnum):
    """What the notice (一次性告知) says of a material."""

    E_LICENSE = "e_license"
    """Attached, verified; nothing is to be brought."""
    MAY_DEMAND = "may_demand"
    """Looked up in vain; paper may be demanded for one of the reasons allowed."""
    SELF_PROVIDED = "self_provided"
    """Only the applicant has it."""
    UNAVAILABLE = "unavailable"
    """A register is silent: nothing is known, and paper needs just that reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """申请人: the holder whose licenses are looked up."""

    code: HolderCode
    name: str

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > _MAX_NAME or not self.name.isprintable():
            raise MalformedApplicantError(f"a name has 1 to {_MAX_NAME} printable characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """办件: one applicant asks for one matter; what happens to it is recorded beside it.

    Attributes:
        id: C and 20 letters of base 32, random: whoever knows one knows no other.
        matter_code: 事项编码.
        matter_version: The version in force when it was opened.
        applicant: 申请人.
        operator: The person at the window.
        opened_at: When.
    """

    id: str
    matter_code: str
    matter_version: int
    applicant: Applicant
    operator: str
    opened_at: datetime


def random_case_id() -> str:
    """Return a case identifier (100 random bits)."""
    return "C" + "".join(secrets.choice(_CASE_LETTERS) for _ in range(_CASE_LENGTH))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """证照查询: evidence of what could be had at one moment; never changed afterwards.

    Attributes:
        case_id: The case.
        material: Code of the material.
        number: 1 for the first look-up of this material, and so on.
        result: What the registers said.
        license: 电子证照标识, where one was found.
        region: The region that it was found in.
        conclusion: The verdict on it.
        looked_up_at: When the question was asked.
    """

    case_id: str
    material: str
    number: int
    result: LookupResult
    license: LicenseIdentifier | None = None
    region: RegionCode | None = None
    conclusion: Conclusion | None = None
    looked_up_at: datetime

    def __post_init__(self) -> None:
        parts = (self.license, self.region, self.conclusion)
        if any((part is not None) != self.result.names_license for part in parts):
            raise InconsistentLookupError(
                "license, region and conclusion are there exactly where a license was found"
            )
        has_passed = self.conclusion is Conclusion.PASSED
        if self.result is LookupResult.VALID and not has_passed:
            raise InconsistentLookupError("a license whose verdict is not passed is not valid")
        if self.result is LookupResult.UNVERIFIED and has_passed:
            raise InconsistentLookupError("a license whose verdict is passed is verified")

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether a decision at ``now`` may rely on it."""
        return timedelta() <= now - self.looked_up_at <= LOOKUP_LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRequest:
    """What the person at the window wants to record for a material.

    Attributes:
        form: How the material is to be had.
        operator: The person at the window.
        voluntary: Whether the applicant brought the paper unasked.
        reason: Why paper is demanded.
        note: The reason in words, at most 500 characters.
        approver: The second person who agrees.
    """

    form: Form
    operator: str
    voluntary: bool = False
    reason: ReasonCode | None = None
    note: str | None = None
    approver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How a material of a case is had, as the gate let it pass; never changed afterwards.

    Attributes:
        case_id: The case.
        material: Code of the material.
        request: What was asked for, and by whom.
        lookup: The evidence; None for materials that only the applicant has.
        decided_at: When.
    """

    case_id: str
    material: str
    request: DecisionRequest
    lookup: Lookup | None
    decided_at: datetime

    @property
    def is_demand(self) -> bool:
        """Tell whether paper is demanded (要求提交纸质) that a rule would spare."""
        is_paper = self.request.form is Form.PAPER
        return is_paper and not self.request.voluntary and self.lookup is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMaterial:
    """A material of a case as it stands: what is asked for, its latest look-up, its decision."""

    case_id: str
    material: Material
    lookup: Lookup | None = None
    decision: Decision | None = None

    @property
    def outcome(self) -> Outcome:
        """What the notice says of it."""
        if self.material.license_rule is None:
            return Outcome.SELF_PROVIDED
        if self.lookup is None or self.lookup.result is LookupResult.SOURCE_DOWN:
            return Outcome.UNAVAILABLE
        if self.lookup.result is LookupResult.VALID:
            return Outcome.E_LICENSE
        return Outcome.MAY_DEMAND

    @property
    def reasons_allowed(self) -> tuple[ReasonCode, ...]:
        """The reasons for which paper could be demanded; a valid license also needs a person."""
        return () if self.lookup is None else reasons_for(self.lookup.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """The itemised answer (一次性告知): what is not in it, nobody may ask for."""

    case: Case
    matter: Matter
    materials: tuple[CaseMaterial, ...]

    def material(self, code: str) -> CaseMaterial:
        """Return one material.

        Raises:
            MaterialNotFoundError: The case does not ask for it.
        """
        for item in self.materials:
            if item.material.code == code:
                return item
        raise MaterialNotFoundError(self.case.id, code)
