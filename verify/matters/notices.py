"""What an applicant is told all at once (一次性告知), as far as the answers settle it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from verify.case_errors import SituationError
from verify.matters.catalogue import Matter
from verify.matters.materials import Material
from verify.matters.situations import Answers, Condition, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """一次性告知 of one matter under the answers given so far.

    Attributes:
        matter: What is asked for.
        answers: What was answered.
        open_questions: What is to be answered next; further questions may follow from that.
        asked_for: Materials that are asked for whatever is answered yet, in their order.
        depending: Materials that answers yet to come may call for, in their order.
    """

    matter: Matter
    answers: Answers
    open_questions: tuple[Question, ...]
    asked_for: tuple[Material, ...]
    depending: tuple[Material, ...]

    @classmethod
    def of(cls, matter: Matter, answers: Answers) -> Self:
        """Return the notice for a situation that may still be open.

        Raises:
            SituationError: An answer is to a question that was not asked, or is no choice of it.
        """
        try:
            matter.situations.check(answers)
        except SituationError as error:
            if error.why != "open":
                raise
        questions = matter.situations.by_code
        asked_for = tuple(item for item in matter.materials if item.when.holds(answers))
        return cls(
            matter=matter,
            answers=answers,
            open_questions=matter.situations.open_under(answers),
            asked_for=asked_for,
            depending=tuple(
                item
                for item in matter.materials
                if item not in asked_for and _may_hold(item.when, answers, questions)
            ),
        )


def _may_hold(condition: Condition, answers: Answers, questions: Mapping[str, Question]) -> bool:
    """Tell whether further answers may make a condition hold."""
    return any(
        all(
            answers[code] in wanted
            if code in answers
            else _may_hold(questions[code].when, answers, questions)
            for code, wanted in group
        )
        for group in condition.groups
    )
