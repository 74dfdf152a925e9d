"""Declarations (告知承诺书): the wording that an applicant signs, and what is kept of it.

Source: General Office of the State Council 2020 no. 42 (国办发〔2020〕42号): the office tells in
writing what is to be shown, by which clause, and what a false declaration leads to; the applicant
declares in writing. Who broke one before, and did not set it right, may not declare again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from certs.civil_dates import day_of
from signing.algorithms import sm3
from verify.acceptance.notices import CaseMaterial, CaseView
from verify.decision_errors import FormNotPossibleError
from verify.matters.ways import CommitmentRule, Way

_CONSEQUENCES_EN: Final = (
    "What rests on a false declaration is rescinded and put on the credit record; until that is"
    " repaired no further declaration is accepted."
)


@unique
class SignatureKind(StrEnum):
    """How the applicant signed."""

    HANDWRITTEN = "handwritten"
    """On paper, at the window; the scan is the evidence."""
    ONLINE = "online"
    """As who is logged in with an identity of one's own; the confirmation is the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is signed: the text with the case, the material and the consequences in it.

    Attributes:
        version: Which wording of the rule it is.
        text: The whole of it, as UTF-8 text.
    """

    version: int
    text: str

    @property
    def digest(self) -> str:
        """SM3 of the text, hexadecimal; the declaration cites it."""
        return sm3(self.text.encode()).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What shows that the applicant signed.

    Attributes:
        digest: SM3 of the wording that was signed.
        kind: How it was signed.
        evidence: The scan, or the confirmation.
    """

    digest: str
    kind: SignatureKind
    evidence: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """告知承诺书 as it was signed; never changed afterwards.

    Attributes:
        case_id: The case.
        material: Code of the material that it takes the place of.
        version: Which wording.
        digest: SM3 of the wording.
        kind: How it was signed.
        evidence: SM3 of the scan or of the confirmation in the object store.
        operator: Who took it in.
        declared_at: When.
    """

    case_id: str
    material: str
    version: int
    digest: str
    kind: SignatureKind
    evidence: str
    operator: str
    declared_at: datetime


def wording(view: CaseView, material: str) -> Wording:
    """Return what the applicant of a case signs instead of a material.

    Raises:
        MaterialNotFoundError: The case does not ask for it.
        FormNotPossibleError: No rule lets it be declared.
    """
    item = view.material(material)
    rule = item.rule(Way.COMMITMENT)
    if not isinstance(rule, CommitmentRule):
        raise FormNotPossibleError("no rule lets the applicant declare it")
    return Wording(version=rule.text_version, text="\n".join(_lines(view, item, rule)) + "\n")


def _lines(view: CaseView, item: CaseMaterial, rule: CommitmentRule) -> tuple[str, ...]:
    case, matter, material = view.case, view.matter, item.material
    days = rule.follow_up_days
    follow_up = (
        f"行政机关将在 {days} 日内核查。The office checks within {days} days."
        if days
        else "行政机关可以随时核查。The office may check at any time."
    )
    return (
        "告知承诺书 Declaration",
        f"办件 Case：{case.id}（{day_of(case.opened_at).isoformat()}）",
        f"事项 Matter：{matter.name_zh} {matter.name_en}（{matter.code} {matter.version}）",
        f"申请人 Applicant：{case.applicant.name} {case.applicant.code.masked()}",
        f"代替的材料 In place of：{material.name_zh} {material.name_en}（{material.code}）",
        f"依据 Basis：{rule.legal_basis}",
        f"承诺内容（第 {rule.text_version} 版）：{rule.text_zh}",
        f"Declared (wording {rule.text_version}): {rule.text_en}",
        follow_up,
        "承诺不实的，撤销据此作出的决定，记入信用记录，修复前不再适用告知承诺。",
        _CONSEQUENCES_EN,
    )
