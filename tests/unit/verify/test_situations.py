"""Questions settle which materials a matter asks for; nothing is left open and nothing guessed."""

import pytest

from verify.errors import MalformedMatterError, SituationError
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, MaterialSource
from verify.matters.situations import Choice, Condition, Question, Situations

YES_NO = tuple(Choice(code=code, zh=code, en=code) for code in ("yes", "no"))
RENTED = Question(code="rented", zh="租赁？", en="Rented?", choices=YES_NO)
SHARED = Question(
    code="shared",
    zh="合租？",
    en="Shared?",
    choices=YES_NO,
    when=Condition(choices=(("rented", frozenset({"yes"})),)),
)
ROOMS = Situations(questions=(RENTED, SHARED))


def material(code: str, *when: tuple[str, str]) -> Material:
    return Material(
        code=code,
        name_zh="样例",
        name_en="Sample",
        source=MaterialSource.SELF,
        when=Condition(choices=tuple((name, frozenset({choice})) for name, choice in when)),
    )


MATTER = Matter(
    code="rooms",
    version=1,
    name_zh="样例",
    name_en="Sample",
    situations=ROOMS,
    materials=(
        material("form"),
        material("lease", ("rented", "yes")),
        material("consent", ("rented", "yes"), ("shared", "yes")),
        material("deed", ("rented", "no")),
    ),
)


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({"rented": "no"}, ["form", "deed"]),
        ({"rented": "yes", "shared": "no"}, ["form", "lease"]),
        ({"rented": "yes", "shared": "yes"}, ["form", "lease", "consent"]),
    ],
)
def test_answers_settle_the_list_of_materials(answers: dict[str, str], codes: list[str]) -> None:
    assert [item.code for item in MATTER.asked_for(answers)] == codes


@pytest.mark.parametrize(
    ("answers", "question", "why"),
    [
        ({}, "rented", "open"),
        ({"rented": "yes"}, "shared", "open"),
        ({"rented": "maybe"}, "rented", "no-such-choice"),
        ({"rented": "no", "shared": "yes"}, "shared", "not-asked"),
        ({"rented": "no", "color": "red"}, "color", "not-asked"),
    ],
)
def test_a_situation_that_is_not_settled_is_refused_by_its_question(
    answers: dict[str, str], question: str, why: str
) -> None:
    with pytest.raises(SituationError) as refused:
        MATTER.asked_for(answers)
    assert (refused.value.question, refused.value.why) == (question, why)


def test_questions_come_one_after_the_other() -> None:
    assert ROOMS.open_under({}) == (RENTED,)
    assert ROOMS.open_under({"rented": "yes"}) == (SHARED,)
    assert ROOMS.open_under({"rented": "no"}) == ()


def test_a_question_that_rests_on_a_later_one_cannot_be_defined() -> None:
    with pytest.raises(MalformedMatterError, match="rented"):
        Situations(questions=(SHARED, RENTED))


def test_a_question_with_one_choice_or_the_same_twice_cannot_be_defined() -> None:
    for choices in (YES_NO[:1], (YES_NO[0], YES_NO[0])):
        with pytest.raises(MalformedMatterError, match="two choices"):
            Question(code="q", zh="问", en="Q", choices=choices)


def test_a_material_that_rests_on_no_question_cannot_be_defined() -> None:
    with pytest.raises(MalformedMatterError, match="extra"):
        Matter(
            code="m",
            version=1,
            name_zh="样例",
            name_en="Sample",
            materials=(material("extra", ("color", "red")),),
        )
