"""Triggers for rules that no constraint can state, written for SQLite and PostgreSQL.

They refuse with the dialect's integrity error, and with the rule's name in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import DDL, Connection, Table, event

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One statement that makes a trigger, or the function that it calls.

    Attributes:
        table: The table it watches.
        dialect: The dialect it is written in.
        statement: The statement; running it again on PostgreSQL is no error.
    """

    table: Table
    dialect: str
    statement: str


def append_only(table: Table) -> tuple[Trigger, ...]:
    """Return triggers that refuse to change, remove or replace a row of ``table``."""
    name = f"{table.name}_append_only"
    key = " AND ".join(f"{column.name} = NEW.{column.name}" for column in table.primary_key)
    return (
        _sqlite(table, f"{name}_update", "UPDATE", name),
        _sqlite(table, f"{name}_delete", "DELETE", name),
        # INSERT OR REPLACE removes the old row without asking the trigger on DELETE.
        _sqlite(
            table,
            f"{name}_replace",
            "INSERT",
            f"pk_{table.name}",
            when=f"EXISTS (SELECT 1 FROM {table.name} WHERE {key})",  # noqa: S608 - our own names
        ),
        *_postgresql(table, name, "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "TRUE"),
    )


def refuse_insert(  # noqa: PLR0913 - the parts of a rule
    table: Table,
    name: str,
    *,
    when: str,
    postgresql: str = "",
    locking: str = "",
    changed: str = "",
) -> tuple[Trigger, ...]:
    """Return triggers that refuse a new row of ``table`` while ``when`` holds.

    Two units of work of PostgreSQL do not see each other's rows before they end. So a rule about
    other rows first locks what those rows hang on; on SQLite one unit writes at a time.

    Args:
        table: The table.
        name: The rule's name.
        when: A condition on ``NEW`` in SQL that both dialects read alike; NULL is no.
        postgresql: The same in the words of PostgreSQL, where they do not read it alike.
        locking: A query of PostgreSQL, without its SELECT, that locks rows before ``when`` is
            asked.
        changed: Columns, with commas between them, that a row cannot get other values in either.
    """
    update = f"UPDATE OF {changed}"
    acts = f"INSERT OR {update}" if changed else "INSERT"
    return (
        _sqlite(table, name, "INSERT", name, when=when),
        *((_sqlite(table, f"{name}_update", update, name, when=when),) if changed else ()),
        *_postgresql(table, name, acts, "ROW", postgresql or when, locking=locking),
    )


def attach(triggers: Iterable[Trigger]) -> tuple[Trigger, ...]:
    """Make triggers come with their tables; return them for migrations to run."""
    made = tuple(triggers)
    for trigger in made:
        # The library leaves the constructor untyped.
        ddl = DDL(trigger.statement)  # type: ignore[no-untyped-call]
        event.listen(trigger.table, "after_create", ddl.execute_if(dialect=trigger.dialect))
    return made


def create_triggers(connection: Connection, triggers: Iterable[Trigger]) -> None:
    """Run the statements of the connection's dialect, in order."""
    for trigger in triggers:
        if trigger.dialect == connection.dialect.name:
            connection.exec_driver_sql(trigger.statement)


def _sqlite(table: Table, name: str, act: str, message: str, *, when: str = "1") -> Trigger:
    statement = (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table.name} WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    return Trigger(table=table, dialect=SQLITE, statement=statement)


def _postgresql(  # noqa: PLR0913 - the parts of a trigger
    table: Table, name: str, acts: str, each: str, when: str, *, locking: str = ""
) -> tuple[Trigger, ...]:
    lock = f" PERFORM {locking};" if locking else ""
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN{lock} IF {when} THEN RAISE EXCEPTION '{name}'"
        f" USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{name}';"
        " END IF; RETURN NEW; END $$"
    )
    trigger = (
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {acts} ON {table.name}"
        f" FOR EACH {each} EXECUTE FUNCTION {name}()"
    )
    return tuple(
        Trigger(table=table, dialect=POSTGRESQL, statement=statement)
        for statement in (function, trigger)
    )
