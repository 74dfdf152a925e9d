"""Marks of licenses (标记) in the database."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select, update

from certs.licenses import License
from certs.mark_keeping import FoundMarks, SecretChange
from storage.day_numbers import maybe_number
from storage.license_tables import MARKS_UNKNOWN, licenses
from storage.licenses import license_from
from storage.mark_tables import secret_marks


class SqlMarks:
    """The marks on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def change(self, change: SecretChange, *, held: frozenset[str]) -> None:
        """Keep what a holder did, and which fields are marked now."""
        self._connection.execute(
            insert(secret_marks).values(
                identifier=change.identifier,
                field=change.field,
                is_marked=change.is_marked,
                at=change.at,
                actor=change.actor,
            )
        )
        self._connection.execute(
            update(licenses)
            .where(licenses.c.identifier == change.identifier)
            .values(held_secrets=json.dumps(sorted(held)))
        )

    def changes(self, identifier: str) -> tuple[SecretChange, ...]:
        """Return what the holder did to a license, oldest first."""
        query = select(secret_marks).where(secret_marks.c.identifier == identifier)
        return tuple(
            SecretChange(
                identifier=row["identifier"],
                field=row["field"],
                is_marked=row["is_marked"],
                at=row["at"],
                actor=row["actor"],
            )
            for row in self._connection.execute(query.order_by(secret_marks.c.row)).mappings()
        )

    def licenses(self, identifiers: Sequence[str]) -> tuple[License, ...]:
        """Return those of the licenses that are kept here, all at once."""
        query = select(licenses).where(licenses.c.identifier.in_(identifiers))
        return tuple(map(license_from, self._connection.execute(query).mappings()))

    def unknown(self, limit: int, *, after: str = "") -> tuple[License, ...]:
        """Return licenses whose marks nobody looked for, from behind ``after``, oldest first."""
        query = select(licenses).where(MARKS_UNKNOWN).order_by(licenses.c.row).limit(limit)
        if after:
            row = select(licenses.c.row).where(licenses.c.identifier == after).scalar_subquery()
            query = query.where(licenses.c.row > row)
        return tuple(map(license_from, self._connection.execute(query).mappings()))

    def count_unknown(self, *, at_most: int | None = None) -> int:
        """Return how many there are; counting ends at ``at_most``."""
        found = select(licenses.c.row).where(MARKS_UNKNOWN).limit(at_most).subquery()
        return self._connection.execute(select(func.count()).select_from(found)).scalar_one()

    def learn(self, found: Sequence[FoundMarks]) -> None:
        """Keep what records say; what holders marked stays."""
        for item in found:
            self._connection.execute(
                update(licenses)
                .where(licenses.c.identifier == item.identifier)
                .values(
                    child_until=maybe_number(item.child_until),
                    type_secrets=json.dumps(sorted(item.type_secrets)),
                    has_marks_known=True,
                )
            )
