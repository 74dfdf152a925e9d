"""The migrations make exactly the schema that the code describes."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from storage import schema
from storage.database import connect
from storage.errors import SchemaError


def test_a_migrated_database_has_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'db.sqlite3'}")

    schema.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, schema.all_tables()) == []


def test_a_migrated_database_has_the_checks_and_triggers_of_the_code(tmp_path: Path) -> None:
    migrated = connect(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    created = connect(f"sqlite:///{tmp_path / 'created.sqlite3'}")

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
    triggers = []
    for engine in (migrated, created):
        with engine.connect() as connection:
            found = connection.exec_driver_sql(
                "select name, sql from sqlite_master where type = 'trigger'"
            )
            triggers.append({(name, sql) for name, sql in found})
    assert triggers[0] == triggers[1]
    assert triggers[0]


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'db.sqlite3'}")

    schema.upgrade(engine)
    schema.upgrade(engine)

    schema.check_version(engine)


def test_an_empty_database_is_refused_with_both_versions_named(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'db.sqlite3'}")

    with pytest.raises(SchemaError, match=r"None.*0008"):
        schema.check_version(engine)


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
