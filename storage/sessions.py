"""Sessions in the database."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from certs.sessions import Session
from storage.access import grant_from_row
from storage.access_tables import access_tokens
from storage.session_tables import sessions


class SqlSessions:
    """Sessions on one connection; the port is ``SessionBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        """Keep a new session."""
        self._connection.execute(
            insert(sessions).values(
                digest=session.digest,
                access=session.access,
                address=session.address,
                signed_in_at=session.signed_in_at,
                seen_at=session.seen_at,
                shown_at=session.shown_at,
            )
        )

    def find(self, digest: str) -> Session | None:
        """Return a session whose token is still there, or None."""
        query = (
            select(sessions, access_tokens)
            .join_from(sessions, access_tokens, sessions.c.access == access_tokens.c.digest)
            .where(sessions.c.digest == digest)
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        known = row._mapping  # noqa: SLF001 - the documented way to read columns
        return Session(
            digest=known[sessions.c.digest],
            grant=grant_from_row({column.name: known[column] for column in access_tokens.c}),
            access=known[sessions.c.access],
            address=known[sessions.c.address],
            signed_in_at=known[sessions.c.signed_in_at],
            seen_at=known[sessions.c.seen_at],
            shown_at=known[sessions.c.shown_at],
        )

    def touch(self, digest: str, at: datetime) -> None:
        """Keep when a session was used last; of two at once the later counts."""
        self._connection.execute(
            update(sessions)
            .where(sessions.c.digest == digest, sessions.c.seen_at < at)
            .values(seen_at=at)
        )

    def end(self, digest: str) -> None:
        """End a session."""
        self._connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def end_all(self, person: str) -> int:
        """End every session of a person."""
        tokens = select(access_tokens.c.digest).where(access_tokens.c.person == person)
        return self._connection.execute(
            delete(sessions).where(sessions.c.access.in_(tokens))
        ).rowcount

    def forget(self, before: datetime) -> int:
        """Remove sessions that were last used before a moment."""
        return self._connection.execute(
            delete(sessions).where(sessions.c.seen_at < before)
        ).rowcount
