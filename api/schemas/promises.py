"""Declarations and promises (告知承诺、容缺) over HTTP."""

from datetime import date, datetime
from enum import StrEnum, unique
from typing import Annotated, Final, Self

from pydantic import Base64Bytes, ConfigDict, Field, StringConstraints

from api.schemas.bodies import Body, Text
from verify.acceptance.gate import MAX_NOTE
from verify.acceptance.promises.declarations import Declaration, SignatureKind, Wording
from verify.acceptance.promises.desk import MAX_EVIDENCE
from verify.acceptance.promises.records import Promise, PromiseKind, Step, StepKind
from verify.matters.ways import Way

_BASE64_OF: Final = 4 * ((MAX_EVIDENCE + 2) // 3)
_Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
_Person = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class WordingOut(Body):
    """告知承诺书: what the applicant signs."""

    version: int
    text: str
    digest: str = Field(description="SM3 of the text; whoever signed says which text that was")

    @classmethod
    def of(cls, wording: Wording) -> Self:
        """Show a wording."""
        return cls(version=wording.version, text=wording.text, digest=wording.digest)


class DeclarationIn(Body):
    """A signed declaration."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"digest": "0" * 64}]})

    digest: _Digest
    evidence: Annotated[Base64Bytes, Field(max_length=_BASE64_OF)] | None = Field(
        default=None, description="扫描件: the scan, where it was signed on paper at the window"
    )


class DeclarationOut(Body):
    """A declaration on record."""

    case: str
    material: str
    version: int
    digest: str
    kind: SignatureKind
    evidence: str = Field(description="SM3 of what shows the signature")
    declared_at: datetime

    @classmethod
    def of(cls, declaration: Declaration) -> Self:
        """Show a declaration."""
        return cls(
            case=declaration.case_id,
            material=declaration.material,
            version=declaration.version,
            digest=declaration.digest,
            kind=declaration.kind,
            evidence=declaration.evidence,
            declared_at=declaration.declared_at,
        )


class StepOut(Body):
    """One step of a promise."""

    kind: StepKind
    at: datetime
    way: Way | None = Field(description="what serves after all, of a promise that resolved itself")
    operator: str | None
    approver: str | None
    note: str | None

    @classmethod
    def of(cls, step: Step) -> Self:
        """Show a step."""
        return cls(
            kind=step.kind,
            at=step.at,
            way=step.way,
            operator=step.operator,
            approver=step.approver,
            note=step.note,
        )


class PromiseOut(Body):
    """What a decision left open, and what became of it."""

    case: str
    material: str
    kind: PromiseKind
    made_at: datetime
    due_on: date | None
    is_open: bool
    steps: tuple[StepOut, ...]

    @classmethod
    def of(cls, promise: Promise) -> Self:
        """Show a promise."""
        return cls(
            case=promise.case_id,
            material=promise.material,
            kind=promise.kind,
            made_at=promise.made_at,
            due_on=promise.due_on,
            is_open=promise.is_open,
            steps=tuple(map(StepOut.of, promise.steps)),
        )


@unique
class FollowUpResult(StrEnum):
    """What a person may say of a promise."""

    BROUGHT = "brought"
    KEPT = "kept"
    BREACHED = "breached"
    REPAIRED = "repaired"


class FollowUpIn(Body):
    """How a promise was found."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"result": "kept"}]})

    result: FollowUpResult
    approver: _Person | None = Field(default=None, description="第二人 · breached, repaired")
    note: Annotated[Text, StringConstraints(max_length=MAX_NOTE)] | None = None
