"""Receipts of cases in both databases: each version names the one before, none is changed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from storage.case_receipts import SqlCaseReceipts
from storage.database import connect
from tests.databases import NewDatabase
from tests.doubles.acceptance import NOON
from tests.unit.storage.test_outcomes import DECIDED, OPEN, OTHER, fill
from verify.case_errors import RecordRefusedError
from verify.case_receipts.records import CaseReceipt

FIRST = CaseReceipt(
    case_id=DECIDED.id,
    version=1,
    number="A" * 26,
    former="",
    content="1" * 64,
    document="2" * 64,
    page="3" * 64,
    operator="window",
    issued_at=NOON,
)
SECOND = replace(FIRST, version=2, number="B" * 26, former=FIRST.number, content="4" * 64)


@pytest.fixture
def connection(new_database: NewDatabase) -> Iterator[Connection]:
    engine = connect(new_database())
    with engine.connect() as opened:
        fill(SqlCases(opened))
        opened.commit()
        yield opened
    engine.dispose()


def test_newest_version_names_the_former(connection: Connection) -> None:
    book = SqlCaseReceipts(connection)
    assert book.latest(DECIDED.id) is None

    book.add(FIRST)
    book.add(SECOND)

    assert book.latest(DECIDED.id) == SECOND
    assert book.of_case(DECIDED.id) == (FIRST, SECOND)
    assert book.numbered(FIRST.number) == FIRST
    assert book.numbered("Z" * 26) is None


@pytest.mark.parametrize(
    ("receipt", "rule"),
    [
        (replace(FIRST, case_id=OPEN.id), "case_receipts_all_decided"),
        (replace(SECOND, case_id=OTHER.id), "fk_case_receipts_former"),
        (replace(SECOND, former=""), "ck_case_receipts_version_follows"),
        (replace(SECOND, version=3), "fk_case_receipts_former"),
        (replace(SECOND, number=FIRST.number), "uq_case_receipts_number"),
        (replace(SECOND, operator="chief"), "fk_case_receipts_operator"),
    ],
)
def test_what_breaks_a_rule_is_refused(
    connection: Connection, receipt: CaseReceipt, rule: str
) -> None:
    book = SqlCaseReceipts(connection)
    book.add(FIRST)

    with pytest.raises(RecordRefusedError) as refused:
        book.add(receipt)

    # SQLite does not name foreign keys.
    assert rule.startswith("fk_") or refused.value.constraint == rule


@pytest.mark.parametrize(
    "statement", ["UPDATE case_receipts SET page = document", "DELETE FROM case_receipts"]
)
def test_receipts_stay_as_they_are(connection: Connection, statement: str) -> None:
    SqlCaseReceipts(connection).add(FIRST)

    with pytest.raises(IntegrityError, match="case_receipts_append_only"):
        connection.execute(text(statement))
