"""Access tokens in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from certs.access import STAFF_ROLES, AccessGrant, CallerRole
from storage.access_tables import access_tokens
from storage.separation import insert_separated


class SqlAccess:
    """Access tokens on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, digest: str, grant: AccessGrant) -> None:
        """Store what stands behind a token."""
        insert_separated(
            self._connection,
            insert(access_tokens).values(
                digest=digest,
                person=grant.person,
                role=grant.role.value,
                holder_key=grant.holder_key,
                holder_shown=grant.holder_shown,
                actor_key=grant.actor_key,
                appointment=grant.appointment or None,
                expires_at=grant.expires_at,
            ),
        )

    def find(self, digest: str, *, at: datetime) -> AccessGrant | None:
        """Return the grant behind a token that is good at ``at``, or None."""
        row = (
            self._connection.execute(
                select(access_tokens).where(
                    access_tokens.c.digest == digest,
                    or_(access_tokens.c.expires_at.is_(None), access_tokens.c.expires_at > at),
                )
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            return None
        return grant_from_row(row)

    def remove(self, digest: str) -> None:
        """End a token."""
        self._connection.execute(delete(access_tokens).where(access_tokens.c.digest == digest))

    def of_staff(self, *, at: datetime) -> tuple[AccessGrant, ...]:
        """Return what stands behind the tokens of people who work here, by person."""
        query = (
            select(access_tokens)
            .where(
                access_tokens.c.role.in_(STAFF_ROLES),
                or_(access_tokens.c.expires_at.is_(None), access_tokens.c.expires_at > at),
            )
            .order_by(access_tokens.c.person, access_tokens.c.role)
        )
        return tuple(map(grant_from_row, self._connection.execute(query).mappings()))

    def remove_all(self, person: str, role: CallerRole) -> int:
        """End a person's tokens in a role."""
        theirs = delete(access_tokens).where(
            access_tokens.c.person == person, access_tokens.c.role == role.value
        )
        return self._connection.execute(theirs).rowcount

    def forget(self, before: datetime) -> int:
        """Remove tokens that ended before a moment."""
        ended = delete(access_tokens).where(access_tokens.c.expires_at < before)
        return self._connection.execute(ended).rowcount


def grant_from_row(row: Mapping[Any, Any]) -> AccessGrant:
    """Return what stands behind a token, from its row."""
    return AccessGrant(
        person=row["person"],
        role=CallerRole(row["role"]),
        holder_key=row["holder_key"],
        holder_shown=row["holder_shown"],
        actor_key=row["actor_key"],
        appointment=row["appointment"] or "",
        expires_at=row["expires_at"],
    )
