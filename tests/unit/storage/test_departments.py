"""Questions to departments in both databases: what is kept, and what the tables refuse."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from certs.regions import RegionCode
from storage.department_posts import SqlDepartmentPosts
from storage.department_questions import SqlDepartmentQuestions
from tests.department_letters import a_question
from tests.doubles.acceptance import NOON
from tests.doubles.acceptance_database import AT, CASE, Row, fill, insert_raw
from verify.acceptance.places import Place
from verify.acceptance.ports import Reply
from verify.case_errors import RecordRefusedError
from verify.departments.ports import HeardReply, PostedQuestion
from verify.departments.questions import GivenAnswer, KeptQuestion, parse_question, place_of

BAOJI = RegionCode("610300")
HOUR = timedelta(hours=1)
PLACE = Place(case_id=CASE.id, material="department-asked")
RECEIPT = "A" * 16


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction that is rolled back, so that the tests share one database."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.fixture
def book(connection: Connection) -> SqlDepartmentPosts:
    return SqlDepartmentPosts(connection)


def taken(book: SqlDepartmentPosts, at: datetime) -> dict[Place, PostedQuestion]:
    return {item.place: item for item in book.take(100, now=at, until=at + HOUR)}


def test_a_look_up_that_asks_a_department_puts_its_question_on_the_way(
    book: SqlDepartmentPosts,
) -> None:
    found = taken(book, NOON)

    assert found[PLACE] == PostedQuestion(
        place=PLACE, asked_at=NOON, due_at=NOON + timedelta(hours=24)
    )
    assert {place.material for place in found} > {"none-asked", "expired-asked"}


def test_what_was_taken_is_nobody_elses_until_it_is_due_again(book: SqlDepartmentPosts) -> None:
    taken(book, NOON)

    assert taken(book, NOON + HOUR - timedelta(seconds=1)) == {}
    assert taken(book, NOON + HOUR)[PLACE].attempts == 1


def test_a_question_that_nobody_waits_for_is_not_taken(book: SqlDepartmentPosts) -> None:
    book.postpone(PLACE, until=None)

    assert PLACE not in taken(book, NOON + 1000 * HOUR)
    assert PLACE not in {
        item.place for item in book.take_of_case(CASE.id, asked_before=NOON + HOUR, now=NOON + HOUR)
    }


def test_whoever_looks_at_a_case_asks_no_more_often_than_that(book: SqlDepartmentPosts) -> None:
    assert len(book.take_of_case(CASE.id, asked_before=NOON, now=NOON + HOUR)) > 1

    assert book.take_of_case(CASE.id, asked_before=NOON, now=NOON + HOUR) == ()
    assert book.take_of_case("C" + "B" * 20, asked_before=NOON + HOUR, now=NOON + HOUR) == ()


def test_what_became_of_a_question_is_noted(book: SqlDepartmentPosts) -> None:
    book.note_delivered(PLACE, region=BAOJI)
    book.note_reply(PLACE, Reply.DENIED, at=NOON + HOUR)

    heard = HeardReply(reply=Reply.DENIED, region=BAOJI, at=NOON + HOUR)
    assert book.replies(CASE.id) == {PLACE: heard}
    found = taken(book, NOON)[PLACE]
    assert (found.region, found.reply) == (BAOJI, Reply.DENIED)
    book.note_lost(PLACE)
    assert book.replies(CASE.id) == {}


POST: Row = {
    "case_id": CASE.id,
    "material": "department-denies",
    "way": "department_check",
    "number": 1,
    "result": "asked",
    "asked_at": AT,
    "due_at": AT - 24 * 3_600_000_000,
    "region": "610300",
    "attempts": 1,
    "tried_at": AT,
    "next_at": AT,
    "reply": "denied",
    "replied_at": AT,
}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("question_asked", {"result": "denied"}),
        ("question_asked", {"way": "data_check"}),
        ("attempts_counted", {"attempts": -1}),
        ("attempts_counted", {"tried_at": None}),
        ("attempts_counted", {"attempts": 0}),
        ("reply_known", {"reply": "perhaps"}),
        ("reply_whole", {"replied_at": None}),
        ("reply_from_somewhere", {"region": None}),
    ],
)
def test_a_post_that_contradicts_itself_is_refused(
    connection: Connection, rule: str, changes: Row
) -> None:
    connection.execute(text("DELETE FROM department_posts"))

    with pytest.raises(IntegrityError, match=f"ck_department_posts_{rule}"):
        insert_raw(connection, "department_posts", {**POST, **changes})


@pytest.mark.parametrize("changes", [{"due_at": AT}, {"number": 2}, {"material": "none"}])
def test_nothing_leaves_but_what_a_look_up_asks_with_its_clock(
    connection: Connection, changes: Row
) -> None:
    connection.execute(text("DELETE FROM department_posts"))
    insert_raw(connection, "department_posts", POST)
    connection.execute(text("DELETE FROM department_posts"))

    with pytest.raises(IntegrityError, match=r"(?i)foreign"):
        insert_raw(connection, "department_posts", {**POST, **changes})


# What departments have ---------------------------------------------------------------------------


@pytest.fixture
def box(connection: Connection) -> SqlDepartmentQuestions:
    box = SqlDepartmentQuestions(connection)
    box.add(kept())
    return box


def kept(receipt: str = RECEIPT) -> KeptQuestion:
    question = parse_question(a_question(), now=NOON + HOUR)
    return KeptQuestion(
        receipt=receipt,
        asker=BAOJI,
        place=place_of(question),
        department=question.department,
        question_zh=question.question_zh,
        question_en=question.question_en,
        applicant=question.applicant,
        asked_at=question.asked_at,
        due_at=question.due_at,
        received_at=NOON,
    )


def answer(reply: Reply, *, at: datetime = NOON) -> GivenAnswer:
    return GivenAnswer(reply=reply, person="I001", at=at)


def test_a_question_is_kept_as_it_came_with_its_answers(box: SqlDepartmentQuestions) -> None:
    assert box.get(RECEIPT) == kept()

    box.add_answer(RECEIPT, answer(Reply.DENIED))
    box.add_answer(RECEIPT, answer(Reply.CONFIRMED, at=NOON + HOUR))

    found = box.find(BAOJI, kept().place)
    assert found is not None
    assert [item.reply for item in found.answers] == [Reply.DENIED, Reply.CONFIRMED]
    assert box.replies(BAOJI, (kept().place,)) == {kept().place: Reply.CONFIRMED}
    assert box.replies(RegionCode("340200"), (kept().place,)) == {}
    assert box.newest(5, open_only=True) == ()


def test_one_question_is_kept_once(box: SqlDepartmentQuestions) -> None:
    with pytest.raises(RecordRefusedError, match="uq_department_questions_once"):
        box.add(kept("B" * 16))


def test_of_whom_it_was_goes_some_time_after_the_answer(box: SqlDepartmentQuestions) -> None:
    assert box.drop_applicants(answered_before=NOON + 9999 * HOUR) == 0
    box.add_answer(RECEIPT, answer(Reply.DENIED))

    assert box.drop_applicants(answered_before=NOON) == 0
    assert box.drop_applicants(answered_before=NOON + HOUR) == 1
    assert box.get(RECEIPT).applicant is None
    assert box.drop_applicants(answered_before=NOON + HOUR) == 0


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (
            "applicant_until_answered",
            "applicant_code_type = NULL, applicant_code = NULL, applicant_name = NULL",
        ),
        ("applicant_whole", "applicant_name = NULL"),
        ("asked_before_due", "due_at = asked_at"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(
    box: SqlDepartmentQuestions, connection: Connection, rule: str, change: str
) -> None:
    assert box.get(RECEIPT).applicant is not None

    with pytest.raises(IntegrityError, match=f"ck_department_questions_{rule}"):
        connection.execute(text(f"UPDATE department_questions SET {change}"))  # noqa: S608 - ours


@pytest.mark.parametrize(
    "act", ["UPDATE department_answers SET reply = 'confirmed'", "DELETE FROM department_answers"]
)
def test_an_answer_is_neither_changed_nor_removed(
    box: SqlDepartmentQuestions, connection: Connection, act: str
) -> None:
    box.add_answer(RECEIPT, answer(Reply.DENIED))

    with pytest.raises(IntegrityError, match="department_answers_append_only"):
        connection.execute(text(act))
