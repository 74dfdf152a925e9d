"""Opens the register of seals for the command line, without any key."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from api.databases import open_database
from api.errors import SettingsError
from api.homes import Home
from api.settings import Settings
from storage import schema
from storage.unit_of_work import SqlUnitOfWork


@contextmanager
def open_register(root: Path) -> Iterator[partial[SqlUnitOfWork]]:
    """Connect the database of the region instance in ``root``.

    Raises:
        SettingsError: There is no region instance.
        SchemaError: The database is of another version.
    """
    settings = Settings.read(root)
    if settings.kind != "region":
        raise SettingsError(f"{root} 是信任根，不是地区实例 · a trust root, not a region")
    engine = open_database(Home(root), settings)
    try:
        schema.check_version(engine)
        yield partial(SqlUnitOfWork, engine)
    finally:
        engine.dispose()
