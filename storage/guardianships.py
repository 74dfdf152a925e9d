"""Guardianships in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, select
from sqlalchemy.exc import IntegrityError

from certs.errors import GuardianshipRefusedError
from certs.guardianships import GuardianBasis, Guardianship
from storage.guardianship_tables import (
    guardianship_confirmations,
    guardianship_ends,
    guardianships,
)
from storage.locks import hold


class SqlGuardianships:
    """Guardianships on one connection; the port is ``GuardianshipBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def propose(self, guardianship: Guardianship) -> None:
        """Keep one that waits for a second person."""
        self._connection.execute(
            insert(guardianships).values(
                number=guardianship.number,
                child_key=guardianship.child_key,
                child_shown=guardianship.child_shown,
                guardian_key=guardianship.guardian_key,
                guardian_shown=guardianship.guardian_shown,
                basis=guardianship.basis.value,
                reference=guardianship.reference,
                until=guardianship.until,
                proposed_at=guardianship.proposed_at,
                proposed_by=guardianship.proposed_by,
            )
        )

    def confirm(self, number: str, *, at: datetime, by: str) -> None:
        """Keep that a second person confirmed one."""
        kept = insert(guardianship_confirmations).values(
            number=number, confirmed_at=at, confirmed_by=by
        )
        try:
            self._connection.execute(kept)
        except IntegrityError:
            raise GuardianshipRefusedError(
                "须由提出人以外的人确认，且未确认、未终止"
                " · another person confirms what waits, and once"
            ) from None

    def end(self, number: str, *, at: datetime, by: str) -> bool:
        """End one, confirmed or not."""
        hold(self._connection, guardianships.name)
        found = self.find(number)
        if found is None or found.ended_at is not None:
            return False
        self._connection.execute(
            insert(guardianship_ends).values(number=number, ended_at=at, ended_by=by)
        )
        return True

    def find(self, number: str) -> Guardianship | None:
        """Return one, or None."""
        found = self._found(guardianships.c.number == number)
        return found[0] if found else None

    def of_guardian(self, key: str) -> tuple[Guardianship, ...]:
        """Return those of a guardian, oldest first."""
        return self._found(guardianships.c.guardian_key == key)

    def of_child(self, key: str) -> tuple[Guardianship, ...]:
        """Return those of a child, oldest first."""
        return self._found(guardianships.c.child_key == key)

    def waiting(self, limit: int) -> tuple[Guardianship, ...]:
        """Return what waits for a second person, oldest first."""
        is_waiting = guardianship_confirmations.c.confirmed_at.is_(
            None
        ) & guardianship_ends.c.ended_at.is_(None)
        return self._found(is_waiting, limit)

    def _found(self, where: ColumnElement[bool], limit: int = 200) -> tuple[Guardianship, ...]:
        query = _all().where(where).order_by(guardianships.c.proposed_at).limit(limit)
        return tuple(map(_guardianship, self._connection.execute(query).mappings()))


def _all() -> Select[Any]:
    return (
        select(
            guardianships,
            guardianship_confirmations.c.confirmed_at,
            guardianship_confirmations.c.confirmed_by,
            guardianship_ends.c.ended_at,
        )
        .join(
            guardianship_confirmations,
            guardianship_confirmations.c.number == guardianships.c.number,
            isouter=True,
        )
        .join(guardianship_ends, guardianship_ends.c.number == guardianships.c.number, isouter=True)
    )


def _guardianship(row: Mapping[Any, Any]) -> Guardianship:
    return Guardianship(
        number=row["number"],
        child_key=row["child_key"],
        child_shown=row["child_shown"],
        guardian_key=row["guardian_key"],
        guardian_shown=row["guardian_shown"],
        basis=GuardianBasis(row["basis"]),
        reference=row["reference"],
        until=row["until"],
        proposed_at=row["proposed_at"],
        proposed_by=row["proposed_by"],
        confirmed_at=row["confirmed_at"],
        confirmed_by=row["confirmed_by"] or "",
        ended_at=row["ended_at"],
    )
