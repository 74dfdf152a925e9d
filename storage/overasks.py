"""Refused over-asking in the database."""

import json
from datetime import date

from sqlalchemy import Connection, RowMapping, func, insert, select

from certs.civil_dates import day_of
from certs.marks import marks_text, parse_marks
from certs.overasks import KeptOverAsk, OverAsk, OverAskCount
from storage.day_numbers import day_number, numbered_day
from storage.overask_tables import overasks


class SqlOverAsks:
    """The refusals on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refusal: OverAsk) -> None:
        """Append one refusal."""
        self._connection.execute(
            insert(overasks).values(
                at=refusal.at,
                day=day_number(day_of(refusal.at)),
                user=refusal.user,
                department=refusal.department,
                matter=refusal.matter,
                type_code=refusal.type_code,
                case_id=refusal.case_id,
                fields=json.dumps(refusal.fields),
                region=refusal.region,
                marks=marks_text(refusal.marks),
            )
        )

    def counts(self, first: date, last: date) -> tuple[OverAskCount, ...]:
        """Return the refusals of days, both counted in, by department, matter and day."""
        group = (overasks.c.department, overasks.c.matter, overasks.c.day)
        query = (
            select(*group, func.count().label("refusals"))
            .where(overasks.c.day.between(day_number(first), day_number(last)))
            .group_by(*group)
            .order_by(overasks.c.day, overasks.c.department, overasks.c.matter)
        )
        return tuple(
            OverAskCount(
                department=row.department,
                matter=row.matter,
                day=numbered_day(row.day),
                refusals=row.refusals,
            )
            for row in self._connection.execute(query)
        )

    def between(
        self, first: date, last: date, *, type_code: str = "", after: int = 0, limit: int
    ) -> tuple[KeptOverAsk, ...]:
        """Return refusals of days, both counted in, in the order in which they were kept."""
        query = (
            select(overasks)
            .where(
                overasks.c.day.between(day_number(first), day_number(last)), overasks.c.row > after
            )
            .order_by(overasks.c.row)
            .limit(limit)
        )
        if type_code:
            query = query.where(overasks.c.type_code == type_code)
        return tuple(map(_from_row, self._connection.execute(query).mappings()))


def _from_row(row: RowMapping) -> KeptOverAsk:
    refusal = OverAsk(
        at=row["at"],
        user=row["user"],
        department=row["department"],
        matter=row["matter"],
        type_code=row["type_code"],
        case_id=row["case_id"],
        fields=tuple(json.loads(row["fields"])),
        region=row["region"],
        marks=parse_marks(row["marks"]),
    )
    return KeptOverAsk(number=row["row"], refusal=refusal)
