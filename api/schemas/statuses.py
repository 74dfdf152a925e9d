"""Legal status (证照状态) over HTTP: changes, and the history they make."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from api.schemas.bodies import Body, Text
from certs.masking import redact
from certs.statuses import StatusEvent, StatusKind


class StatusIn(Body):
    """A change of legal status (状态变更)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "revoked",
                    "effective_at": "2026-03-18T09:00:00+08:00",
                    "decision_no": "芜市监罚〔2026〕12号",
                    "reason": "《食品安全法》第一百二十四条",
                }
            ]
        }
    )

    kind: Literal[
        "active",
        "suspended",
        "revoked",
        "rescinded",
        "withdrawn",
        "cancelled",
        "void",
        "transferred",
        "reversed",
        "called_off",
    ] = Field(description="`reversed` 撤改 (复议、判决) and `called_off` 取消预定 name an `event`")
    effective_at: AwareDatetime | None = Field(
        default=None, description="生效时间，可早可晚; now if absent"
    )
    event: Annotated[int, Field(ge=2, le=10_000)] | None = Field(
        default=None, description="第几项变更; the number in the history of what is overturned"
    )
    approver: Annotated[str, StringConstraints(max_length=100)] = Field(
        default="", description="批准人; another person than the caller, for `reversed`"
    )
    decision_no: Annotated[Text, StringConstraints(max_length=100)] = Field(description="文书号")
    reason: Text = Field(description="理由; it is published with the status, so no personal data")

    @model_validator(mode="after")
    def _names_what_it_overturns(self) -> Self:
        if (self.kind in {"reversed", "called_off"}) != (self.event is not None):
            raise ValueError("撤改或取消须写明 event · name the event that is overturned")
        return self

    @field_validator("reason", "decision_no")
    @classmethod
    def _without_personal_data(cls, text: str) -> str:
        if redact(text) != text:
            raise ValueError("理由和文书号会公开，不得含公民身份号码 · no citizen numbers here")
        return text

    def to_event(self, *, actor: str, now: datetime) -> StatusEvent:
        """Return the event that this asks for.

        Args:
            actor: Who asks, a staff number.
            now: When.
        """
        is_overturning = self.event is not None
        return StatusEvent(
            kind=StatusKind.ACTIVE if is_overturning else StatusKind(self.kind),
            effective_at=self.effective_at or now,
            recorded_at=now,
            reason=self.reason,
            decision_no=self.decision_no,
            actor=actor,
            approver=self.approver,
            overturns=self.event or 0,
        )


class StatusEventOut(Body):
    """One change of legal status, with its two times."""

    number: int | None = Field(default=None, description="第几项; its place in the history")
    kind: StatusKind
    term: str = Field(description="法律术语")
    effective_at: datetime
    recorded_at: datetime
    decision_no: str
    reason: str
    overturns: int | None = Field(
        default=None, description="第几项; the event that this one reversed or called off"
    )

    @classmethod
    def of(cls, event: StatusEvent, *, number: int | None = None) -> Self:
        """Show an event; who recorded it stays inside."""
        return cls(
            number=number,
            overturns=event.overturns or None,
            kind=event.kind,
            term=event.kind.zh,
            effective_at=event.effective_at,
            recorded_at=event.recorded_at,
            decision_no=event.decision_no,
            reason=event.reason,
        )


class HistoryOut(Body):
    """All changes of a license's status, oldest first."""

    identifier: str
    events: tuple[StatusEventOut, ...]
