"""Refused over-asking in the database."""

import json
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, func, insert, select

from certs.civil_dates import day_of
from certs.overasks import OverAsk, OverAskCount
from storage.overask_tables import overasks

_FIRST_DAY: Final = date(1970, 1, 1)


class SqlOverAsks:
    """The refusals on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refusal: OverAsk) -> None:
        """Append one refusal."""
        self._connection.execute(
            insert(overasks).values(
                at=refusal.at,
                day=_number(day_of(refusal.at)),
                user=refusal.user,
                department=refusal.department,
                matter=refusal.matter,
                type_code=refusal.type_code,
                case_id=refusal.case_id,
                fields=json.dumps(refusal.fields),
            )
        )

    def counts(self, first: date, last: date) -> tuple[OverAskCount, ...]:
        """Return the refusals of days, both counted in, by department, matter and day."""
        group = (overasks.c.department, overasks.c.matter, overasks.c.day)
        query = (
            select(*group, func.count().label("refusals"))
            .where(overasks.c.day.between(_number(first), _number(last)))
            .group_by(*group)
            .order_by(overasks.c.day, overasks.c.department, overasks.c.matter)
        )
        return tuple(
            OverAskCount(
                department=row.department,
                matter=row.matter,
                day=_FIRST_DAY + timedelta(days=row.day),
                refusals=row.refusals,
            )
            for row in self._connection.execute(query)
        )


def _number(day: date) -> int:
    return (day - _FIRST_DAY).days
