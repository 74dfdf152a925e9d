"""Statements that SQL leaves to the dialects, alike in both of ours."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import POSTGRESQL

Upsert = postgresql.Insert | sqlite.Insert


def insert_of(connection: Connection, table: Table) -> Upsert:
    """Return an insertion that can say what to do with rows that are there already."""
    if connection.dialect.name == POSTGRESQL:
        return postgresql.insert(table)
    return sqlite.insert(table)
