"""一件事: which matters it bundles, in which situations, and the questions it asks, each once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from certs.typed_tables import TypedTable, read_toml
from verify.case_errors import OneThingNotFoundError, SituationError, SituationOpenError
from verify.errors import MalformedMatterError
from verify.matters.catalogue import MatterCatalogue
from verify.matters.codes import check_code
from verify.matters.definitions import read_condition
from verify.matters.files import shipped_matters
from verify.matters.situations import ALWAYS, Answers, Condition, Question, check_condition

SCHEMA: Final = "yinxin.one-thing/1"
_SHIPPED: Final = Path(__file__).parents[1] / "shipped_one_things"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An answer that follows from one to the first matter.

    Attributes:
        question: The question of the first matter.
        choices: What a choice there means here.
    """

    question: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A matter of a 一件事.

    Attributes:
        matter: 事项编码.
        when: In which situations of the first matter it is part of it.
        is_optional: Whether the applicant has to ask for it.
        answers: Answers that are settled by the 一件事 itself.
        taken: Answers that follow from those to the first matter.
    """

    matter: str
    when: Condition = ALWAYS
    is_optional: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, Taken] = field(default_factory=dict)

    def known(self, answers: Answers) -> dict[str, str]:
        """Return the answers to its own questions that nobody has to give."""
        found = dict(self.answers)
        for code, taken in self.taken.items():
            choice = taken.choices.get(answers.get(taken.question, ""))
            if choice is not None:
                found[code] = choice
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class OneThing:
    """一件事: the first member is the one whose questions stand under their own codes.

    Questions of others are called ``matter.question``.
    """

    code: str
    name_zh: str
    name_en: str
    members: tuple[Member, ...]

    def situations(
        self, answers: Answers, wanted: frozenset[str], matters: MatterCatalogue
    ) -> dict[str, dict[str, str]]:
        """Return the matters that are applied for, each with its own situation.

        Args:
            answers: What the applicant said, by the names of questions here.
            wanted: Optional matters that the applicant asks for.
            matters: 事项清单.

        Raises:
            SituationOpenError: A question has no answer; its name here is told.
            SituationError: An answer is to no question, or a matter is wanted that is not offered.
        """
        first, *others = self.members
        given = _split(answers)
        found = {first.matter: {**given.pop("", {}), **first.answers}}
        asked = [(first.matter, "")]
        for member in others:
            is_offered = member.when.holds(found[first.matter])
            if is_offered and (not member.is_optional or member.matter in wanted):
                own = given.pop(member.matter, {})
                found[member.matter] = {**own, **member.known(found[first.matter])}
                asked.append((member.matter, f"{member.matter}."))
        for left in given:
            raise SituationError(left, "not-asked")
        for left in wanted - found.keys():
            raise SituationError(left, "not-asked")
        for matter, prefix in asked:
            _check(matters, matter, found[matter], prefix)
        return found


def _split(answers: Answers) -> dict[str, dict[str, str]]:
    """Return answers by matter; those of the first under an empty name."""
    found: dict[str, dict[str, str]] = {}
    for name, choice in answers.items():
        matter, _, question = name.rpartition(".")
        found.setdefault(matter, {})[question] = choice
    return found


def _check(matters: MatterCatalogue, code: str, answers: Answers, prefix: str) -> None:
    """Check a situation; errors name the question as it is called here."""
    try:
        matters.latest(code).situations.check(answers)
    except SituationOpenError as error:
        raise SituationOpenError(
            prefix + error.question, zh=error.zh, en=error.en, choices=error.choices
        ) from None
    except SituationError as error:
        raise SituationError(prefix + error.question, error.why) from None


@dataclass(frozen=True, slots=True)
class OneThingCatalogue:
    """一件事清单."""

    things: tuple[OneThing, ...]

    def find(self, code: str) -> OneThing:
        """Return one.

        Raises:
            OneThingNotFoundError: None has the code.
        """
        for thing in self.things:
            if thing.code == code:
                return thing
        raise OneThingNotFoundError(code)


@cache
def shipped_one_things() -> OneThingCatalogue:
    """Return those that come with the program: the first thirteen of 2024."""
    matters = shipped_matters()
    return OneThingCatalogue(
        tuple(load_one_thing(path, matters=matters) for path in sorted(_SHIPPED.glob("*.toml")))
    )


def load_one_thing(path: Path, *, matters: MatterCatalogue) -> OneThing:
    """Return the 一件事 that a file describes.

    Raises:
        MalformedMatterError: A key is unknown, missing or of the wrong kind, or names what there
            is not; the message names the file and the place.
        MatterNotFoundError: A matter is not at hand.
    """
    try:
        return _thing(read_toml(path, error=MalformedMatterError), matters)
    except MalformedMatterError as error:
        raise MalformedMatterError(f"{path.name}: {error}") from error


def _thing(table: TypedTable, matters: MatterCatalogue) -> OneThing:
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    thing = OneThing(
        code=table.take("code", str),
        name_zh=table.take("name_zh", str),
        name_en=table.take("name_en", str),
        members=tuple(map(_member, table.tables("members"))),
    )
    table.finish()
    check_code(thing.code)
    codes = [member.matter for member in thing.members]
    if len(set(codes)) != len(codes):
        raise MalformedMatterError("each matter stands once")
    first = matters.latest(codes[0]).situations.by_code
    for member in thing.members:
        check_condition(member.when, first, where=member.matter)
        _check_answers(member, first, matters.latest(member.matter).situations.by_code)
    return thing


def _check_answers(
    member: Member, first: Mapping[str, Question], own: Mapping[str, Question]
) -> None:
    """Check that every answer that nobody gives is one to a question that there is."""
    settled: list[tuple[str, tuple[str, ...]]] = [
        (code, (choice,)) for code, choice in member.answers.items()
    ]
    settled += [(code, tuple(taken.choices.values())) for code, taken in member.taken.items()]
    asked = [(taken.question, tuple(taken.choices)) for taken in member.taken.values()]
    for known, answers in ((own, settled), (first, asked)):
        for code, choices in answers:
            question = known.get(code)
            if question is None or not all(map(question.has, choices)):
                raise MalformedMatterError(f"{member.matter}: {code} is not asked, or not so")


def _member(table: TypedTable) -> Member:
    answers, taken = table.optional_table("answers"), table.optional_table("taken")
    member = Member(
        matter=table.take("matter", str),
        when=read_condition(table),
        is_optional=table.take("optional", bool, default=False),
        answers=_texts(answers) if answers is not None else {},
        taken={key: _taken(taken.table(key)) for key in taken.keys} if taken is not None else {},
    )
    table.finish()
    return member


def _taken(table: TypedTable) -> Taken:
    taken = Taken(question=table.take("question", str), choices=_texts(table.table("choices")))
    table.finish()
    return taken


def _texts(table: TypedTable) -> dict[str, str]:
    return {key: table.take(key, str) for key in table.keys}
