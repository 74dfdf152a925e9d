"""Questions settle which materials a matter asks for; nothing is left open and nothing guessed."""

from dataclasses import replace

import pytest

from verify.case_errors import SituationError
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, MaterialSource
from verify.matters.notices import Notice
from verify.matters.situations import Choice, Condition, Group, Question, Situations

YES_NO = tuple(Choice(code=code, zh=code, en=code) for code in ("yes", "no"))
RENTED = Question(code="rented", zh="租赁？", en="Rented?", choices=YES_NO)
SHARED = Question(
    code="shared",
    zh="合租？",
    en="Shared?",
    choices=YES_NO,
    when=Condition.of((("rented", frozenset({"yes"})),)),
)
ROOMS = Situations(questions=(RENTED, SHARED))


def material(code: str, *when: tuple[str, str]) -> Material:
    return Material(
        code=code,
        name_zh="样例",
        name_en="Sample",
        source=MaterialSource.SELF,
        when=Condition.of(tuple((name, frozenset({choice})) for name, choice in when)),
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


# Groups of answers ---------------------------------------------------------------------------

EITHER = Condition.of((("rented", frozenset({"no"})),), (("shared", frozenset({"yes"})),))


@pytest.mark.parametrize(
    ("answers", "holds"),
    [
        ({"rented": "no"}, True),
        ({"rented": "yes", "shared": "yes"}, True),
        ({"rented": "yes", "shared": "no"}, False),
        ({}, False),
    ],
)
def test_one_group_is_enough(answers: dict[str, str], *, holds: bool) -> None:
    assert EITHER.holds(answers) is holds
    either = replace(material("plan"), when=EITHER)
    matter = replace(MATTER, materials=(*MATTER.materials, either))
    notice = Notice.of(matter, answers)
    assert (either in notice.asked_for) is holds
    assert (either in notice.depending) is (answers == {})


def test_a_condition_comes_back_as_it_is_written() -> None:
    assert EITHER.written() == [{"rented": ["no"]}, {"shared": ["yes"]}]
    assert Condition().written() == {}


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (((), (("rented", frozenset({"no"})),)), "names nothing"),
        ((), "1 to 20 groups"),
        (((("rented", frozenset({"no"})),),) * 2, "each group once"),
        (((("rented", frozenset[str]()),),), "without a choice"),
    ],
)
def test_groups_that_say_nothing_cannot_be_defined(groups: tuple[Group, ...], told: str) -> None:
    with pytest.raises(MalformedMatterError, match=told):
        Condition.of(*groups)
