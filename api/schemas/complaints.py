"""Complaints (投诉) over HTTP."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.complaint_words import LAW_ZH, complaint_words
from api.schemas.bodies import Body, Text
from verify.acceptance.reasons import LookupResult
from verify.complaints.records import MAX_NOTE, AnswerResult, Complaint, Shown


class ComplaintAnswerIn(Body):
    """What the department says."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"result": "upheld", "note": "已改正"}]}
    )

    result: AnswerResult
    note: Annotated[Text, StringConstraints(max_length=MAX_NOTE)]


class ComplaintAnswerOut(Body):
    """What the department said."""

    result: AnswerResult
    note: str
    operator: str
    answered_at: datetime


class ComplaintOut(Body):
    """A complaint with the evidence that the system attached."""

    number: str
    case: str
    material: str = Field(description="材料编码；空为通知书未列明的材料")
    shown: Shown = Field(description="记录显示 · what the record shows")
    is_breach: bool = Field(description="违规要件 · paper demanded outside the record")
    zh: str
    en: str
    law: str
    looked_up_at: datetime | None = Field(description="投诉时的查询 · the look-up of that minute")
    result: LookupResult | None
    raised_at: datetime
    due_on: date = Field(description="答复期限 · the department answers by")
    answer: ComplaintAnswerOut | None

    @classmethod
    def of(cls, complaint: Complaint) -> Self:
        """Show a complaint."""
        zh, en = complaint_words(complaint)
        lookup, answer = complaint.lookup, complaint.answer
        return cls(
            number=complaint.number,
            case=complaint.case_id,
            material=complaint.material,
            shown=complaint.shown,
            is_breach=complaint.shown.is_breach,
            zh=zh,
            en=en,
            law=LAW_ZH,
            looked_up_at=lookup.looked_up_at if lookup is not None else None,
            result=lookup.result if lookup is not None else None,
            raised_at=complaint.raised_at,
            due_on=complaint.due_on,
            answer=ComplaintAnswerOut(
                result=answer.result,
                note=answer.note,
                operator=answer.operator,
                answered_at=answer.answered_at,
            )
            if answer is not None
            else None,
        )


class ComplaintsOut(Body):
    """The newest complaints."""

    complaints: tuple[ComplaintOut, ...]
