"""Cases (办件) and decisions over HTTP."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.license_reading import file_address
from api.schemas.bodies import Body, HolderIn, Text
from api.schemas.marks import MarkOut
from certs.corrections import CorrectionKind, CorrectionStep
from certs.marks import Mark
from certs.regions import RegionCode
from verify.acceptance.gate import MAX_NOTE
from verify.acceptance.lookups import Lookup
from verify.acceptance.notices import CaseMaterial, CaseView, Outcome
from verify.acceptance.reasons import LookupResult, ReasonCode
from verify.acceptance.records import Applicant, Decision, DecisionRequest, Form
from verify.case_corrections.records import CaseCorrection
from verify.conclusions import Conclusion
from verify.matters.materials import MaterialSource, Necessity
from verify.matters.ways import Way

_Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Person = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Answer = Annotated[str, StringConstraints(max_length=60)]
_Situation = dict[_Answer, _Answer]

_NO_MARKS: Final[Mapping[str, tuple[Mark, ...]]] = MappingProxyType({})


class CaseIn(Body):
    """Somebody asks for a matter (收件)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "matter": "open-restaurant",
                    "situation": {},
                    "applicant": {
                        "code_type": "001",
                        "code": "92340202YX0000009J",
                        "name": "芜湖市镜湖区青禾（样例）小吃店",
                    },
                }
            ]
        }
    )

    matter: _Code = Field(description="事项编码")
    applicant: HolderIn = Field(description="申请人")
    situation: _Situation | None = Field(
        default=None,
        max_length=40,
        description="情形: the code of a choice by the code of its question, see /matters",
    )

    parties: dict[_Code, HolderIn] | None = Field(
        default=None,
        max_length=20,
        description="当事人: whose licenses are looked up beside the applicant's, by the codes "
        "that /matters has for them",
    )

    def to_applicant(self) -> Applicant:
        """Return the applicant.

        Raises:
            MalformedIdentifierError: The code is not one of its kind.
            MalformedApplicantError: The name is not one.
        """
        return self.applicant.to_applicant()

    def to_parties(self) -> dict[str, Applicant]:
        """Return the parties; the same errors."""
        return {code: given.to_applicant() for code, given in (self.parties or {}).items()}


class DecisionOut(Body):
    """How a material is had; on record and final."""

    case: str
    material: str
    form: Form
    voluntary: bool
    ground: LookupResult | None = Field(description="the result that the reason fits")
    demand: bool = Field(description="whether this is a demand for paper that a rule would spare")
    reason: ReasonCode | None
    note: str | None
    operator: str
    approver: str | None
    license: str | None = Field(description="电子证照标识 that the decision rests on")
    decided_at: datetime

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Show a decision."""
        request = decision.request
        return cls(
            case=decision.case_id,
            material=decision.material,
            form=request.form,
            voluntary=request.voluntary,
            ground=decision.ground.result if decision.ground else None,
            demand=decision.is_demand,
            reason=request.reason,
            note=request.note,
            operator=request.operator,
            approver=request.approver,
            license=next((str(item.license) for item in decision.lookups if item.license), None),
            decided_at=decision.decided_at,
        )


class LookupOut(Body):
    """What was said in one way."""

    way: Way
    result: LookupResult
    looked_up_at: datetime
    license: str | None = Field(description="电子证照标识 that was found")
    region: str | None = Field(description="where it is kept")
    conclusion: Conclusion | None = Field(description="verdict on it")
    due_at: datetime | None = Field(description="until when the department may answer")
    silent: tuple[str, ...] = Field(description="数据源 that did not answer: regions, register/…")
    outside: tuple[str, ...] = Field(
        description="未签授信约定的地区 regions that were not asked for want of an agreement"
    )

    @classmethod
    def of(cls, lookup: Lookup) -> Self:
        """Show a look-up."""
        return cls(
            way=lookup.way,
            result=lookup.result,
            looked_up_at=lookup.looked_up_at,
            license=str(lookup.license) if lookup.license else None,
            region=str(lookup.region) if lookup.region else None,
            conclusion=lookup.conclusion,
            due_at=lookup.due_at,
            silent=lookup.silent,
            outside=tuple(map(str, lookup.outside)),
        )


class MaterialOut(Body):
    """A material of a case as it stands."""

    code: str
    name: str
    name_en: str
    source: MaterialSource
    party: str = Field(description="whose it is: applicant, or the code of a party")
    necessity: Necessity
    outcome: Outcome
    result: LookupResult | None = Field(description="查询结果 of the first way; null: none asked")
    looked_up_at: datetime | None
    license: str | None = Field(default=None, description="电子证照标识 that was found")
    region: str | None = Field(default=None, description="where it is kept")
    conclusion: Conclusion | None = Field(default=None, description="verdict on it")
    fetch: str | None = Field(default=None, description="where its face is read; own region only")
    marks: tuple[MarkOut, ...] = Field(
        default=(), description="what of the license is protected more than other data"
    )
    lookups: tuple[LookupOut, ...] = Field(description="what was said in each way that was asked")
    due_at: datetime | None = Field(description="until when the department asked may answer")
    legal_basis: str | None = None
    reasons_allowed: tuple[ReasonCode, ...]
    commitment_possible: bool = Field(description="可告知承诺")
    deferral_possible: bool = Field(description="可容缺办理")
    decision: DecisionOut | None = None

    @classmethod
    def of(cls, item: CaseMaterial, own: RegionCode, marks: tuple[Mark, ...] = ()) -> Self:
        """Show a material; ``own`` is the region of this instance."""
        material, lookup, rule = item.material, item.lookup, item.rule_shown
        license = str(lookup.license) if lookup and lookup.license else None
        is_own = lookup is not None and lookup.region == own
        return cls(
            code=material.code,
            name=material.name_zh,
            name_en=material.name_en,
            source=material.source,
            party=material.party,
            necessity=material.necessity,
            outcome=item.outcome,
            result=lookup.result if lookup else None,
            looked_up_at=lookup.looked_up_at if lookup else None,
            license=license,
            region=str(lookup.region) if lookup and lookup.region else None,
            conclusion=lookup.conclusion if lookup else None,
            fetch=file_address(license, "pdf", case=item.case_id) if license and is_own else None,
            lookups=tuple(map(LookupOut.of, item.lookups)),
            due_at=item.department_due_at,
            marks=MarkOut.all_of(marks),
            legal_basis=rule.legal_basis if rule else None,
            reasons_allowed=item.reasons_allowed,
            commitment_possible=item.may_commit,
            deferral_possible=item.may_defer,
            decision=DecisionOut.of(item.decision) if item.decision else None,
        )


class CaseOut(Body):
    """一次性告知: what is not in it, nobody may ask for."""

    case: str = Field(description="办件编号")
    matter: str
    matter_version: int
    situation: dict[str, str] = Field(description="情形")
    parties: tuple[str, ...] = Field(description="当事人 that are named, by their codes")
    operator: str
    opened_at: datetime
    materials: tuple[MaterialOut, ...]

    @classmethod
    def of(
        cls,
        view: CaseView,
        own: RegionCode,
        marks: Mapping[str, tuple[Mark, ...]] = _NO_MARKS,
    ) -> Self:
        """Show a case; the applicant's code stays inside."""
        return cls(
            case=view.case.id,
            matter=view.case.matter_code,
            matter_version=view.case.matter_version,
            situation=dict(view.case.situation),
            parties=tuple(view.case.parties),
            operator=view.case.operator,
            opened_at=view.case.opened_at,
            materials=tuple(
                MaterialOut.of(item, own, marks.get(item.material.code, ()))
                for item in view.materials
            ),
        )


class CaseCorrectionOut(Body):
    """办件纠错: what a case says is wrong with a license, and what came of it."""

    material: str
    field: str | None = Field(description="the field of the form that is wrong; null: no form")
    kind: CorrectionKind
    region: str = Field(description="whose issuer looks into it")
    license: str | None
    raised_at: datetime
    receipt: str | None = Field(description="回执编号 there; null: not delivered yet")
    step: CorrectionStep | None
    outcome: str | None = Field(description="the license that came of it")

    @classmethod
    def of(cls, correction: CaseCorrection) -> Self:
        """Show a correction."""
        return cls(
            material=correction.place.material,
            field=correction.place.field or None,
            kind=correction.kind,
            region=str(correction.region),
            license=correction.license or None,
            raised_at=correction.raised_at,
            receipt=correction.receipt or None,
            step=correction.step,
            outcome=correction.outcome or None,
        )


class DecisionIn(Body):
    """How a material is to be had."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"form": "e_license"},
                {"form": "paper", "voluntary": True},
                {"form": "paper", "reason": "P09", "approver": "W002"},
            ]
        }
    )

    form: Form
    voluntary: bool = Field(default=False, description="纸质由申请人自愿提交")
    reason: ReasonCode | None = None
    approver: _Person | None = Field(default=None, description="同意的第二人 · the second person")
    note: Annotated[Text, StringConstraints(max_length=MAX_NOTE)] | None = None

    def to_request(self, operator: str) -> DecisionRequest:
        """Return the request of ``operator``."""
        return DecisionRequest(
            form=self.form,
            operator=operator,
            voluntary=self.voluntary,
            reason=self.reason,
            note=self.note,
            approver=self.approver,
        )
