"""Clients and their tokens in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.access import CallerRole
from certs.clients import Client
from certs.errors import ClientClosedError
from certs.reach import Reach
from signing.sm2 import PublicKey
from storage.client_tables import client_editions, client_tokens, clients
from storage.database_errors import broken_rule
from storage.locks import hold
from storage.separation import insert_separated


class SqlClients:
    """Clients on one connection; the port is ``ClientBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, client: Client) -> None:
        """Keep a new one."""
        hold(self._connection, clients.name)
        if self.find(client.name) is not None:
            raise ClientClosedError("名称已被使用 · the name was given before")
        insert_separated(
            self._connection,
            insert(clients).values(
                name=client.name,
                person=client.person,
                role=client.role.value,
                registered_at=client.changed_at,
                registered_by=client.changed_by,
            ),
        )
        self._connection.execute(insert(client_editions).values(_edition(client, 1)))

    def change(self, client: Client) -> None:
        """Keep what is said of it now."""
        hold(self._connection, clients.name)
        last = select(func.max(client_editions.c.number)).where(
            client_editions.c.client == client.name
        )
        number = self._connection.execute(last).scalar_one()
        try:
            self._connection.execute(insert(client_editions).values(_edition(client, number + 1)))
        except IntegrityError as error:
            if broken_rule(error) != "client_editions_closed":
                raise
            raise ClientClosedError("接入系统已停用 · the client was stopped") from None

    def stop(self, name: str, *, at: datetime, by: str) -> bool:
        """Stop one, with its tokens."""
        self._connection.execute(delete(client_tokens).where(client_tokens.c.client == name))
        stopped = (
            update(clients)
            .where(clients.c.name == name, clients.c.stopped_at.is_(None))
            .values(stopped_at=at, stopped_by=by)
        )
        return self._connection.execute(stopped).rowcount == 1

    def find(self, name: str) -> Client | None:
        """Return one as it stands, or None."""
        row = self._connection.execute(_standing().where(clients.c.name == name)).mappings()
        found = row.one_or_none()
        return None if found is None else _client(found)

    def all(self) -> tuple[Client, ...]:
        """Return every one by name."""
        query = _standing().order_by(clients.c.name)
        return tuple(map(_client, self._connection.execute(query).mappings()))

    def add_token(self, digest: str, name: str, *, until: datetime) -> None:
        """Keep a client's token by its digest."""
        self._connection.execute(
            insert(client_tokens).values(digest=digest, client=name, expires_at=until)
        )

    def find_by_token(self, digest: str, *, at: datetime) -> Client | None:
        """Return whose token it is, if the token is good then."""
        query = (
            _standing()
            .join(client_tokens, client_tokens.c.client == clients.c.name)
            .where(client_tokens.c.digest == digest, client_tokens.c.expires_at > at)
        )
        found = self._connection.execute(query).mappings().one_or_none()
        return None if found is None else _client(found)

    def forget_tokens(self, before: datetime) -> int:
        """Remove tokens that ended before a moment."""
        ended = delete(client_tokens).where(client_tokens.c.expires_at < before)
        return self._connection.execute(ended).rowcount


def _standing() -> Select[Any]:
    """Return each client with the last edition of it."""
    newer = client_editions.alias("newer")
    last = (
        select(func.max(newer.c.number)).where(newer.c.client == clients.c.name).scalar_subquery()
    )
    return (
        select(clients, client_editions)
        .join_from(clients, client_editions, client_editions.c.client == clients.c.name)
        .where(client_editions.c.number == last)
    )


def _edition(client: Client, number: int) -> dict[str, object]:
    return {
        "client": client.name,
        "number": number,
        "public_key": client.key.point.hex(),
        "key_ends_at": client.key_ends_at,
        "connection": client.connection or None,
        "license_types": " ".join(sorted(client.rights.license_types)),
        "matters": " ".join(sorted(client.rights.matters)),
        "ends_at": client.ends_at,
        "changed_at": client.changed_at,
        "changed_by": client.changed_by,
    }


def _client(row: Mapping[Any, Any]) -> Client:
    return Client(
        name=row["name"],
        person=row["person"],
        role=CallerRole(row["role"]),
        key=PublicKey(bytes.fromhex(row["public_key"])),
        key_ends_at=row["key_ends_at"],
        connection=row["connection"] or "",
        rights=Reach(
            license_types=frozenset(row["license_types"].split()),
            matters=frozenset(row["matters"].split()),
        ),
        ends_at=row["ends_at"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
        stopped_at=row["stopped_at"],
    )
