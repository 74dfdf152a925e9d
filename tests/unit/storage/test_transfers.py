"""Transfers of cases in memory and in both databases, and against SQL past the program."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from storage.database import connect
from storage.outcomes import SqlOutcomes
from storage.transfers import SqlTransfers
from tests.databases import NewDatabase
from tests.doubles.acceptance import NOON
from tests.doubles.acceptance_memory import MemoryCases, MemoryTransfers
from tests.unit.storage.test_outcomes import DECIDED, OPEN, OTHER, fill, outcome
from verify.case_errors import RecordRefusedError
from verify.transfers.records import ReceivedTransfer, SentTransfer, TransferBook

LATER = NOON + timedelta(minutes=1)
SENT = SentTransfer(
    number="A" * 26,
    case_id=OPEN.id,
    partner="610300",
    digest="a" * 64,
    encoded=b"{}",
    operator="window",
    made_at=NOON,
)
CAME = ReceivedTransfer(
    partner="610300",
    number="B" * 26,
    digest="b" * 64,
    encoded=b"{}",
    receipt=b"[]",
    received_at=NOON,
)
Opened = Callable[[], AbstractContextManager[TransferBook]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "memory":
        cases = MemoryCases()
        fill(cases)
        cases.settled[OTHER.id] = (outcome(OTHER), None)

        @contextmanager
        def in_memory() -> Iterator[TransferBook]:
            yield MemoryTransfers(cases)

        yield in_memory
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    with engine.begin() as connection:
        fill(SqlCases(connection))
        SqlOutcomes(connection).add(outcome(OTHER), None)

    @contextmanager
    def in_database() -> Iterator[TransferBook]:
        with engine.begin() as connection:
            yield SqlTransfers(connection)

    yield in_database
    engine.dispose()


def test_what_is_sent_waits_for_its_receipt_and_has_one(opened: Opened) -> None:
    with opened() as book:
        assert book.sent(OPEN.id) is None
        book.add_sent(SENT)
        assert book.sent(OPEN.id) == SENT
        book.add_receipt(SENT.number, b"{}", received_at=LATER)
        book.add_receipt(SENT.number, b"[]", received_at=NOON)

        assert book.sent(OPEN.id) == replace(SENT, received_at=LATER)


@pytest.mark.parametrize(
    "refused",
    [
        replace(SENT, case_id=OTHER.id),
        replace(SENT, case_id="C" + "Z" * 20),
        replace(SENT, operator="chief"),
    ],
    ids=["settled", "no case", "no window"],
)
def test_transfer_that_may_not_be_is_refused(opened: Opened, refused: SentTransfer) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_sent(refused)


def test_case_is_handed_over_once(opened: Opened) -> None:
    with opened() as book:
        book.add_sent(SENT)
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_sent(replace(SENT, number="Z" * 26))


def test_receipt_of_nothing_is_refused(opened: Opened) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_receipt("Z" * 26, b"{}", received_at=NOON)


def test_what_came_is_listed_newest_first_with_its_case(opened: Opened) -> None:
    newer = replace(CAME, number="C" * 26, received_at=LATER)
    with opened() as book:
        book.add_received(CAME)
        book.add_received(newer)
        book.add_opening("610300", CAME.number, DECIDED.id)

        assert book.inbox(9) == (newer, replace(CAME, case_id=DECIDED.id))
        assert book.inbox(1) == (newer,)
        assert book.received("610300", CAME.number) == replace(CAME, case_id=DECIDED.id)
        assert book.received("340100", CAME.number) is None


def test_number_comes_once_from_a_region(opened: Opened) -> None:
    with opened() as book:
        book.add_received(CAME)
        book.add_received(replace(CAME, partner="340100"))
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_received(replace(CAME, digest="c" * 64))


@pytest.mark.parametrize(
    ("number", "case"), [(CAME.number, OPEN.id), ("Z" * 26, OPEN.id), ("C" * 26, DECIDED.id)]
)
def test_transfer_is_opened_once_and_a_case_is_for_one(
    opened: Opened, number: str, case: str
) -> None:
    with opened() as book:
        book.add_received(CAME)
        book.add_received(replace(CAME, number="C" * 26))
        book.add_opening("610300", CAME.number, DECIDED.id)
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_opening("610300", number, case)


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(SqlCases(connection))
        book = SqlTransfers(connection)
        book.add_sent(replace(SENT, case_id=DECIDED.id))
        book.add_receipt(SENT.number, b"{}", received_at=NOON)
        book.add_received(CAME)
        book.add_opening("610300", CAME.number, OTHER.id)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def test_case_that_was_handed_over_has_no_outcome_here(connection: Connection) -> None:
    with pytest.raises(RecordRefusedError, match="case_outcomes_not_handed_over"):
        SqlOutcomes(connection).add(outcome(), None)


@pytest.mark.parametrize(
    "table", ["sent_transfers", "transfer_receipts", "received_transfers", "transfer_openings"]
)
def test_what_was_handed_over_stays_on_record(connection: Connection, table: str) -> None:
    with pytest.raises(IntegrityError, match=f"{table}_append_only"):
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables
