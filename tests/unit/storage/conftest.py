"""A register in the database and one in memory; both pass the same tests."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest

from certs.ports import UnitOfWork
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks
from tests.doubles.register import MemoryDatabase

OpenUnit: TypeAlias = Callable[[], UnitOfWork]


@pytest.fixture(params=["sql", "memory"])
def open_unit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenUnit]:
    """Open units of work over one empty register."""
    if request.param == "memory":
        yield MemoryDatabase().unit_of_work
        return
    engine = connect(desks.new_database(tmp_path / "db.sqlite3"))
    yield partial(SqlUnitOfWork, engine)
    engine.dispose()
