"""Nonces of signed requests in the database, which every worker of an instance shares."""

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select, tuple_

from storage.dialects import insert_of
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
        row = {"region": region, "nonce": nonce, "until": until}
        with self._engine.begin() as connection:
            added = connection.execute(
                insert_of(connection, request_nonces)
                .values(row)
                .on_conflict_do_nothing()
                .returning(request_nonces.c.nonce)
            )
            if added.first() is None:
                return False
            _forget(connection, now)
        return True


def _forget(connection: Connection, now: datetime) -> None:
    """Delete what is too old to be accepted again, so that the table stays small.

    What another worker is deleting just now is left to it: waiting could end in a deadlock.
    """
    key = tuple_(request_nonces.c.region, request_nonces.c.nonce)
    old = (
        select(request_nonces.c.region, request_nonces.c.nonce)
        .where(request_nonces.c.until < now)
        .with_for_update(skip_locked=True)
    )
    connection.execute(delete(request_nonces).where(key.in_(old)))
