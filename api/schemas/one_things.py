"""一件事 over HTTP: one application, several cases."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.bodies import Body, HolderIn
from api.schemas.cases import DecisionOut, MaterialOut
from api.schemas.forms import FieldOut
from api.schemas.matters import Conditions, conditions_of
from certs.regions import RegionCode
from verify.acceptance.records import Applicant, Decision
from verify.one_things.definitions import Member, OneThing
from verify.one_things.desk import ApplicationView, CaseProgress
from verify.outcomes.records import OutcomeKind
from verify.prefill.filling import FilledField
from verify.prefill.forms import MAX_VALUE

_Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Question = Annotated[str, StringConstraints(max_length=100)]
_Choice = Annotated[str, StringConstraints(max_length=60)]
_Value = Annotated[str, StringConstraints(max_length=MAX_VALUE)]


class MemberOut(Body):
    """A matter of a 一件事."""

    matter: str
    optional: bool = Field(description="opened only where `wanted` names it")
    when: Conditions = Field(description="in which situations of the first matter")
    settled: tuple[str, ...] = Field(description="its questions that nobody has to answer")

    @classmethod
    def of(cls, member: Member) -> Self:
        """Show a matter."""
        return cls(
            matter=member.matter,
            optional=member.is_optional,
            when=conditions_of(member.when),
            settled=tuple(sorted({*member.answers, *member.taken})),
        )


class OneThingOut(Body):
    """一件事: questions of the first matter by their codes, of others as ``matter.question``."""

    code: str
    name: str
    name_en: str
    members: tuple[MemberOut, ...]

    @classmethod
    def of(cls, thing: OneThing) -> Self:
        """Show one."""
        return cls(
            code=thing.code,
            name=thing.name_zh,
            name_en=thing.name_en,
            members=tuple(map(MemberOut.of, thing.members)),
        )


class ApplicationIn(Body):
    """Somebody applies for a 一件事."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "one_thing": "credit-repair",
                    "situation": {"record": "penalty"},
                    "applicant": {
                        "code_type": "001",
                        "code": "92340202YX0000009J",
                        "name": "芜湖市镜湖区青禾（样例）小吃店",
                    },
                }
            ]
        }
    )

    one_thing: _Code = Field(description="一件事编码，见 GET /one-things")
    applicant: HolderIn = Field(description="申请人")
    situation: dict[_Question, _Choice] | None = Field(
        default=None,
        max_length=80,
        description="情形: `question` of the first matter, `matter.question` of the others",
    )
    wanted: tuple[_Code, ...] = Field(
        default=(), max_length=20, description="另外要办的可选事项 · optional matters"
    )

    parties: dict[_Code, HolderIn] | None = Field(
        default=None, max_length=20, description="当事人, each named once for all matters"
    )

    def to_parties(self) -> dict[str, Applicant]:
        """Return the parties; the same errors as for the applicant."""
        return {code: given.to_applicant() for code, given in (self.parties or {}).items()}

    def to_applicant(self) -> Applicant:
        """Return the applicant.

        Raises:
            MalformedIdentifierError: The code is not one of its kind.
            MalformedApplicantError: The name is not one.
        """
        return self.applicant.to_applicant()


class CaseProgressOut(Body):
    """How far a case is."""

    case: str
    matter: str
    name: str
    situation: dict[str, str]
    materials: tuple[MaterialOut, ...]
    waiting: tuple[str, ...] = Field(description="materials without a decision")
    outcome: OutcomeKind | None
    license: str | None = Field(description="结果证照")

    @classmethod
    def of(cls, case: CaseProgress, own: RegionCode) -> Self:
        """Show a case."""
        view = case.view
        return cls(
            case=view.case.id,
            matter=view.matter.code,
            name=view.matter.name_zh,
            situation=dict(view.case.situation),
            materials=tuple(MaterialOut.of(item, own) for item in view.materials),
            waiting=case.waiting,
            outcome=case.outcome.kind if case.outcome is not None else None,
            license=str(case.license) if case.license is not None else None,
        )


class ApplicationOut(Body):
    """An application as it stands, and what came of its cases."""

    application: str
    one_thing: str
    name: str
    opened_at: datetime
    settled: bool = Field(description="whether every case has its outcome")
    cases: tuple[CaseProgressOut, ...]
    results: tuple[str, ...] = Field(description="结果证照, collected")

    @classmethod
    def of(cls, view: ApplicationView, own: RegionCode) -> Self:
        """Show an application."""
        return cls(
            application=view.application.id,
            one_thing=view.one_thing.code,
            name=view.one_thing.name_zh,
            opened_at=view.application.opened_at,
            settled=view.is_settled,
            cases=tuple(CaseProgressOut.of(case, own) for case in view.cases),
            results=tuple(str(case.license) for case in view.cases if case.license is not None),
        )


class SharedDecisionOut(Body):
    """How a material is had, in each case that asks for it."""

    decisions: tuple[DecisionOut, ...]

    @classmethod
    def of(cls, decisions: tuple[Decision, ...]) -> Self:
        """Show decisions."""
        return cls(decisions=tuple(map(DecisionOut.of, decisions)))


class SharedFormOut(Body):
    """The fields of all forms, each once."""

    application: str
    fields: tuple[FieldOut, ...]

    @classmethod
    def of(cls, application: str, fields: tuple[FilledField, ...]) -> Self:
        """Show them."""
        return cls(application=application, fields=tuple(map(FieldOut.of, fields)))


class SharedFormIn(Body):
    """What the applicant answered, once for every case."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answers": {"premises": "样例路1号"}}]}
    )

    answers: dict[_Code, _Value] = Field(max_length=400)
