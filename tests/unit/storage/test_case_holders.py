"""Whose cases there are, in memory and in both databases."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from storage.case_holders import SqlCaseHolders
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.doubles.acceptance import APPLICANT, KEY_OF
from tests.doubles.acceptance_memory import MemoryCases
from tests.doubles.case_holders import MemoryCaseHolders
from tests.unit.storage.test_outcomes import DECIDED, OPEN, fill
from verify.acceptance.holder_cases import HolderCase, HolderCaseBook, index_cases

KEY = KEY_OF(APPLICANT.code)
Opened = Callable[[], AbstractContextManager[HolderCaseBook]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "memory":
        cases = MemoryCases()
        fill(cases)
        yield lambda: nullcontext(MemoryCaseHolders(cases))
        return
    engine = filled(request.getfixturevalue(f"new_{request.param}"))

    @contextmanager
    def in_database() -> Iterator[HolderCaseBook]:
        with engine.begin() as connection:
            yield SqlCaseHolders(connection)

    yield in_database
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = filled(request.getfixturevalue(f"new_{request.param}"))
    yield engine
    engine.dispose()


def filled(new: NewDatabase) -> Engine:
    engine = connect(new())
    with engine.begin() as connection:
        fill(SqlCases(connection))
    return engine


def test_cases_are_found_by_the_key_and_what_is_not_indexed_is_known(opened: Opened) -> None:
    with opened() as book:
        before = {case.id for case in book.unindexed(10)}
        book.add([HolderCase.of(OPEN, KEY_OF)])
    with opened() as book:
        assert before >= {OPEN.id, DECIDED.id}
        assert book.of_holder(KEY, 10) == (OPEN,)
        assert book.of_holder("0" * 64, 10) == ()
        assert book.is_of(KEY, OPEN.id)
        assert not book.is_of("0" * 64, OPEN.id)
        assert {case.id for case in book.unindexed(10)} == before - {OPEN.id}


def test_cases_of_earlier_releases_are_indexed_once_and_by_no_code(engine: Engine) -> None:
    work = partial(SqlUnitOfWork, engine)

    first, again = index_cases(work, KEY_OF), index_cases(work, KEY_OF)

    with engine.connect() as connection:
        kept = connection.execute(text("SELECT * FROM case_holders")).all()
    assert (first > 1, again) == (True, 0)
    assert len(kept) == first
    assert APPLICANT.code.code not in str(kept)


def test_nobody_gives_a_case_to_another_holder(engine: Engine) -> None:
    index_cases(partial(SqlUnitOfWork, engine), KEY_OF)

    for statement in (
        "UPDATE case_holders SET holder_key = replace(holder_key, '0', '1')",
        "DELETE FROM case_holders",
    ):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text(statement))
