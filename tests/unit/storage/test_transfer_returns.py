"""Returned outcomes in memory and in both databases, and against SQL past the program."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from storage.database import connect
from storage.outcomes import SqlOutcomes
from storage.transfer_return_tables import returned_outcomes, sent_returns
from storage.transfer_returns import SqlReturns
from storage.transfers import SqlTransfers
from tests.databases import NewDatabase
from tests.doubles.acceptance import NOON
from tests.doubles.acceptance_memory import MemoryCases, MemoryTransfers
from tests.doubles.transfer_returns import MemoryReturns
from tests.unit.storage.test_outcomes import DECIDED, OTHER, fill, outcome
from tests.unit.storage.test_transfers import CAME, SENT
from verify.case_errors import RecordRefusedError
from verify.outcomes.records import OutcomeKind
from verify.transfers.records import TransferBook
from verify.transfers.returns import (
    DueReturn,
    KeptReturn,
    ReturnBook,
    ReturnedOutcome,
    SentReturn,
)

LATER = NOON + timedelta(minutes=1)
BACK = SentReturn(
    partner="610300", number=CAME.number, digest="c" * 64, encoded=b"{}", made_at=NOON
)
TOLD = KeptReturn(
    outcome=ReturnedOutcome(
        number=SENT.number, kind=OutcomeKind.REJECT, note="样例", decided_at=NOON
    ),
    digest="d" * 64,
    encoded=b"{}",
    receipt=b"[]",
    received_at=LATER,
)
Opened = Callable[[], AbstractContextManager[ReturnBook]]


def hand_over(book: TransferBook) -> None:
    """What was sent, what came, and the settled and the open case that were opened for it."""
    book.add_sent(SENT)
    for number, case in (("B", OTHER), ("C", DECIDED), ("D", None)):
        came = replace(CAME, number=number * 26)
        book.add_received(came)
        if case is not None:
            book.add_opening(came.partner, came.number, case.id)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "memory":
        cases = MemoryCases()
        fill(cases)
        cases.settled[OTHER.id] = (outcome(OTHER), None)
        hand_over(MemoryTransfers(cases))

        @contextmanager
        def in_memory() -> Iterator[ReturnBook]:
            yield MemoryReturns(cases)

        yield in_memory
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    with engine.begin() as connection:
        fill(SqlCases(connection))
        SqlOutcomes(connection).add(outcome(OTHER), None)
        hand_over(SqlTransfers(connection))

    @contextmanager
    def in_database() -> Iterator[ReturnBook]:
        with engine.begin() as connection:
            yield SqlReturns(connection)

    yield in_database
    engine.dispose()


def test_settled_case_is_due_until_its_message_is_on_record(opened: Opened) -> None:
    with opened() as book:
        assert book.due(9) == (DueReturn(partner="610300", number=CAME.number, case_id=OTHER.id),)
        assert book.due(0) == ()
        book.add_sent(BACK)
        assert book.due(9) == ()


def test_what_is_sent_waits_until_it_is_confirmed(opened: Opened) -> None:
    with opened() as book:
        assert book.silent_partners() == ()
        book.add_sent(BACK)
        assert book.silent_partners() == ("610300",)
        assert book.unconfirmed("610300", 9) == (BACK,)
        assert book.unconfirmed("340100", 9) == book.unconfirmed("610300", 0) == ()
        book.confirm("610300", BACK.number, b"{}", received_at=LATER)
        book.confirm("610300", BACK.number, b"[]", received_at=NOON)

        assert (book.silent_partners(), book.unconfirmed("610300", 9)) == ((), ())


@pytest.mark.parametrize("number", ["C", "D", "E"], ids=["open case", "no case", "nothing"])
def test_what_is_not_settled_is_not_told(opened: Opened, number: str) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_sent(replace(BACK, number=number * 26))


def test_case_is_told_of_once_and_what_was_not_told_is_not_confirmed(opened: Opened) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.confirm("610300", BACK.number, b"{}", received_at=LATER)
    with opened() as book:
        book.add_sent(BACK)
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_sent(replace(BACK, digest="e" * 64))


def test_what_we_are_told_is_kept_once_and_only_of_what_we_handed_over(opened: Opened) -> None:
    with opened() as book:
        assert book.kept(SENT.number) is None
        book.add_kept(TOLD)
        assert book.kept(SENT.number) == TOLD
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_kept(replace(TOLD, digest="e" * 64))
    stranger = replace(TOLD, outcome=replace(TOLD.outcome, number="Z" * 26))
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_kept(stranger)


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(SqlCases(connection))
        SqlOutcomes(connection).add(outcome(OTHER), None)
        book = SqlTransfers(connection)
        hand_over(book)
        book.add_sent(replace(SENT, number="F" * 26, case_id=DECIDED.id))
        SqlReturns(connection).add_sent(BACK)
        SqlReturns(connection).confirm("610300", BACK.number, b"{}", received_at=LATER)
        SqlReturns(connection).add_kept(TOLD)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.mark.parametrize("table", ["sent_returns", "return_receipts", "returned_outcomes"])
def test_what_was_told_stays_on_record(connection: Connection, table: str) -> None:
    with pytest.raises(IntegrityError, match=f"{table}_append_only"):
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"license": "L"}, "license_has_number"),
        ({"license": "L", "license_number": "1"}, "license_of_approved"),
        ({"note": " "}, "rejection_has_reason"),
        ({"outcome": "perhaps"}, "outcome_known"),
        ({"digest": ""}, "digest_whole"),
    ],
)
def test_outcome_that_contradicts_itself_is_refused(
    connection: Connection, change: dict[str, str], rule: str
) -> None:
    row = {
        "number": "F" * 26,
        "outcome": "reject",
        "license": "",
        "license_number": "",
        "note": "样例",
        "decided_at": NOON,
        "digest": "d" * 64,
        "encoded": b"{}",
        "receipt": b"{}",
        "received_at": NOON,
    }
    with pytest.raises(IntegrityError, match=rule):
        connection.execute(insert(returned_outcomes).values(row | change))


def test_case_that_is_open_is_not_told_of_past_the_program(connection: Connection) -> None:
    row = {
        "partner": "610300",
        "number": "C" * 26,
        "digest": "c" * 64,
        "encoded": b"{}",
        "made_at": NOON,
    }
    with pytest.raises(IntegrityError, match="sent_returns_settled"):
        connection.execute(insert(sent_returns).values(row))
