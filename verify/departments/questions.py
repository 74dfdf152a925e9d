"""Questions to departments (部门核验) as they travel between regions, and as a department has them.

A question is known by the case and the material that it is about: asking again is no second
question. What a department says is ``confirmed`` or ``denied``, and nothing else.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from certs.canonical import JsonValue
from certs.errors import MalformedIdentifierError
from certs.regions import RegionCode
from verify.acceptance.lookups import MIN_ANSWER_TIME
from verify.acceptance.places import Place
from verify.acceptance.ports import DepartmentQuestion, Reply
from verify.acceptance.records import Applicant
from verify.case_errors import MalformedApplicantError
from verify.errors import MalformedMatterError, ShareError
from verify.letters import CLOCK_SKEW, LetterKind, texts_of
from verify.matters.codes import check_code

ASK: Final = LetterKind(
    question="yinxin.department-question/1", answer="yinxin.department-receipt/1"
)
POLL: Final = LetterKind(question="yinxin.department-poll/1", answer="yinxin.department-answers/1")
MOST_REFERENCES: Final = 100
"""Questions asked after in one letter."""

_MAX_TEXT: Final = 500
_MAX_ANSWER_TIME: Final = timedelta(days=366)
_PARTS: Final = (
    "case",
    "material",
    "department",
    "question_zh",
    "question_en",
    "code_type",
    "code",
    "name",
    "asked_at",
    "due_at",
)


def place_of(question: DepartmentQuestion) -> Place:
    """Return what a question is about."""
    return Place(case_id=question.case_id, material=question.material)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """An answer of a department.

    Attributes:
        reply: What it says.
        person: Who answered, by staff number.
        at: When.
    """

    reply: Reply
    person: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuestion:
    """A question as the department has it (待核验).

    Attributes:
        receipt: 16 letters of base 32, random: the number under which it is kept here.
        asker: The region that asks.
        place: What it is about, by the asker's names.
        department: The department's short name.
        question_zh: What is asked, in Chinese.
        question_en: The same in English.
        applicant: Of whom; None once that was dropped.
        asked_at: When the asker's clock began to run.
        due_at: Until when it is to be answered.
        received_at: When it came.
        answers: The answers, oldest first; the last one stands.
    """

    receipt: str
    asker: RegionCode
    place: Place
    department: str
    question_zh: str
    question_en: str
    applicant: Applicant | None = field(repr=False)
    asked_at: datetime
    due_at: datetime
    received_at: datetime
    answers: tuple[GivenAnswer, ...] = ()

    @property
    def reply(self) -> Reply | None:
        """What the department says; None while it has said nothing."""
        return self.answers[-1].reply if self.answers else None

    def with_answer(self, answer: GivenAnswer) -> "KeptQuestion":
        """Return it with one more answer."""
        return replace(self, answers=(*self.answers, answer))


def question_body(question: DepartmentQuestion) -> dict[str, JsonValue]:
    """Return a question as the body of a letter."""
    return {
        "case": question.case_id,
        "material": question.material,
        "department": question.department,
        "question_zh": question.question_zh,
        "question_en": question.question_en,
        **question.applicant.as_json(),
        "asked_at": question.asked_at.isoformat(),
        "due_at": question.due_at.isoformat(),
    }


def parse_question(body: JsonValue, *, now: datetime) -> DepartmentQuestion:
    """Return the question of a letter's body.

    Raises:
        ShareError: It is none, or none that a department could have to answer.
    """
    values = texts_of(body, *_PARTS)
    place = Place.parse(f"{values['case']}/{values['material']}")
    try:
        check_code(values["department"])
        question = DepartmentQuestion(
            case_id=place.case_id,
            material=place.material,
            department=values["department"],
            question_zh=_words(values["question_zh"]),
            question_en=_words(values["question_en"]),
            applicant=Applicant.from_json(values),
            asked_at=_moment(values["asked_at"]),
            due_at=_moment(values["due_at"]),
        )
    except (
        MalformedMatterError,
        MalformedApplicantError,
        MalformedIdentifierError,
        ValueError,
    ) as error:
        raise ShareError("a part of the question cannot be read") from error
    _check_times(question, now)
    return question


def receipt_body(place: Place) -> dict[str, JsonValue]:
    """Return what is answered to whoever asked."""
    return {"reference": str(place)}


def check_receipt(body: JsonValue, place: Place) -> None:
    """Check that a department has the question.

    Raises:
        ShareError: It speaks of another.
    """
    if texts_of(body, "reference")["reference"] != str(place):
        raise ShareError("the receipt is for another question")


def poll_body(places: tuple[Place, ...]) -> dict[str, JsonValue]:
    """Return the body of a letter that asks what became of questions."""
    return {"references": [str(place) for place in places]}


def parse_poll(body: JsonValue) -> tuple[Place, ...]:
    """Return the questions that somebody asks after.

    Raises:
        ShareError: It is no such body.
    """
    if not isinstance(body, dict) or set(body) != {"references"}:
        raise ShareError("a poll has references")
    references = body["references"]
    if not isinstance(references, list) or len(references) > MOST_REFERENCES:
        raise ShareError(f"a poll has at most {MOST_REFERENCES} references")
    return tuple(Place.parse(str(item)) for item in references)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What became of questions.

    Attributes:
        replies: What was answered last, by the question.
        unknown: The questions that are not there and have to be put again.
    """

    replies: dict[Place, Reply]
    unknown: frozenset[Place]


def standing_body(standing: Standing) -> dict[str, JsonValue]:
    """Return what became of questions as the body of a letter; nothing of what is waited for."""
    return {
        "answers": {str(place): reply.value for place, reply in standing.replies.items()},
        "unknown": sorted(map(str, standing.unknown)),
    }


def parse_standing(body: JsonValue, asked: tuple[Place, ...]) -> Standing:
    """Return what a department says of the questions that were asked after.

    Raises:
        ShareError: It is no such body, has an unknown word, or speaks of other questions.
    """
    if not isinstance(body, dict) or set(body) != {"answers", "unknown"}:
        raise ShareError("a poll is answered with answers and what is unknown")
    answers, unknown = body["answers"], body["unknown"]
    if not isinstance(answers, dict) or not isinstance(unknown, list):
        raise ShareError("answers are by reference")
    try:
        standing = Standing(
            replies={Place.parse(key): Reply(str(word)) for key, word in answers.items()},
            unknown=frozenset(Place.parse(str(item)) for item in unknown),
        )
    except ValueError as error:
        raise ShareError("not an answer of a department") from error
    if not standing.unknown.union(standing.replies) <= set(asked):
        raise ShareError("an answer to what was not asked")
    return standing


def _words(text: str) -> str:
    if not text.strip() or len(text) > _MAX_TEXT or not text.isprintable():
        raise ValueError(f"a question has 1 to {_MAX_TEXT} printable characters")
    return text


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time has a zone")
    return moment


def _check_times(question: DepartmentQuestion, now: datetime) -> None:
    given = question.due_at - question.asked_at
    if question.asked_at > now + CLOCK_SKEW:
        raise ShareError("asked in the future")
    if not MIN_ANSWER_TIME <= given <= _MAX_ANSWER_TIME:
        raise ShareError("a department has an hour at the least, and a year at the most")
