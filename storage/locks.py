"""Locks that make units of work wait for each other where the rows to lock do not exist yet.

On SQLite a unit of work holds the one write lock from its beginning, so nothing is left to do.
"""

from typing import Final

from sqlalchemy import Connection, text

from signing.algorithms import sm3
from storage.database import POSTGRESQL

_KEY_BYTES: Final = 8


def hold(connection: Connection, name: str) -> None:
    """Let no other unit of work hold ``name`` until this one ends; wait for one that does.

    Raises:
        DatabaseBusyError: It did not end in time.
    """
    if connection.dialect.name == POSTGRESQL:
        # An advisory lock is a number of 64 bits; two names that share one only wait in vain.
        key = int.from_bytes(sm3(name.encode())[:_KEY_BYTES], signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
