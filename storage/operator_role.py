"""The role of whoever writes cases past the program (受理系统的数据库账号), on PostgreSQL.

An acceptance system may share the database. Its account opens cases and records decisions under
the same constraints as everybody; it reads look-ups and never writes one, so it cannot make up
what was found. SQLite knows no accounts: there triggers stand alone.
"""

from typing import Final

from sqlalchemy import Connection, text

from storage.acceptance_tables import case_materials, cases, lookups
from storage.database import POSTGRESQL
from storage.decision_tables import material_decisions
from storage.errors import SchemaError
from storage.matter_tables import (
    exception_reasons,
    matter_conditions,
    matter_materials,
    matters,
    people_roles,
)

OPERATOR_ROLE: Final = "yinxin_operator"
"""A role without log-in; accounts are made members of it."""

_WRITTEN: Final = (cases, case_materials, material_decisions)
_READ: Final = (
    *_WRITTEN,
    lookups,
    matters,
    matter_materials,
    matter_conditions,
    exception_reasons,
    people_roles,
)


def grant_operator_role(connection: Connection) -> None:
    """Make the role, or bring its rights up to date; again is no error.

    Raises:
        SchemaError: The database is not PostgreSQL.
    """
    if connection.dialect.name != POSTGRESQL:
        raise SchemaError("SQLite 没有账号 · SQLite knows no accounts; triggers hold the rules")
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    if connection.execute(known, {"name": OPERATOR_ROLE}).scalar() is None:
        connection.execute(text(f"CREATE ROLE {OPERATOR_ROLE} NOLOGIN"))
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    for statement in _rights(schema):
        connection.execute(text(statement))
    for function in _trigger_functions(connection):
        # A trigger looks at rows, and locks them, that the account itself may not touch.
        connection.execute(
            text(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = {schema}, pg_temp")
        )


def _rights(schema: str) -> tuple[str, ...]:
    read = ", ".join(table.name for table in _READ)
    written = ", ".join(table.name for table in _WRITTEN)
    return (
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {OPERATOR_ROLE}",
        f"GRANT USAGE ON SCHEMA {schema} TO {OPERATOR_ROLE}",
        f"GRANT SELECT ON {read} TO {OPERATOR_ROLE}",
        f"GRANT INSERT ON {written} TO {OPERATOR_ROLE}",
    )


def _trigger_functions(connection: Connection) -> tuple[str, ...]:
    """Return the functions that are called when the role writes."""
    query = text(
        "SELECT DISTINCT t.tgfoid::regprocedure::text FROM pg_trigger t"
        " WHERE NOT t.tgisinternal AND t.tgrelid = ANY(CAST(:tables AS regclass[]))"
    )
    names = [table.name for table in _WRITTEN]
    return tuple(connection.execute(query, {"tables": names}).scalars())
