"""Tallies in the database: each fact is counted once, whatever stops the counting."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, select

from storage.dialects import insert_of
from storage.locks import hold
from storage.tally_cases import cases_behind
from storage.tally_tables import tallies, tally_facts
from verify.supervision.tallies import Fact, Grouping, Tally, Weeks

_KEYS: Final = ("week", "matter", "operator", "region", "what", "code")
_AT_ONCE: Final = 5_000
_GROUPS: Final = {
    Grouping.MATTER: "matter",
    Grouping.DEPARTMENT: "matter",
    Grouping.REGION: "region",
    Grouping.OPERATOR: "operator",
    Grouping.WEEK: "week",
}


class SqlTallies:
    """Tallies on one connection; the port is ``TallyBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_noted(self, most: int = _AT_ONCE) -> int:
        """Count facts that were noted; taking them away and counting them is one transaction.

        Facts are taken by their numbers, one by one: of two that are stored at the same time the
        one with the higher number may be there first.
        """
        hold(self._connection, tallies.name)
        chosen = select(tally_facts).order_by(tally_facts.c.number).limit(min(most, _AT_ONCE))
        facts = self._connection.execute(chosen).mappings().all()
        if not facts:
            return 0
        counts = Counter(tuple(fact[name] for name in _KEYS) for fact in facts)
        added = insert_of(self._connection, tallies)
        self._connection.execute(
            added.on_conflict_do_update(
                index_elements=list(_KEYS),
                set_={"number": tallies.c.number + added.excluded.number},
            ),
            [
                dict(zip(_KEYS, key, strict=True)) | {"number": number}
                for key, number in counts.items()
            ],
        )
        numbers = [fact["number"] for fact in facts]
        self._connection.execute(delete(tally_facts).where(tally_facts.c.number.in_(numbers)))
        return len(facts)

    def read(self, weeks: Weeks, by: Grouping | None = None) -> tuple[Tally, ...]:
        """Return the tallies of some weeks, with what is noted and not counted yet."""
        found: Counter[tuple[str, str, str]] = Counter()
        for query in _counted_and_noted(weeks, _GROUPS[by or Grouping.MATTER]):
            for group, what, code, number in self._connection.execute(query):
                found["" if by is None else str(group), what, code] += int(number)
        return tuple(
            Tally(group=group, fact=Fact(what), code=code, number=number)
            for (group, what, code), number in sorted(found.items())
        )

    def cases(
        self, weeks: Weeks, fact: Fact, code: str, *, after: str = "", limit: int = 100
    ) -> Sequence[str]:
        """Return the numbers of the cases behind a figure; a use (用证) has none."""
        behind = cases_behind(fact, code, weeks).subquery()
        query = (
            select(behind.c.case_id)
            .where(behind.c.case_id > after)
            .distinct()
            .order_by(behind.c.case_id)
            .limit(limit)
        )
        return tuple(self._connection.execute(query).scalars())


def _counted_and_noted(weeks: Weeks, name: str) -> tuple[Select[Any], Select[Any]]:
    """Return what is counted, and what is noted, each told apart by one column."""
    # As a sum the week is looked at row by row: SQLite would otherwise go by it and then sort.
    counted = (tallies, func.sum(tallies.c.number), tallies.c.week + 0)
    noted = (tally_facts, func.count(), tally_facts.c.week)
    return (_told_apart(name, *counted, weeks), _told_apart(name, *noted, weeks))


def _told_apart(
    name: str, table: Table, number: ColumnElement[int], week: ColumnElement[int], weeks: Weeks
) -> Select[Any]:
    told = (table.c[name], table.c.what, table.c.code)
    return select(*told, number).where(week.between(weeks.first, weeks.last)).group_by(*told)
