"""Receipts in the database."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from storage.receipt_tables import receipts
from storage.unit_of_work import SqlUnitOfWork
from tests import world
from verify.conclusions import Conclusion
from verify.errors import DuplicateReceiptError
from verify.receipts import ReceiptEntry

ENTRY = ReceiptEntry(
    number="MZXW6YTBOI4DSOJQGEZDGNBVGY",
    digest="a" * 64,
    issued_at=world.NOON,
    document="b" * 64,
    conclusion=Conclusion.FAILED,
    requester="W001",
    request_key="c" * 64,
)


@pytest.fixture
def open_unit(engine: Engine) -> partial[SqlUnitOfWork]:
    return partial(SqlUnitOfWork, engine)


def keep(open_unit: partial[SqlUnitOfWork], *entries: ReceiptEntry) -> None:
    with open_unit() as work:
        for entry in entries:
            work.receipts.add(entry)
        work.commit()


def test_a_receipt_is_found_by_its_number_and_by_the_request(
    open_unit: partial[SqlUnitOfWork],
) -> None:
    keep(open_unit, ENTRY)

    with open_unit() as work:
        assert work.receipts.find(ENTRY.number) == ENTRY
        assert work.receipts.of_request(ENTRY.request_key) == ENTRY
        assert work.receipts.find("A" * 26) is None
        assert work.receipts.of_request("") is None


def test_receipts_that_nobody_repeats_do_not_collide(open_unit: partial[SqlUnitOfWork]) -> None:
    keep(open_unit, *(replace(ENTRY, number=letter * 26, request_key="") for letter in "AB"))

    with open_unit() as work:
        assert work.receipts.find("A" * 26) is not None
        assert work.receipts.find("B" * 26) is not None


@pytest.mark.parametrize("changes", [{"request_key": "d" * 64}, {"number": "A" * 26}])
def test_neither_a_number_nor_a_request_leads_to_two(
    open_unit: partial[SqlUnitOfWork], changes: dict[str, str]
) -> None:
    keep(open_unit, ENTRY)

    with pytest.raises(DuplicateReceiptError):
        keep(open_unit, replace(ENTRY, **changes))  # type: ignore[arg-type]  # texts


def test_the_first_page_stays(open_unit: partial[SqlUnitOfWork]) -> None:
    keep(open_unit, ENTRY)

    for page in ("e" * 64, "f" * 64):
        with open_unit() as work:
            work.receipts.set_page(ENTRY.number, page)
            work.commit()

    with open_unit() as work:
        found = work.receipts.find(ENTRY.number)
    assert found == replace(ENTRY, page="e" * 64)


def test_a_conclusion_is_one_of_three(open_unit: partial[SqlUnitOfWork]) -> None:
    values = {
        "number": "A" * 26,
        "digest": "a" * 64,
        "issued_at": world.NOON,
        "document": "a" * 64,
        "conclusion": "fine",
        "requester": "",
    }
    with open_unit() as work, pytest.raises(IntegrityError):
        work.receipts._connection.execute(insert(receipts).values(values))
