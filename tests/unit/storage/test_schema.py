"""The migrations make exactly the schema that the code describes, and keep what was stored."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, inspect, select, text

from storage import schema
from storage.database import SQLITE, connect
from storage.errors import SchemaError
from tests.databases import QUEUE_TABLES, PostgresqlDatabases
from tests.stored_rows import ROWS, rows_of

VERSIONS = sorted(
    path.name[:4] for path in (Path(schema.__file__).parent / "migrations/versions").glob("0*.py")
)
CATALOGUES = {
    "sqlite": ("select name, sql from sqlite_master where type = 'trigger'",),
    "postgresql": (
        "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
        "select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace",
        "select sequencename, data_type::text from pg_sequences",
    ),
}
NewEngine = Callable[[], Engine]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewEngine]:
    """Makes databases in which nothing was ever made."""
    engines: list[Engine] = []

    def make() -> Engine:
        address = f"sqlite:///{tmp_path / f'{len(engines)}.sqlite3'}"
        if request.param == "postgresql":
            server: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
            address = server.address(server.new(template="template0"))
        engines.append(connect(address))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name not in QUEUE_TABLES


def _check_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, schema.all_tables()) == []


def test_a_migrated_database_has_the_tables_of_the_code(new_engine: NewEngine) -> None:
    engine = new_engine()

    schema.upgrade(engine)

    _check_tables(engine)


def test_a_migrated_database_has_the_checks_and_triggers_of_the_code(
    new_engine: NewEngine,
) -> None:
    migrated, created = new_engine(), new_engine()

    schema.upgrade(migrated)
    schema.all_tables().create_all(created)

    for table in schema.all_tables().tables:
        checks = [
            {
                (item["name"], item["sqltext"])
                for item in inspect(engine).get_check_constraints(table)
            }
            for engine in (migrated, created)
        ]
        assert checks[0] == checks[1], table
    for query in CATALOGUES[migrated.dialect.name]:
        found = []
        for engine in (migrated, created):
            with engine.connect() as connection:
                found.append({(name, words) for name, words in connection.execute(text(query))})
        assert found[0] == found[1]
        assert found[0]


# From every version, with something in every table of it -----------------------------------------


def _tables(engine: Engine) -> dict[str, Table]:
    found = MetaData()
    found.reflect(engine)
    others = {"alembic_version", *QUEUE_TABLES}
    return {name: table for name, table in found.tables.items() if name not in others}


def _fill(engine: Engine, present: dict[str, Table]) -> None:
    """Store something in every table of an older version, as far as it had the columns."""
    with engine.begin() as connection:
        for table in schema.all_tables().sorted_tables:
            if table.name in present:
                columns = present[table.name].columns.keys()
                for whole in rows_of(table.name, columns):
                    row = {name: item for name, item in whole.items() if name in columns}
                    # Inline: an older table cannot give back a key that it did not have.
                    connection.execute(table.insert().inline().values(row))


def _stored(engine: Engine, tables: dict[str, Table]) -> dict[str, list[tuple[object, ...]]]:
    """Everything in these columns."""
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(*table.columns))]
            for name, table in tables.items()
        }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """SQLite files of every version, each made from the one before it."""
    path = tmp_path_factory.mktemp("versions") / "db.sqlite3"

    @cache
    def of(version: str) -> bytes:
        number = VERSIONS.index(version)
        path.write_bytes(of(VERSIONS[number - 1]) if number else b"")
        engine = connect(f"sqlite:///{path}")
        schema.upgrade(engine, version)
        engine.dispose()
        return path.read_bytes()

    return of


@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_older_version_stored_is_kept(
    new_engine: NewEngine, files: Callable[[str], bytes], version: str
) -> None:
    engine = new_engine()
    if engine.dialect.name == SQLITE:
        Path(str(engine.url.database)).write_bytes(files(version))
    else:
        schema.upgrade(engine, version)
    before = _tables(engine)
    _fill(engine, before)
    stored = _stored(engine, before)
    assert all(stored.values())

    schema.upgrade(engine)

    kept = _stored(engine, before)
    # Upgrades count what was there and nobody counted; what was counted stays as it was.
    assert {*stored.pop("tallies", [])} <= {*kept.pop("tallies", [])}
    assert kept == stored
    _check_tables(engine)
    schema.check_version(engine)


def test_every_table_has_a_row_to_be_kept() -> None:
    """A new table needs one in tests/stored_rows.py, or nobody knows that upgrades keep it."""
    assert ROWS.keys() == schema.all_tables().tables.keys()


# Versions -------------------------------------------------------------------------------------


def test_upgrading_twice_changes_nothing(new_engine: NewEngine) -> None:
    engine = new_engine()

    schema.upgrade(engine)
    schema.upgrade(engine)

    schema.check_version(engine)


def test_an_empty_database_is_refused_with_both_versions_and_what_to_do(
    new_engine: NewEngine,
) -> None:
    with pytest.raises(SchemaError, match=rf"None.*{VERSIONS[-1]}.*yinxin database upgrade"):
        schema.check_version(new_engine())


def test_a_database_of_another_encoding_is_refused(
    postgresql_databases: PostgresqlDatabases,
) -> None:
    name = postgresql_databases.new(template="template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    engine = connect(postgresql_databases.address(name))

    with pytest.raises(SchemaError, match="UTF8"):
        schema.upgrade(engine)
    engine.dispose()


def test_the_version_needed_is_the_head_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))

    assert schema.newest_version() == ScriptDirectory.from_config(config).get_current_head()


def test_what_an_older_release_recorded_for_later_is_still_to_come(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for number, effective in ((1, 5), (2, 9)):
            connection.exec_driver_sql(
                "INSERT INTO licenses (identifier, type_code, type_name, number, issuer_code,"
                " holder_key, holder_shown, valid_from, status, sealed_at, record_object,"
                " signature_object, pdf_object) VALUES (?, 't', 't', ?, 'i',"
                " 'h', 'x', '2026-01-01', 'revoked', 1, 'a', 'b', 'c')",
                (f"L{number}", f"N{number}"),
            )
            connection.exec_driver_sql(
                "INSERT INTO status_events (identifier, kind, effective_at, recorded_at, reason,"
                " decision_no, actor) VALUES (?, 'revoked', ?, 5, '', '', '')",
                (f"L{number}", effective),
            )

    schema.upgrade(engine)

    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT identifier, settles_at FROM licenses")
        assert {row.identifier: row.settles_at for row in found} == {"L1": None, "L2": 9}
    engine.dispose()
