"""What may be asked of a department, and what of its answers is believed."""

from datetime import timedelta
from typing import Any

import pytest

from tests import world
from tests.department_letters import HOUR, a_question
from verify.acceptance.places import Place
from verify.acceptance.ports import Reply
from verify.departments.questions import (
    MOST_REFERENCES,
    check_receipt,
    parse_poll,
    parse_question,
    parse_standing,
    poll_body,
    question_body,
    receipt_body,
)
from verify.errors import ShareError

CASE = "C" + "A" * 20
PLACE = Place(case_id=CASE, material="title")


def test_a_question_arrives_as_it_was_asked() -> None:
    question = parse_question(a_question(), now=world.NOON)

    assert question_body(question) == a_question()
    assert (question.case_id, question.material) == (CASE, "title")


@pytest.mark.parametrize(
    "changes",
    [
        {"case": "C1"},
        {"material": "a/b"},
        {"question_zh": "x" * 501},
        {"question_en": "\x07"},
        {"code_type": "000"},
        {"code": "11340200MB9TXY0140"},
        {"name": ""},
        {"asked_at": "2026-03-18"},
        {"asked_at": (world.NOON + HOUR).isoformat()},
        {"due_at": world.NOON.isoformat()},
        {"due_at": (world.NOON + timedelta(days=400)).isoformat()},
        {"sex": "f"},
    ],
)
def test_a_question_of_another_form_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ShareError):
        parse_question(a_question(**changes), now=world.NOON)


@pytest.mark.parametrize("body", [None, [], {}, {**a_question(), "name": 5}])
def test_what_is_no_question_is_refused(body: Any) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(ShareError):
        parse_question(body, now=world.NOON)


def test_a_receipt_is_for_its_question() -> None:
    check_receipt(receipt_body(PLACE), PLACE)

    with pytest.raises(ShareError):
        check_receipt(receipt_body(PLACE), Place(case_id=CASE, material="other"))


def test_a_poll_names_so_many_questions_and_no_more() -> None:
    places = tuple(Place(case_id=CASE, material=f"m{n}") for n in range(MOST_REFERENCES + 1))

    assert parse_poll(poll_body(places[1:])) == places[1:]
    others: tuple[Any, ...] = (poll_body(places), {"references": "x"}, {"references": [1]}, {}, [])
    for body in others:
        with pytest.raises(ShareError):
            parse_poll(body)


def test_an_answer_says_what_was_answered_and_nothing_else() -> None:
    standing = parse_standing({"answers": {str(PLACE): "denied"}, "unknown": []}, (PLACE,))

    assert standing.replies == {PLACE: Reply.DENIED}


@pytest.mark.parametrize(
    "body",
    [
        {"answers": {str(PLACE): "perhaps"}, "unknown": []},
        {"answers": {str(PLACE): "confirmed"}, "unknown": [], "name": "样本"},
        {"answers": [], "unknown": []},
        {"answers": {}, "unknown": {}},
        {"answers": {f"{CASE}/other": "confirmed"}, "unknown": []},
        {"answers": {}, "unknown": [f"{CASE}/other"]},
        {"answers": {}, "unknown": ["x"]},
        {"confirmed": True},
        None,
    ],
)
def test_an_answer_in_other_words_is_not_believed(body: Any) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(ShareError):
        parse_standing(body, (PLACE,))
