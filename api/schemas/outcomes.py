"""Outcomes of cases (办理结果) over HTTP."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.bodies import Body, Text
from verify.outcomes.desk import OutcomeRequest, Settled
from verify.outcomes.records import MAX_NOTE, OutcomeKind

_Person = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Value = Annotated[str, StringConstraints(max_length=2000)]


class OutcomeIn(Body):
    """What becomes of a case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome": "approve",
                    "approver": "W002",
                    "given": {"number": "JY23402020000017", "signatory": "吕样溪"},
                },
                {"outcome": "reject", "approver": "W002", "note": "店面不在可以经营的区域内"},
            ]
        }
    )

    outcome: OutcomeKind
    approver: _Person | None = Field(
        default=None, description="审批人，缺省为调用人 · who decides; the caller where absent"
    )
    note: Annotated[Text, StringConstraints(max_length=MAX_NOTE)] | None = Field(
        default=None, description="不予的理由 · why it is rejected"
    )
    given: dict[_Name, _Value] | None = Field(
        default=None,
        max_length=60,
        description="结果证照中由审批人填写的字段 · fields that the result leaves to the approver",
    )

    def to_request(self, caller: str) -> OutcomeRequest:
        """Return the request; ``caller`` decides where nobody else is named."""
        return OutcomeRequest(
            kind=self.outcome,
            approver=self.approver or caller,
            note=self.note,
            given=self.given or {},
        )


class OutcomeOut(Body):
    """The outcome of a case; on record and final."""

    case: str
    outcome: OutcomeKind
    operator: str
    approver: str
    note: str | None
    decided_at: datetime
    license_type: str | None = Field(description="结果证照的类型；null 为没有结果证照")
    license: str | None = Field(description="电子证照标识 of the result license, once it is made")

    @classmethod
    def of(cls, settled: Settled, license: str | None) -> Self:
        """Show an outcome."""
        outcome, intent = settled.outcome, settled.intent
        return cls(
            case=outcome.case_id,
            outcome=outcome.kind,
            operator=outcome.operator,
            approver=outcome.approver,
            note=outcome.note,
            decided_at=outcome.decided_at,
            license_type=str(intent.license_type) if intent is not None else None,
            license=license,
        )
