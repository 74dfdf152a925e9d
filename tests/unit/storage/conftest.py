"""A register in each database and one in memory; all pass the same tests."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

import pytest

from certs.ports import UnitOfWork
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.doubles.register import MemoryDatabase

OpenUnit: TypeAlias = Callable[[], UnitOfWork]


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def open_unit(request: pytest.FixtureRequest) -> Iterator[OpenUnit]:
    """Open units of work over one empty register."""
    if request.param == "memory":
        yield MemoryDatabase().unit_of_work
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    yield partial(SqlUnitOfWork, engine)
    engine.dispose()
