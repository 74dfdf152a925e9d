"""The database schema: every table, and the migrations that make it."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData

from storage import (
    acceptance_tables,
    access_tables,
    license_tables,
    receipt_tables,
    request_nonce_tables,
    seal_tables,
    status_list_tables,
)
from storage.errors import SchemaError
from storage.tables import metadata

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
TABLE_MODULES: Final = (
    acceptance_tables,
    access_tables,
    license_tables,
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
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_version(engine: Engine) -> None:
    """Refuse a database of another version.

    Raises:
        SchemaError: It must be upgraded first, or is newer than this program.
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != head:
        raise SchemaError(f"the database is at {present}, this program needs {head}")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
