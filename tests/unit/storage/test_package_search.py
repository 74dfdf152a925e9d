"""Packages found by holder, number, type and dates, in the databases and in memory."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, text

from certs.errors import PackageNotFoundError
from certs.packages.bag_info import PackageKind
from certs.packages.jobs import KeptPackage
from certs.packages.search import PackageListing, PackageQuery
from storage.archive_rows import package_row
from storage.archive_tables import archive_packages
from storage.package_search import statement_of
from tests.unit.storage.conftest import OpenUnit
from tests.unit.storage.test_archive import package
from tests.world import NOON

HOUR = timedelta(hours=1)
DAY = date(2026, 3, 1)
TYPE = "11100000MB9TXY0149001"


def kept(number: int) -> KeptPackage:
    kind = PackageKind.CASE if number % 5 == 0 else PackageKind.LICENSE
    return replace(package(number), kind=kind, archived_at=NOON + number * HOUR)


def listing(number: int) -> PackageListing:
    """Three holders, two types, and a day of issue that runs against the order of archiving."""
    return PackageListing(
        package_id=kept(number).package_id,
        holder_key=f"{number % 3:064x}",
        number_key=f"{number:064x}",
        type_code="" if number % 5 == 0 else TYPE[:-1] + str(number % 2),
        issued_on=DAY - timedelta(days=number // 2),
    )


@pytest.fixture
def filled(open_unit: OpenUnit) -> OpenUnit:
    with open_unit() as work:
        for number in range(1, 21):
            work.archive.take_in(kept(number))
            work.package_search.enlist(listing(number))
        work.archive.take_in(kept(21))
        work.commit()
    return open_unit


QUERIES = {
    "everything": (PackageQuery(), range(21, 0, -1)),
    "a holder": (PackageQuery(holder_key=f"{1:064x}"), (19, 16, 13, 10, 7, 4, 1)),
    "a number": (PackageQuery(number_key=f"{7:064x}"), (7,)),
    "a type": (PackageQuery(type_code=TYPE[:-1] + "0"), (18, 16, 14, 12, 8, 6, 4, 2)),
    "cases": (PackageQuery(kind=PackageKind.CASE), (20, 15, 10, 5)),
    "days of issue": (
        PackageQuery(issued_from=DAY - timedelta(days=3), issued_to=DAY - timedelta(days=2)),
        (5, 4, 7, 6),
    ),
    "issued since": (PackageQuery(issued_from=DAY - timedelta(days=1)), (1, 3, 2)),
    "archived": (
        PackageQuery(archived_from=NOON + 3 * HOUR, archived_to=NOON + 5 * HOUR),
        (5, 4, 3),
    ),
    "a type since a day": (
        PackageQuery(type_code=TYPE[:-1] + "1", issued_to=DAY - timedelta(days=8)),
        (17, 19),
    ),
    "a holder's cases": (
        PackageQuery(holder_key=f"{0:064x}", kind=PackageKind.CASE),
        (15,),
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_what_is_searched_for_is_found_in_pages_and_in_order(filled: OpenUnit, name: str) -> None:
    query, numbers = QUERIES[name]
    wanted = [kept(number).package_id for number in numbers]
    found: list[str] = []
    after: str | None = None
    with filled() as work:
        for _ in range(9):
            page = work.package_search.find(query, 3, after=after)
            found += [item.package_id for item in page]
            if len(page) < 3:
                break
            after = page[-1].package_id

    assert sorted(found) == sorted(wanted)
    if not query.is_by_issue:
        assert found == wanted


def test_answers_by_the_day_of_issue_begin_with_the_latest(filled: OpenUnit) -> None:
    with filled() as work:
        found = work.package_search.find(PackageQuery(issued_from=DAY - timedelta(days=2)), 9)

    assert [item.package_id for item in found] == [
        kept(number).package_id for number in (1, 3, 2, 5, 4)
    ]


def test_what_nobody_listed_is_told_and_a_cursor_must_be_one(filled: OpenUnit) -> None:
    with filled() as work:
        assert work.package_search.unlisted(9) == (kept(21),)
        with pytest.raises(PackageNotFoundError):
            work.package_search.find(PackageQuery(), 3, after="0" * 64)


# How the databases search ------------------------------------------------------------------------

MANY = 4_000
"""So many rows that PostgreSQL prefers an index wherever there is a fitting one."""


@pytest.fixture(scope="module")
def stocked(shared_engine: Engine) -> Iterator[Connection]:
    """A database with many packages, whose statistics are known to its planner."""
    rows = [
        package_row(replace(kept(number), subject=str(number)))
        | {
            "holder_key": f"{number // 2:064x}",
            "number_key": f"{number:064x}",
            "type_code": f"{TYPE[:-3]}{number % 97:03d}",
            "issued_on": DAY - timedelta(days=number % 2000),
        }
        for number in range(1, MANY)
    ]
    with shared_engine.connect() as connection:
        connection.execute(insert(archive_packages), rows)
        connection.execute(text("ANALYZE"))
        yield connection


@pytest.mark.parametrize(
    "query",
    [
        PackageQuery(),
        PackageQuery(holder_key=f"{5:064x}"),
        PackageQuery(number_key=f"{5:064x}"),
        PackageQuery(type_code=f"{TYPE[:-3]}005"),
        PackageQuery(kind=PackageKind.CASE),
        PackageQuery(issued_from=DAY - timedelta(days=9), issued_to=DAY - timedelta(days=3)),
        PackageQuery(archived_from=NOON, archived_to=NOON + 20 * HOUR),
        PackageQuery(type_code=f"{TYPE[:-3]}005", issued_from=DAY - timedelta(days=99)),
        PackageQuery(holder_key=f"{5:064x}", issued_from=DAY - timedelta(days=99)),
        PackageQuery(kind=PackageKind.CASE, issued_from=DAY - timedelta(days=99)),
    ],
)
def test_no_search_looks_at_every_row(stocked: Connection, query: PackageQuery) -> None:
    explain = "EXPLAIN QUERY PLAN " if stocked.dialect.name == "sqlite" else "EXPLAIN "

    def explained(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> Any:  # noqa: ANN401 - any DBAPI
        return explain + statement, parameters

    event.listen(stocked, "before_cursor_execute", explained, retval=True)
    try:
        cursor = stocked.execute(statement_of(query).limit(51)).cursor
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    finally:
        event.remove(stocked, "before_cursor_execute", explained)

    assert "ix_archive_packages_" in plan, plan
    assert not re.search(r"Seq Scan|SCAN archive_packages(?! USING INDEX)", plan), plan
