"""A notice tells what is asked for, what depends on further answers, and what to answer next."""

import pytest

from tests.unit.verify.test_situations import MATTER
from verify.case_errors import SituationError
from verify.matters.notices import Notice


@pytest.mark.parametrize(
    ("answers", "asked_for", "depending", "questions"),
    [
        ({}, ["form"], ["lease", "consent", "deed"], ["rented"]),
        ({"rented": "yes"}, ["form", "lease"], ["consent"], ["shared"]),
        ({"rented": "yes", "shared": "no"}, ["form", "lease"], [], []),
        ({"rented": "yes", "shared": "yes"}, ["form", "lease", "consent"], [], []),
        ({"rented": "no"}, ["form", "deed"], [], []),
    ],
)
def test_a_notice_gets_more_definite_with_every_answer(
    answers: dict[str, str], asked_for: list[str], depending: list[str], questions: list[str]
) -> None:
    notice = Notice.of(MATTER, answers)

    assert [item.code for item in notice.asked_for] == asked_for
    assert [item.code for item in notice.depending] == depending
    assert [item.code for item in notice.open_questions] == questions


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"rented": "maybe"}, "no-such-choice"),
        ({"shared": "yes"}, "not-asked"),
        ({"rented": "no", "color": "red"}, "not-asked"),
    ],
)
def test_an_answer_to_nothing_is_refused(answers: dict[str, str], why: str) -> None:
    with pytest.raises(SituationError) as refused:
        Notice.of(MATTER, answers)
    assert refused.value.why == why
