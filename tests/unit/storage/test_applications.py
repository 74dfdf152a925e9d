"""Applications in memory and in both databases, and against SQL past the program."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from certs.holder_codes import HolderCode, HolderCodeType
from storage.acceptance import SqlCases
from storage.applications import SqlApplications
from storage.database import connect
from tests.databases import NewDatabase
from tests.doubles.acceptance import APPLICANT, NOON
from tests.doubles.acceptance_database import insert_raw
from tests.doubles.acceptance_memory import MemoryApplications, MemoryCases
from tests.unit.storage.test_outcomes import DECIDED, MATTER, OPEN, OTHER, case, fill
from verify.acceptance.ports import CaseRepository
from verify.case_errors import ApplicationNotFoundError, RecordRefusedError
from verify.one_things.records import Application, ApplicationBook

STRANGER = replace(
    case("F"),
    applicant=replace(
        APPLICANT,
        code=HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code="11610300MB9TXY014E"),
    ),
)
SECOND = replace(case("G"), operator="second")
WHOLE = Application(
    id="T" + "A" * 20,
    one_thing="sample",
    cases=(OPEN.id, DECIDED.id),
    operator="window",
    opened_at=NOON,
)
Opened = Callable[[], AbstractContextManager[ApplicationBook]]


def fill_all(cases: CaseRepository) -> None:
    fill(cases)
    cases.add(STRANGER, MATTER)
    cases.add(SECOND, MATTER)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "memory":
        cases = MemoryCases()
        fill_all(cases)

        @contextmanager
        def in_memory() -> Iterator[ApplicationBook]:
            yield MemoryApplications(cases)

        yield in_memory
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    with engine.begin() as connection:
        fill_all(SqlCases(connection))

    @contextmanager
    def in_database() -> Iterator[ApplicationBook]:
        with engine.begin() as connection:
            yield SqlApplications(connection)

    yield in_database
    engine.dispose()


def test_application_comes_back_with_its_cases_in_their_order(opened: Opened) -> None:
    with opened() as book:
        book.add(WHOLE)

        assert book.get(WHOLE.id) == WHOLE
        with pytest.raises(ApplicationNotFoundError):
            book.get("T" + "Z" * 20)


@pytest.mark.parametrize(
    "refused",
    [
        replace(WHOLE, cases=(OPEN.id, STRANGER.id)),
        replace(WHOLE, cases=(OPEN.id, SECOND.id)),
        replace(WHOLE, cases=(OPEN.id, "C" + "Z" * 20)),
        replace(WHOLE, operator="chief", cases=(OPEN.id,)),
    ],
    ids=["another applicant", "another operator", "no such case", "no window"],
)
def test_application_that_is_not_one_is_refused(opened: Opened, refused: Application) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add(refused)


def test_case_belongs_to_one_application(opened: Opened) -> None:
    with opened() as book:
        book.add(WHOLE)
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add(replace(WHOLE, id="T" + "B" * 20, cases=(OTHER.id, OPEN.id)))


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill_all(SqlCases(connection))
        SqlApplications(connection).add(WHOLE)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.mark.parametrize(
    ("rule", "case_id", "operator", "position"),
    [
        ("application_cases_one_applicant", STRANGER.id, "window", 3),
        ("(?i)foreign key", SECOND.id, "second", 3),
        ("(?i)foreign key", SECOND.id, "window", 3),
        ("position_positive", OTHER.id, "window", 0),
    ],
)
def test_sql_past_the_program_is_refused(
    connection: Connection, rule: str, case_id: str, operator: str, position: int
) -> None:
    row = {"application": WHOLE.id, "position": position, "case_id": case_id, "operator": operator}
    with pytest.raises(IntegrityError, match=rule):
        insert_raw(connection, "application_cases", row)


@pytest.mark.parametrize("table", ["applications", "application_cases"])
def test_what_was_applied_for_stays(connection: Connection, table: str) -> None:
    with pytest.raises(IntegrityError, match=f"{table}_append_only"):
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables
