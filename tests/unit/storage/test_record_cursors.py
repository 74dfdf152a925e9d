"""Records of an outside database: read only, streamed, and never with its password."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import create_engine, text

from certs.errors import MalformedSheetError
from certs.regions import RegionCode
from certs.rows.opening import open_rows
from certs.rows.sources import RecordCursor
from certs.samples.food_business import food_business_rows
from storage.record_cursors import open_record_cursor, place_of, tells_password
from tests import desks
from tests.databases import PostgresqlDatabases
from tests.doubles.records import MemoryRecords

ROWS = food_business_rows(RegionCode("340200"), 2_500, seed=1)
NAMES = tuple(ROWS[0])
SELECT = f"SELECT {', '.join(NAMES)} FROM stock ORDER BY number"  # noqa: S608 - our own names
# The bytes decide, as they do on SQLite, and not the server's language.
ORDERED = f'{SELECT} COLLATE "C"'
OpenRecords: TypeAlias = Callable[[], AbstractContextManager[RecordCursor]]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("outside") / "stock.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE stock ({', '.join(NAMES)})")
        marks = ", ".join("?" * len(NAMES))
        connection.executemany(
            f"INSERT INTO stock VALUES ({marks})",  # noqa: S608 - marks only
            [tuple(row.values()) for row in ROWS],
        )
    connection.close()
    return path


@pytest.fixture(scope="module")
def server(postgresql_databases: PostgresqlDatabases) -> str:
    """A department's own database on PostgreSQL."""
    address = postgresql_databases.address(postgresql_databases.new())
    engine = create_engine(address)
    with engine.begin() as connection:
        columns = ", ".join(f"{name} text" for name in NAMES)
        connection.execute(text(f"CREATE TABLE stock ({columns})"))
        connection.execute(text("CREATE SEQUENCE stamps"))
        marks = ", ".join(f":{name}" for name in NAMES)
        statement = f"INSERT INTO stock VALUES ({marks})"  # noqa: S608 - marks only
        connection.execute(text(statement), [dict(row) for row in ROWS])
    engine.dispose()
    return address


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def open_records(request: pytest.FixtureRequest, database: Path) -> OpenRecords:
    if request.param == "sqlite":
        return partial(open_record_cursor, f"sqlite:///{database}", SELECT)
    if request.param == "postgresql":
        return partial(open_record_cursor, request.getfixturevalue("server"), ORDERED)
    ordered = sorted(ROWS, key=lambda row: row["number"])
    records = MemoryRecords(NAMES, [tuple(row.values()) for row in ordered])
    return lambda: nullcontext(records)


def test_records_come_under_their_columns_in_order(open_records: OpenRecords) -> None:
    with open_records() as cursor, open_rows(cursor, desks.food_business()) as table:
        headings = [column.heading for column in table.columns]
        results = list(table.results())

    assert headings == list(NAMES)
    assert [result.row for result in results] == [*range(1, len(ROWS) + 1)]
    assert [item.application.number for item in results if item.application] == sorted(
        row["number"] for row in ROWS
    )


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM stock",
        "SELECT 1; DELETE FROM stock",
        "PRAGMA query_only=OFF",
        "ATTACH 'x.db' AS x",
        "",
        ";",
    ],
)
def test_only_one_statement_that_reads_is_taken(database: Path, statement: str) -> None:
    with (
        pytest.raises(MalformedSheetError, match="one SELECT"),
        open_record_cursor(f"sqlite:///{database}", statement),
    ):
        pass


def test_writing_in_disguise_is_refused_by_the_database(database: Path) -> None:
    with (
        pytest.raises(MalformedSheetError, match="attempt to write a readonly database"),
        open_record_cursor(f"sqlite:///{database}", "WITH x AS (SELECT 1) DELETE FROM stock"),
    ):
        pass
    with open_record_cursor(f"sqlite:///{database}", "SELECT count(*) FROM stock") as cursor:
        assert list(cursor) == [(len(ROWS),)]


def test_writing_is_refused_by_the_server_too(server: str) -> None:
    with (
        pytest.raises(MalformedSheetError, match="must not contain data-modifying statements"),
        open_record_cursor(server, "WITH x AS (DELETE FROM stock RETURNING 1) SELECT * FROM x"),
    ):
        pass
    with (
        pytest.raises(MalformedSheetError, match="in a read-only transaction"),
        open_record_cursor(server, "SELECT nextval('stamps')"),
    ):
        pass
    with open_record_cursor(server, "SELECT count(*), 1 FROM stock") as cursor:
        assert list(cursor) == [(len(ROWS), 1)]
    with open_record_cursor(server, "SELECT is_called FROM stamps") as cursor:
        assert list(cursor) == [(False,)]


@pytest.mark.parametrize(
    ("url", "place", "tells"),
    [
        ("postgresql+psycopg://u:s3cret@db.example/stock", "postgresql://db.example/stock", True),
        ("postgresql://u@db.example/stock?password=s3cret", "postgresql://db.example/stock", True),
        ("postgresql://u@db.example/stock", "postgresql://db.example/stock", False),
        ("sqlite:///stock.db", "sqlite:///stock.db", False),
    ],
)
def test_a_place_is_told_without_its_password(url: str, place: str, *, tells: bool) -> None:
    assert (place_of(url), tells_password(url)) == (place, tells)


def test_statement_is_sent_as_it_stands(database: Path) -> None:
    statement = "SELECT '12:30' AS a, '50%' AS \"b%s\";"

    with open_record_cursor(f"sqlite:///{database}", statement) as cursor:
        assert (cursor.columns, list(cursor)) == (("a", "b%s"), [("12:30", "50%")])


def test_mistyped_name_makes_no_new_database(tmp_path: Path) -> None:
    with (
        pytest.raises(MalformedSheetError, match="cannot connect"),
        open_record_cursor(f"sqlite:///{tmp_path}/none.db", "SELECT 1"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_statement_that_the_database_refuses_is_named(database: Path) -> None:
    with (
        pytest.raises(MalformedSheetError, match="no such column: absent"),
        open_record_cursor(f"sqlite:///{database}", "SELECT absent FROM stock"),
    ):
        pass


def test_damage_on_the_way_is_told_without_values(database: Path) -> None:
    # Fails in the row whose number is the last, after all others have been handed out.
    last = max(row["number"] for row in ROWS)
    broken = f"abs(CASE number WHEN '{last}' THEN -9223372036854775808 ELSE 1 END)"
    statement = f"SELECT *, {broken} FROM stock"  # noqa: S608 - our own sample

    with (
        open_record_cursor(f"sqlite:///{database}", statement) as cursor,
        pytest.raises(MalformedSheetError, match="stopped answering") as caught,
    ):
        list(cursor)

    assert last not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:s3cret%2Fword@127.0.0.1:1/x",
        "postgresql+nodriver://u:s3cret%2Fword@127.0.0.1:1/x",
        "postgresql+psycopg://u@127.0.0.1:1/x?password=s3cret/word",
        "mysql://u:s3cret%2Fword@127.0.0.1:1/x",
        "nothing s3cret/word",
        "nodialect://u:s3cret/word@host/x",
    ],
)
def test_password_is_in_no_message(url: str) -> None:
    with pytest.raises(MalformedSheetError) as caught, open_record_cursor(url, "SELECT 1"):
        pass

    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
