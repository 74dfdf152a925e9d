"""Questions to departments (部门核验) over HTTP."""

from datetime import datetime
from typing import Self

from pydantic import ConfigDict, Field

from api.schemas.bodies import Body
from certs.holder_codes import HolderCodeType
from verify.acceptance.ports import Reply
from verify.acceptance.records import Applicant
from verify.departments.questions import GivenAnswer, KeptQuestion


class DepartmentAnswerIn(Body):
    """What the department says."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reply": "confirmed"}]})

    reply: Reply = Field(description="confirmed 属实 · denied 不属实")


class DepartmentAnswerOut(Body):
    """An answer."""

    reply: Reply
    at: datetime
    person: str

    @classmethod
    def of(cls, answer: GivenAnswer) -> Self:
        """Return the body of an answer."""
        return cls(reply=answer.reply, at=answer.at, person=answer.person)


class AskedApplicantOut(Body):
    """申请人: of whom something is asked."""

    code_type: HolderCodeType
    code: str
    name: str

    @classmethod
    def of(cls, applicant: Applicant) -> Self:
        """Return the body of an applicant."""
        return cls(
            code_type=applicant.code.code_type, code=applicant.code.code, name=applicant.name
        )


class DepartmentQuestionOut(Body):
    """A question as the department has it.

    ``applicant`` is told of one question only, and dropped some time after its answer.
    """

    receipt: str = Field(description="回执编号")
    asker: str = Field(description="提问地区")
    case: str = Field(description="对方办件编号")
    material: str
    department: str
    question_zh: str
    question_en: str
    asked_at: datetime
    due_at: datetime = Field(description="答复期限; an answer after it is heard all the same")
    received_at: datetime
    reply: Reply | None = Field(description="现行答复; null while there is none")
    answers: tuple[DepartmentAnswerOut, ...]
    applicant: AskedApplicantOut | None = None

    @classmethod
    def of(cls, question: KeptQuestion, *, whole: bool = False) -> Self:
        """Return the body of a question; whole with the applicant."""
        applicant = question.applicant if whole else None
        return cls(
            receipt=question.receipt,
            asker=str(question.asker),
            case=question.place.case_id,
            material=question.place.material,
            department=question.department,
            question_zh=question.question_zh,
            question_en=question.question_en,
            asked_at=question.asked_at,
            due_at=question.due_at,
            received_at=question.received_at,
            reply=question.reply,
            answers=tuple(map(DepartmentAnswerOut.of, question.answers)),
            applicant=None if applicant is None else AskedApplicantOut.of(applicant),
        )


class DepartmentQuestionPageOut(Body):
    """Some questions, newest first, and from where to go on."""

    questions: tuple[DepartmentQuestionOut, ...]
    next: str | None = Field(description="the receipt to go on after; null at the end")
