"""The register of annotated copies in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select

from certs.copies import CopyStatement, KeptCopy
from certs.errors import CopyNotFoundError
from storage.copy_tables import annotated_copies, copy_revocations
from storage.locks import hold


class SqlCopies:
    """The register on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kept: KeptCopy) -> None:
        """Register a copy."""
        statement = kept.statement
        self._connection.execute(
            insert(annotated_copies).values(
                number=statement.number,
                identifier=kept.identifier,
                license_type=statement.license_type,
                recipient=statement.recipient,
                purpose=statement.purpose,
                issued_at=statement.issued_at,
                expires_at=statement.expires_at,
                digest=kept.digest,
                made_by=kept.made_by,
                grant_id=kept.grant_id or None,
                case_id=kept.case_id or None,
            )
        )

    def get(self, number: str) -> KeptCopy:
        """Return a copy, or raise CopyNotFoundError."""
        found = self._all(_query().where(annotated_copies.c.number == number))
        if not found:
            raise CopyNotFoundError(number)
        return found[0]

    def revoke(self, number: str, *, at: datetime, actor: str) -> None:
        """Revoke a copy; again is no error."""
        hold(self._connection, f"{annotated_copies.name}:{number}")
        if self.get(number).revoked_at is None:
            self._connection.execute(
                insert(copy_revocations).values(number=number, at=at, actor=actor)
            )

    def of_license(self, identifier: str) -> tuple[KeptCopy, ...]:
        """Return the copies of a license, newest first."""
        query = _query().where(annotated_copies.c.identifier == identifier)
        return self._all(query.order_by(annotated_copies.c.row.desc()))

    def _all(self, query: Select[Any]) -> tuple[KeptCopy, ...]:
        return tuple(map(_from_row, self._connection.execute(query).mappings()))


def _query() -> Select[Any]:
    joined = annotated_copies.outerjoin(
        copy_revocations, copy_revocations.c.number == annotated_copies.c.number
    )
    return select(annotated_copies, copy_revocations.c.at.label("revoked_at")).select_from(joined)


def _from_row(row: RowMapping) -> KeptCopy:
    return KeptCopy(
        statement=CopyStatement(
            number=row["number"],
            license_type=row["license_type"],
            recipient=row["recipient"],
            purpose=row["purpose"],
            issued_at=row["issued_at"],
            expires_at=row["expires_at"],
        ),
        identifier=row["identifier"],
        digest=row["digest"],
        made_by=row["made_by"],
        grant_id=row["grant_id"] or "",
        case_id=row["case_id"] or "",
        revoked_at=row["revoked_at"],
    )
