"""Forms of cases (申请表) over HTTP."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.bodies import Body
from api.schemas.cases import CaseCorrectionOut
from verify.case_corrections.records import CaseCorrection
from verify.prefill.desk import FormView
from verify.prefill.facts import Found, Origin
from verify.prefill.filling import FilledField, PrefillRate
from verify.prefill.forms import MAX_VALUE, Editable, FieldKind
from verify.prefill.mistakes import Mistake
from verify.prefill.sources import SourceKind

_Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Value = Annotated[str, StringConstraints(max_length=MAX_VALUE)]


class OriginOut(Body):
    """Where a value comes from."""

    kind: SourceKind
    zh: str = Field(description="来自 营业执照 · 2026-05-01 · 有效")
    license: str | None = Field(description="电子证照标识; to report a mistake in it")
    field: str | None = Field(description="the license's field; to report a mistake in it")
    as_of: date
    authoritative: bool = Field(description="whether a department vouches for it")

    @classmethod
    def of(cls, origin: Origin) -> Self:
        """Show an origin."""
        return cls(
            kind=origin.kind,
            zh=origin.zh,
            license=origin.license or None,
            field=origin.field or None,
            as_of=origin.as_of,
            authoritative=origin.is_authoritative,
        )


class FoundOut(Body):
    """A value with where it comes from."""

    value: str
    source: OriginOut

    @classmethod
    def of(cls, found: Found) -> Self:
        """Show a value."""
        return cls(value=found.value, source=OriginOut.of(found.origin))


class FieldOut(Body):
    """A field as the form shows it."""

    code: str
    label: str
    label_en: str
    kind: FieldKind
    choices: tuple[str, ...]
    max_length: int
    required: bool
    editable: Editable = Field(description="`locked` where only 信息有误 can be said")
    legal_ref: str | None
    value: str
    source: OriginOut | None = Field(description="null: the applicant wrote it, or nobody did")
    differing: tuple[FoundOut, ...] = Field(description="what licenses say that do not agree")
    correction: CaseCorrectionOut | None = Field(
        description="信息有误: how what was said of it stands at the issuer; null: nothing was said"
    )

    @classmethod
    def of(cls, filled: FilledField, correction: CaseCorrection | None = None) -> Self:
        """Show a field; one that is to be locked is free where nobody vouches for a value."""
        field, origin = filled.field, filled.origin
        is_free = field.editable is Editable.LOCKED and not filled.is_locked
        return cls(
            code=field.code,
            label=field.zh,
            label_en=field.en,
            kind=field.kind,
            choices=field.choices,
            max_length=field.max_length,
            required=field.is_required,
            editable=Editable.CONFIRM if is_free else field.editable,
            legal_ref=field.legal_ref or None,
            value=filled.value,
            source=OriginOut.of(origin) if origin is not None else None,
            differing=tuple(map(FoundOut.of, filled.differing)),
            correction=CaseCorrectionOut.of(correction) if correction is not None else None,
        )


class RateOut(Body):
    """How much of the form nobody had to write."""

    shown: int
    authoritative: int = Field(description="filled by what a department vouches for, unchanged")
    previous: int = Field(description="filled by an earlier case; does not count")
    changed: int
    rate: float

    @classmethod
    def of(cls, rate: PrefillRate) -> Self:
        """Show a rate."""
        return cls(
            shown=rate.shown,
            authoritative=rate.authoritative,
            previous=rate.previous,
            changed=rate.changed,
            rate=round(rate.rate, 4),
        )


class FormOut(Body):
    """The form of a case as it stands."""

    case: str
    version: int = Field(description="0 before it was kept for the first time")
    prefill: RateOut
    fields: tuple[FieldOut, ...]

    @classmethod
    def of(cls, view: FormView) -> Self:
        """Show a form."""
        return cls(
            case=view.case_id,
            version=view.version,
            prefill=RateOut.of(view.rate),
            fields=tuple(
                FieldOut.of(item, view.corrections.get(item.field.code)) for item in view.fields
            ),
        )


class FormIn(Body):
    """What the applicant answered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"version": 0, "answers": {"phone": "0553-0000000（样例）"}}]
        }
    )

    version: int = Field(ge=0, le=1_000_000, description="the version that the applicant saw")
    answers: dict[_Code, _Value] = Field(
        max_length=200, description="by field; others keep what stands in them"
    )


class MistakeIn(Body):
    """信息有误: what a license put into a field is wrong."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"proposed": "芜湖市镜湖区样例路 9 号"}]}
    )

    proposed: _Value = Field(min_length=1, description="what should stand there")
    license: Annotated[str, StringConstraints(max_length=128)] | None = Field(
        default=None, description="the license that is wrong, where several differ"
    )

    def to_mistake(self, field: str) -> Mistake:
        """Return what the applicant says of a field."""
        return Mistake(field=field, proposed=self.proposed, license=self.license or "")
