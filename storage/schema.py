"""The database schema: every table, and the migrations that make it."""

from pathlib import Path
from typing import Final

from sqlalchemy import Engine, MetaData, text
from sqlalchemy.exc import DatabaseError

from storage import (
    acceptance_tables,
    access_tables,
    correction_tables,
    license_tables,
    notice_tables,
    receipt_tables,
    request_nonce_tables,
    seal_tables,
    status_list_tables,
)
from storage.errors import SchemaError
from storage.tables import metadata

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_DIGITS: Final = 4
TABLE_MODULES: Final = (
    acceptance_tables,
    access_tables,
    correction_tables,
    license_tables,
    notice_tables,
    receipt_tables,
    request_nonce_tables,
    seal_tables,
    status_list_tables,
)
"""Importing them fills the metadata."""


def all_tables() -> MetaData:
    """Return the metadata with every table in it."""
    return metadata


def upgrade(engine: Engine) -> None:
    """Bring the database to this version; migrations only add."""
    # Alembic takes long to load, and a service that starts only compares a number.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newest_version() -> str:
    """Return the revision that this program needs: the last of the numbered migrations."""
    return max(path.name[:_DIGITS] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def check_version(engine: Engine) -> None:
    """Refuse a database of another version.

    Raises:
        SchemaError: It must be upgraded first, or is newer than this program.
    """
    needed, present = newest_version(), _present_version(engine)
    if present != needed:
        raise SchemaError(f"the database is at {present}, this program needs {needed}")


def _present_version(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            return connection.execute(text("select version_num from alembic_version")).scalar()
    except DatabaseError:
        return None  # nothing was ever made in it
