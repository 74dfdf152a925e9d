"""What a case (办件) keeps: the applicant, the situation, every decision."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Final, Self

from certs.canonical import JsonValue
from certs.civil_dates import day_of
from certs.holder_codes import HolderCode, HolderCodeType
from verify.acceptance.lookups import Lookup
from verify.acceptance.probes import Probe
from verify.acceptance.reasons import ReasonCode
from verify.case_errors import MalformedApplicantError
from verify.matters.materials import Material
from verify.matters.parties import APPLICANT
from verify.matters.situations import Answers

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """申请人: the holder whose licenses are looked up."""

    code: HolderCode
    name: str

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > _MAX_NAME or not self.name.isprintable():
            raise MalformedApplicantError(f"a name has 1 to {_MAX_NAME} printable characters")

    def as_json(self) -> dict[str, JsonValue]:
        """Return the person as letters, hand-overs, archives and rows have it."""
        return {"code_type": self.code.code_type.value, "code": self.code.code, "name": self.name}

    @classmethod
    def from_json(cls, values: Mapping[str, JsonValue]) -> Self:
        """Return the person that ``as_json`` wrote; other members are let be.

        Raises:
            KeyError: A part is missing.
            ValueError: There is no such kind of code.
            MalformedIdentifierError: The code is not one of its kind.
            MalformedApplicantError: The name is not one.
        """
        kind = HolderCodeType(str(values["code_type"]))
        code = HolderCode(code_type=kind, code=str(values["code"]))
        return cls(code=code, name=str(values["name"]))


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
        situation: 情形: the answers that settle which materials it asks for.
        parties: 当事人 beside the applicant, by the codes that the matter has for them.
    """

    id: str
    matter_code: str
    matter_version: int
    applicant: Applicant
    operator: str
    opened_at: datetime
    situation: Answers = field(default_factory=dict)
    parties: Mapping[str, Applicant] = field(default_factory=dict)

    def owner(self, material: Material) -> Applicant:
        """Return whose a material is."""
        return self.applicant if material.party == APPLICANT else self.parties[material.party]

    @property
    def opened_on(self) -> date:
        """The day whose rules count for it."""
        return day_of(self.opened_at)


def random_case_id() -> str:
    """Return a case identifier (100 random bits)."""
    return "C" + "".join(secrets.choice(_CASE_LETTERS) for _ in range(_CASE_LENGTH))


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
        lookups: The evidence: the look-up of each way that it rests on; none for materials that
            only the applicant has.
        ground: The look-up that the reason of a demand fits; None without a reason.
        probe: The probe that found a silent source down, where the demand rests on its silence.
        decided_at: When.
    """

    case_id: str
    material: str
    request: DecisionRequest
    lookups: tuple[Lookup, ...]
    ground: Lookup | None = None
    probe: Probe | None = None
    decided_at: datetime

    @property
    def lookup(self) -> Lookup | None:
        """The evidence of the first way that was asked."""
        return self.lookups[0] if self.lookups else None

    @property
    def is_demand(self) -> bool:
        """Tell whether paper is demanded (要求提交纸质) that a rule would spare."""
        is_paper = self.request.form is Form.PAPER
        return is_paper and not self.request.voluntary and bool(self.lookups)
