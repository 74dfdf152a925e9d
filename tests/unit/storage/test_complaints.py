"""Complaints in both databases: a breach is what the record shows, and nothing is changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from storage.case_receipts import SqlCaseReceipts
from storage.complaints import SqlComplaints
from tests.doubles.acceptance import NOON
from tests.unit.storage.test_case_receipts import FIRST, connection
from verify.case_errors import RecordRefusedError
from verify.complaints.records import AnswerResult, Complaint, ComplaintAnswer, Shown

__all__ = ["connection"]

RAISED = Complaint(
    number="C" * 26,
    case_id=FIRST.case_id,
    receipt=FIRST.number,
    material="form",
    shown=Shown.OWN,
    lookup=None,
    raised_at=NOON,
    due_on=date(2026, 3, 23),
)
ANSWER = ComplaintAnswer(
    result=AnswerResult.REJECTED, note="样例", operator="I001", answered_at=NOON
)


_TALKED_AWAY = (
    "INSERT INTO complaints SELECT 'DDDDDDDDDDDDDDDDDDDDDDDDDD', case_id, receipt,"
    " receipt_version, 'sketch', 'obtained', is_breach, NULL, NULL, NULL, raised_at,"
    " due_on FROM complaints"
)


@pytest.fixture
def book(connection: Connection) -> SqlComplaints:
    SqlCaseReceipts(connection).add(FIRST)
    book = SqlComplaints(connection)
    book.add(RAISED)
    connection.commit()
    return book


def test_complaint_is_answered_once(book: SqlComplaints) -> None:
    book.answer(RAISED.number, ANSWER)

    assert book.find(RAISED.number) == replace(RAISED, answer=ANSWER)
    assert book.newest(5) == book.of_case(RAISED.case_id)
    with pytest.raises(RecordRefusedError):
        book.answer(RAISED.number, ANSWER)


def test_same_material_is_complained_of_once(book: SqlComplaints) -> None:
    with pytest.raises(RecordRefusedError):
        book.add(replace(RAISED, number="D" * 26))


def test_delivery_waits_until_it_is_due(book: SqlComplaints) -> None:
    later = NOON + timedelta(hours=1)

    (post,) = book.take(5, now=NOON, until=later)

    assert (post.complaint, post.attempts) == (RAISED, 0)
    assert book.take(5, now=NOON, until=later) == ()
    book.postpone(RAISED.number, until=NOON)
    assert [item.attempts for item in book.take(5, now=NOON, until=later)] == [1]
    book.delivered([RAISED.number])
    assert book.take(5, now=later, until=later) == ()


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE complaints SET shown = 'own'", "complaints_append_only"),
        ("DELETE FROM complaints", "complaints_append_only"),
        (
            _TALKED_AWAY,
            "breach_as_shown",
        ),
    ],
)
def test_what_was_shown_cannot_be_talked_away(
    book: SqlComplaints, connection: Connection, statement: str, rule: str
) -> None:
    assert book.find(RAISED.number) is not None
    with pytest.raises(IntegrityError, match=rule):
        connection.execute(text(statement))
