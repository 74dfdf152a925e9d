"""Electronic seals (电子印章) over HTTP."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, field_validator

from api.schemas.bodies import Body, Text
from certs.masking import redact
from certs.seals.events import Approval, SealEvent, SealMove, SealState, begins
from certs.seals.register import RegisteredSeal
from certs.seals.uses import SealUse
from signing.seals import parse_seal

_Person = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
_Number = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class SealOut(Body):
    """电子印章, without its picture."""

    code: str = Field(description="印章编码")
    name: str = Field(description="印章名称")
    state: SealState = Field(description="现状")
    term: str = Field(description="现状的名称")
    owner: str = Field(description="印章所有者")
    owner_code: str = Field(description="统一社会信用代码")
    maker: str = Field(description="制章单位 · common name of the maker's certificate")
    signers: tuple[str, ...] = Field(description="可用印的证书 · who may use it")
    origin: str
    created_at: datetime
    valid_from: datetime
    valid_to: datetime
    digest: str = Field(description="SM3 of the SESeal")
    issuing: bool = Field(description="是否为签发所用 · whether licenses are sealed with it here")

    @classmethod
    def of(cls, seal: RegisteredSeal, state: SealState, *, issuing: bool) -> Self:
        """Show a seal."""
        described = parse_seal(seal.encoded).description
        return cls(
            code=seal.code,
            name=seal.name,
            state=state,
            term=state.zh,
            owner=seal.owner_name,
            owner_code=seal.owner_code,
            maker=seal.maker_name,
            signers=tuple(item.common_name for item in described.signers),
            origin=seal.origin.value,
            created_at=described.created_at,
            valid_from=seal.valid_from,
            valid_to=seal.valid_to,
            digest=seal.digest,
            issuing=issuing,
        )


class SealEventOut(Body):
    """One event in the life of a seal, with its two times."""

    kind: SealMove
    state: SealState
    term: str
    effective_at: datetime
    recorded_at: datetime
    operator: str = Field(description="经办人")
    approver: str | None = Field(description="审批人")
    decision_no: str
    approval_digest: str
    reason: str

    @classmethod
    def of(cls, event: SealEvent) -> Self:
        """Show an event."""
        return cls(
            kind=event.move,
            state=event.move.state,
            term=event.move.zh,
            effective_at=event.effective_at,
            recorded_at=event.recorded_at,
            operator=event.operator,
            approver=event.approval.approver if event.approval else None,
            decision_no=event.document_no,
            approval_digest=event.approval.digest if event.approval else "",
            reason=event.reason,
        )


class SealDetailOut(Body):
    """A seal and its whole life, oldest event first."""

    seal: SealOut
    life: tuple[SealEventOut, ...]


class SealUseOut(Body):
    """用印记录."""

    number: int
    at: datetime
    operator: str = Field(description="用印人")
    purpose: str
    digest: str
    digest_of: str
    license: str = Field(description="证照标识; empty where no license was sealed")

    @classmethod
    def of(cls, number: int, use: SealUse) -> Self:
        """Show a use."""
        return cls(
            number=number,
            at=use.used_at,
            operator=use.operator,
            purpose=use.purpose,
            digest=use.digest,
            digest_of=use.digest_of.value,
            license=use.license,
        )


class SealUsePageOut(Body):
    """Uses of a seal, newest first."""

    uses: tuple[SealUseOut, ...]
    next: int | None = Field(description="`before` of the next page")


class SealMoveIn(Body):
    """A change in the life of a seal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "revoked",
                    "reason": "机构更名，旧章注销",
                    "decision_no": "芜印〔2026〕3号",
                    "approver": "科长 周样松",
                }
            ]
        }
    )

    kind: Literal["enabled", "suspended", "resumed", "revoked", "destroyed"]
    reason: Text = Field(description="原因; it is published with the status, so no personal data")
    decision_no: _Number = Field(description="批准文号 or 决定文号")
    approver: _Person | None = Field(
        default=None, description="审批人; another person, needed to revoke and to destroy"
    )
    approval_digest: _Digest | None = Field(default=None, description="SM3 of the approval")
    effective_at: AwareDatetime | None = Field(
        default=None, description="生效时间; now if absent; never dated back to enable or resume"
    )

    @field_validator("reason", "decision_no")
    @classmethod
    def _without_personal_data(cls, text: str) -> str:
        if redact(text) != text:
            raise ValueError("原因和文号会公开，不得含公民身份号码 · no citizen numbers here")
        return text

    def to_event(self, *, operator: str, now: datetime) -> SealEvent:
        """Return the event that ``operator`` records now.

        Raises:
            SealRecordError: The times contradict each other, or a text is malformed.
            SecondPersonRequiredError: Nobody else agreed, where that is needed.
        """
        move = SealMove(self.kind)
        approval = None
        if self.approver is not None:
            approval = Approval(approver=self.approver, digest=self.approval_digest or "")
        return SealEvent(
            move=move,
            effective_at=self.effective_at or begins(move, now),
            recorded_at=now,
            operator=operator,
            reason=self.reason,
            document_no=self.decision_no,
            approval=approval,
        )
