"""Whose cases there are, in the database; the port is ``HolderCaseBook``."""

from collections.abc import Sequence

from sqlalchemy import Connection, exists, insert, select

from storage.acceptance_rows import case_from_row
from storage.acceptance_tables import cases
from storage.case_holder_tables import case_holders
from verify.acceptance.holder_cases import HolderCase
from verify.acceptance.records import Case


class SqlCaseHolders:
    """The index on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entries: Sequence[HolderCase]) -> None:
        """Keep whose cases these are."""
        rows = [
            {"case_id": item.case_id, "holder_key": item.holder_key, "opened_at": item.opened_at}
            for item in entries
        ]
        if rows:
            self._connection.execute(insert(case_holders), rows)

    def of_holder(self, holder_key: str, limit: int) -> tuple[Case, ...]:
        """Return a holder's cases, the newest first."""
        query = (
            select(cases)
            .join(case_holders, case_holders.c.case_id == cases.c.id)
            .where(case_holders.c.holder_key == holder_key)
            .order_by(case_holders.c.opened_at.desc(), cases.c.id)
            .limit(limit)
        )
        return tuple(map(case_from_row, self._connection.execute(query).mappings()))

    def is_of(self, holder_key: str, case_id: str) -> bool:
        """Tell whether a case is a holder's."""
        query = select(case_holders.c.case_id).where(
            case_holders.c.case_id == case_id, case_holders.c.holder_key == holder_key
        )
        return self._connection.execute(query).first() is not None

    def unindexed(self, limit: int) -> tuple[Case, ...]:
        """Return cases of which it is not kept whose they are, the oldest first."""
        query = (
            select(cases)
            .where(~exists().where(case_holders.c.case_id == cases.c.id))
            .order_by(cases.c.opened_at, cases.c.id)
            .limit(limit)
        )
        return tuple(map(case_from_row, self._connection.execute(query).mappings()))
