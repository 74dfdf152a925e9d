"""Nonces of signed requests in the database, which every worker of an instance shares."""

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert
from sqlalchemy.exc import IntegrityError

from storage.request_nonce_tables import request_nonces


class SqlRequestNonces:
    """Nonces in transactions of their own.

    What was used stays used, whatever becomes of the request: a nonce that came back with a
    transaction that failed could be used twice.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def use(self, region: str, nonce: str, *, until: datetime, now: datetime) -> bool:
        """Use a nonce up; see ``verify.ports.NonceStore``."""
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(request_nonces).values(region=region, nonce=nonce, until=until)
                )
                _forget(connection, now)
        except IntegrityError:
            return False
        return True


def _forget(connection: Connection, now: datetime) -> None:
    """Delete what is too old to be accepted again, so that the table stays small."""
    connection.execute(delete(request_nonces).where(request_nonces.c.until < now))
