"""Nonces of signed requests in the database, which every worker of an instance shares."""

from datetime import datetime
from typing import Self

from sqlalchemy import Column, Connection, Engine, delete, select, tuple_

from storage.client_tables import client_nonces
from storage.dialects import insert_of
from storage.request_nonce_tables import request_nonces


class SqlRequestNonces:
    """Nonces in transactions of their own.

    What was used stays used, whatever becomes of the request: a nonce that came back with a
    transaction that failed could be used twice.
    """

    def __init__(self, engine: Engine, signer: Column[str] = request_nonces.c.region) -> None:
        """Use the table whose column ``signer`` says who signed."""
        self._engine = engine
        self._table = signer.table
        self._signer = signer

    @classmethod
    def of_clients(cls, engine: Engine) -> Self:
        """Return those of clients, which nobody takes for regions'."""
        return cls(engine, client_nonces.c.client)

    def use(self, signer: str, nonce: str, *, until: datetime, now: datetime) -> bool:
        """Use a nonce up; see ``verify.ports.NonceStore``."""
        row = {self._signer.name: signer, "nonce": nonce, "until": until}
        with self._engine.begin() as connection:
            added = connection.execute(
                insert_of(connection, self._table)
                .values(row)
                .on_conflict_do_nothing()
                .returning(self._table.c.nonce)
            )
            if added.first() is None:
                return False
            self._forget(connection, now)
        return True

    def _forget(self, connection: Connection, now: datetime) -> None:
        """Delete what is too old to be accepted again, so that the table stays small.

        What another worker is deleting just now is left to it: waiting could end in a deadlock.
        """
        nonce, until = self._table.c.nonce, self._table.c.until
        key = tuple_(self._signer, nonce)
        old = select(self._signer, nonce).where(until < now).with_for_update(skip_locked=True)
        connection.execute(delete(self._table).where(key.in_(old)))
