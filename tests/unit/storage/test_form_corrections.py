"""Corrections that forms raise, in both databases, and against SQL past the program."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, update
from sqlalchemy.exc import IntegrityError

from certs.corrections import CorrectionKind, CorrectionStep
from storage.case_correction_tables import form_corrections
from storage.case_corrections import SqlCaseCorrections
from tests.doubles.acceptance import BAOJI, IDENTIFIER, NOON, TYPE
from tests.doubles.acceptance_database import CASE, fill
from verify.acceptance.places import Place
from verify.case_corrections.records import CaseCorrection, Standing

RAISED = CaseCorrection(
    place=Place(case_id=CASE.id, material="valid", field="premises"),
    kind=CorrectionKind.WRONG,
    region=BAOJI,
    license=str(IDENTIFIER),
    type_code=str(TYPE),
    remark="申请表信息有误",
    raised_at=NOON,
    operator="window",
    proposed={"premises": "样例路9号"},
)
LATER = NOON + timedelta(minutes=1)


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin() as transaction:
        SqlCaseCorrections(connection).add(RAISED)
        yield connection
        transaction.rollback()


def test_correction_is_due_until_it_ends_and_keeps_no_values_once_it_is_delivered(
    connection: Connection,
) -> None:
    book = SqlCaseCorrections(connection)
    assert book.of_case(CASE.id) == (RAISED,)
    assert book.take(9, now=NOON, until=LATER) == (RAISED,)
    assert book.take(9, now=NOON, until=LATER) == ()

    standing = Standing(receipt="A" * 16, step=CorrectionStep.RAISED)
    book.note(RAISED.place, standing, until=None)

    (kept,) = book.of_case(CASE.id)
    assert kept == replace(
        RAISED, receipt="A" * 16, step=CorrectionStep.RAISED, attempts=1, proposed={}
    )
    assert book.take(9, now=LATER, until=LATER) == ()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"kind": "missing"}, "is_wrong"),
        ({"license": ""}, "is_wrong"),
        ({"step": "raised"}, "stands_where_it_is"),
        ({"receipt": "A" * 16, "step": "raised"}, "delivered_keeps_nothing"),
        ({"operator_role": "acceptance_approver"}, "(?i)operator_accepts|foreign key"),
        ({"material": "no-such"}, "(?i)foreign key"),
        ({"operator": "nobody"}, "(?i)foreign key"),
    ],
)
def test_correction_that_contradicts_itself_is_refused(
    connection: Connection, change: dict[str, str], rule: str
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        connection.execute(update(form_corrections).values(change))
