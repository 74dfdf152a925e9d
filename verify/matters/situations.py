"""Situations (情形): the questions that settle which materials a matter asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

from certs.canonical import JsonValue
from verify.case_errors import SituationError, SituationOpenError
from verify.errors import MalformedMatterError
from verify.matters.codes import check_code

Answers = Mapping[str, str]
"""Codes of questions, and of the choice that was made for each."""

NO_ANSWERS: Final[Answers] = MappingProxyType({})


Group = tuple[tuple[str, frozenset[str]], ...]
"""Codes of questions with codes of choices, each question once: all of them are to be met."""

MOST_GROUPS: Final = 20
"""Of a condition; who needs more asks the wrong questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When something applies: in one group at least each question has one of its choices.

    Attributes:
        groups: One of them is to be met; a single one that names no question always is.

    Raises:
        MalformedMatterError: A question has no choice, a group stands twice or is empty beside
            others, or there are too many.
    """

    groups: tuple[Group, ...] = ((),)

    def __post_init__(self) -> None:
        if any(not wanted for group in self.groups for _, wanted in group):
            raise MalformedMatterError("a condition names a question without a choice")
        if not 0 < len(self.groups) <= MOST_GROUPS:
            raise MalformedMatterError(f"a condition has 1 to {MOST_GROUPS} groups")
        if len(set(self.groups)) != len(self.groups):
            raise MalformedMatterError("a condition names each group once")
        if len(self.groups) > 1 and not all(self.groups):
            raise MalformedMatterError("of several groups one that names nothing is always met")

    @classmethod
    def of(cls, *groups: Group) -> Self:
        """Return the condition that is met where one of these groups is."""
        return cls(groups=groups)

    def holds(self, answers: Answers) -> bool:
        """Tell whether it applies under these answers."""
        return any(
            all(answers.get(code) in wanted for code, wanted in group) for group in self.groups
        )

    def written(self) -> dict[str, JsonValue] | list[JsonValue]:
        """Return it as files write it: one group as a table, several as a list of tables."""
        tables: list[dict[str, JsonValue]] = [
            {code: [*sorted(wanted)] for code, wanted in group} for group in self.groups
        ]
        return tables[0] if len(tables) == 1 else [*tables]


ALWAYS: Final = Condition()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to a question."""

    code: str
    zh: str
    en: str

    def __post_init__(self) -> None:
        check_code(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """情形问题: one choice of several.

    Attributes:
        choices: At least two.
        when: Whether it is asked at all; rests on questions before it.
    """

    code: str
    zh: str
    en: str
    choices: tuple[Choice, ...]
    when: Condition = ALWAYS

    def __post_init__(self) -> None:
        check_code(self.code)
        codes = {choice.code for choice in self.choices}
        if len(codes) < 2 or len(codes) != len(self.choices):  # noqa: PLR2004 - one is no choice
            raise MalformedMatterError(f"{self.code}: two choices or more, and each once")

    def has(self, choice: str) -> bool:
        """Tell whether a choice can be made."""
        return any(item.code == choice for item in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situations:
    """The questions of a matter, in the order in which they are asked."""

    questions: tuple[Question, ...] = ()

    def __post_init__(self) -> None:
        known: dict[str, Question] = {}
        for question in self.questions:
            check_condition(question.when, known, where=question.code)
            if question.code in known:
                raise MalformedMatterError(f"{question.code}: each question once")
            known[question.code] = question

    @property
    def by_code(self) -> dict[str, Question]:
        """The questions by their codes."""
        return {question.code: question for question in self.questions}

    def open_under(self, answers: Answers) -> tuple[Question, ...]:
        """Return the questions that are asked under these answers and have none yet."""
        return tuple(
            question
            for question in self.questions
            if question.code not in answers and question.when.holds(answers)
        )

    def check(self, answers: Answers) -> None:
        """Check that every question that is asked has an answer, and no other.

        Raises:
            SituationOpenError: A question has no answer; it is told with its choices.
            SituationError: A question was not asked, or has no such choice.
        """
        by_code = self.by_code
        for code, choice in answers.items():
            question = by_code.get(code)
            if question is None or not question.when.holds(answers):
                raise SituationError(code, "not-asked")
            if not question.has(choice):
                raise SituationError(code, "no-such-choice")
        for question in self.open_under(answers):
            raise SituationOpenError(
                question.code,
                zh=question.zh,
                en=question.en,
                choices=tuple((item.code, item.zh, item.en) for item in question.choices),
            )


NO_QUESTIONS: Final = Situations()


def check_condition(condition: Condition, known: Mapping[str, Question], *, where: str) -> None:
    """Check that a condition rests on questions that there are.

    Raises:
        MalformedMatterError: It names an unknown question or choice.
    """
    for number, group in enumerate(condition.groups):
        place = f"when[{number}]" if len(condition.groups) > 1 else "when"
        for code, wanted in group:
            question = known.get(code)
            if question is None or not all(map(question.has, wanted)):
                raise MalformedMatterError(f"{where}: {place}: {code} is not asked before, or so")
