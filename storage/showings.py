"""Display codes and the usage log in the database."""

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from certs.display_codes import DisplayGrant
from certs.ledger.entries import LedgerName
from certs.ledger.using import used
from certs.marks import marks_text, parse_marks
from certs.usages import Usage
from storage.grant_tables import grants
from storage.ledger import SqlLedger
from storage.license_tables import display_codes, usages
from storage.locks import hold

_SALT_BYTES: Final = 16


class SqlDisplayCodes:
    """One-time codes on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, digest: str, grant: DisplayGrant) -> None:
        """Store a code's grant."""
        self._connection.execute(
            insert(display_codes).values(
                digest=digest,
                identifier=grant.identifier,
                purpose=grant.purpose,
                fields=list(grant.fields),
                created_at=grant.created_at,
                expires_at=grant.expires_at,
                delegation=grant.delegation or None,
            )
        )

    def consume(self, digest: str, *, at: datetime, by: str) -> DisplayGrant | None:
        """Use the code up in one statement, so that of many readers one wins."""
        row = (
            self._connection.execute(
                update(display_codes)
                .where(
                    display_codes.c.digest == digest,
                    display_codes.c.used_at.is_(None),
                    display_codes.c.expires_at > at,
                )
                .values(used_at=at, used_by=by)
                .returning(display_codes)
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            return None
        return DisplayGrant(
            identifier=row["identifier"],
            purpose=row["purpose"],
            fields=tuple(row["fields"]),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            delegation=row["delegation"] or "",
        )


class SqlUsages:
    """The usage log on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *uses: Usage) -> None:
        """Append uses, and note them for the ledger."""
        if not uses:
            return
        salted = [(usage, secrets.token_hex(_SALT_BYTES)) for usage in uses]
        entries = [(usage.identifier, used(usage, salt=salt)) for usage, salt in salted]
        SqlLedger(self._connection).note(LedgerName.AUDIT, entries)
        self._connection.execute(insert(usages), [_row(usage, salt) for usage, salt in salted])

    def count(self, identifier: str, *, user: str, basis: str, since: datetime) -> int:
        """Return how often somebody used a license on one basis since a moment.

        Whoever counts the same waits until this unit ends, so that a limit holds.
        """
        hold(self._connection, f"{usages.name}:{identifier}:{user}:{basis}")
        query = select(func.count()).where(
            usages.c.identifier == identifier,
            usages.c.user == user,
            usages.c.basis == basis,
            usages.c.at >= since,
        )
        return self._connection.execute(query).scalar_one()

    def count_of_grant(self, grant_id: str) -> int:
        """Return how often a grant was used, and what passes it on; others wait meanwhile."""
        hold(self._connection, f"{usages.name}:{grant_id}")
        passed_on = select(grants.c.id).where(grants.c.parent == grant_id)
        query = select(func.count()).where(
            or_(usages.c.grant_id == grant_id, usages.c.grant_id.in_(passed_on))
        )
        return self._connection.execute(query).scalar_one()

    def of_license(self, identifier: str) -> tuple[Usage, ...]:
        """Return the uses of a license, newest first."""
        query = (
            select(usages).where(usages.c.identifier == identifier).order_by(usages.c.row.desc())
        )
        return tuple(map(usage_of, self._connection.execute(query).mappings()))


def _row(usage: Usage, salt: str) -> dict[str, object]:
    return {
        "identifier": usage.identifier,
        "at": usage.at,
        "user": usage.user,
        "basis": usage.basis,
        "purpose": usage.purpose,
        "fields": list(usage.fields),
        "salt": salt,
        "matter": usage.matter or None,
        "case_id": usage.case_id or None,
        "grant_id": usage.grant_id or None,
        "on_behalf_of": usage.on_behalf_of or None,
        "marks": marks_text(usage.marks) or None,
    }


def usage_of(row: RowMapping) -> Usage:
    """Return the use that a row of the log holds."""
    return Usage(
        identifier=row["identifier"],
        at=row["at"],
        user=row["user"],
        basis=row["basis"],
        purpose=row["purpose"],
        fields=tuple(row["fields"]),
        matter=row["matter"] or "",
        case_id=row["case_id"] or "",
        grant_id=row["grant_id"] or "",
        on_behalf_of=row["on_behalf_of"] or "",
        marks=parse_marks(row["marks"] or ""),
    )
