"""Questions to registers of facts (数据共享核验) as they travel between regions.

The answer says ``confirmed`` or ``denied`` and nothing else. What a register does not know how to
answer it does not answer at all.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from certs.canonical import JsonValue
from certs.errors import MalformedIdentifierError
from verify.acceptance.ports import Reply
from verify.acceptance.records import Applicant
from verify.case_errors import MalformedApplicantError
from verify.errors import MalformedMatterError, ShareError
from verify.letters import LetterKind, texts_of
from verify.matters.codes import check_code

_PARTS: Final = ("register", "item", "code_type", "code", "name")
_DAY: Final = "day"
FACT: Final = LetterKind(question="yinxin.fact-question/1", answer="yinxin.fact-answer/1")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactQuestion:
    """Whether something is so of somebody.

    Attributes:
        register: The register's name (数据源).
        item: What is asked, by the register's name for it (核验事项).
        applicant: Of whom.
        day: Whether it was so all that day (Beijing), which is over; None for now.
    """

    register: str
    item: str
    applicant: Applicant = field(repr=False)
    day: date | None = None


def fact_body(question: FactQuestion) -> dict[str, JsonValue]:
    """Return a question as the body of a letter."""
    # Regions of older releases know no days, and do not answer where one is named.
    dated = {} if question.day is None else {_DAY: question.day.isoformat()}
    return {
        "register": question.register,
        "item": question.item,
        **question.applicant.as_json(),
        **dated,
    }


def parse_fact(body: JsonValue) -> FactQuestion:
    """Return the question of a letter's body.

    Raises:
        ShareError: It is none.
    """
    is_dated = isinstance(body, dict) and _DAY in body
    values = texts_of(body, *_PARTS, *((_DAY,) if is_dated else ()))
    try:
        check_code(values["register"])
        check_code(values["item"])
        applicant = Applicant.from_json(values)
        day = date.fromisoformat(values[_DAY]) if is_dated else None
    except (
        MalformedMatterError,
        MalformedApplicantError,
        MalformedIdentifierError,
        ValueError,
    ) as error:
        raise ShareError("a part of the question cannot be read") from error
    return FactQuestion(
        register=values["register"], item=values["item"], applicant=applicant, day=day
    )


def reply_body(reply: Reply) -> dict[str, JsonValue]:
    """Return an answer as the body of a letter."""
    return {"reply": reply.value}


def parse_reply(body: JsonValue) -> Reply:
    """Return the answer of a letter's body.

    Raises:
        ShareError: It says something else, or more.
    """
    word = texts_of(body, "reply")["reply"]
    try:
        return Reply(word)
    except ValueError as error:
        raise ShareError("a register says yes or no") from error
