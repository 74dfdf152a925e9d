"""The database of an instance: the one that its settings name, or the embedded one."""

from sqlalchemy import Engine

from api.homes import Home
from api.settings import Settings
from storage.database import connect


def open_database(home: Home, settings: Settings) -> Engine:
    """Return the engine of an instance; nothing is connected yet.

    Raises:
        AddressError: The address in the settings names none.
    """
    return connect(settings.database_url.get_secret_value() or home.database_url)
