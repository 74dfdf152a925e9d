"""What supervision notes of the rows of a table: the triggers, and the first counting."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Table

from storage.triggers import POSTGRESQL, SQLITE, Trigger

COLUMNS: Final = ("week", "matter", "operator", "region", "what", "code")
_OF_CASE: Final = "cases c WHERE c.id = NEW.case_id"


def week_of_sql(at: str) -> str:
    """Return the number since 1970 of the week of a time; weeks begin on Monday in Beijing."""
    return f"(({at} + 28800000000) / 86400000000 + 3) / 7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is noted of each new row of a table; SQL over ``NEW`` and, where joined, ``c``.

    Attributes:
        name: Of the trigger.
        at: When it happened, in microseconds.
        source: From where the matter is read; nothing where the row itself says it.
        when: Which rows count.
    """

    name: str
    table: Table
    what: str
    code: str
    at: str
    matter: str = "c.matter_code"
    operator: str = "c.operator"
    region: str = "''"
    source: str = _OF_CASE
    when: str = "1 = 1"

    @property
    def values(self) -> tuple[str, ...]:
        """The columns of a note."""
        return (
            week_of_sql(self.at),
            self.matter,
            self.operator,
            self.region,
            f"'{self.what}'",
            self.code,
        )

    @property
    def selection(self) -> str:
        """The note of a new row, selected."""
        source = f" FROM {self.source}" if self.source else ""
        return f"SELECT {', '.join(self.values)}{source}"

    def triggers(self) -> tuple[Trigger, ...]:
        """Return the triggers of both dialects."""
        note = f"INSERT INTO tally_facts ({', '.join(COLUMNS)}) {self.selection};"
        on = f"AFTER INSERT ON {self.table.name}"
        lite = f"CREATE TRIGGER {self.name} {on} WHEN {self.when} BEGIN {note} END"
        function = (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN IF {self.when} THEN {note} END IF; RETURN NULL; END $$"
        )
        trigger = (
            f"CREATE OR REPLACE TRIGGER {self.name} {on}"
            f" FOR EACH ROW EXECUTE FUNCTION {self.name}()"
        )
        return (
            Trigger(table=self.table, dialect=SQLITE, statement=lite),
            Trigger(table=self.table, dialect=POSTGRESQL, statement=function),
            Trigger(table=self.table, dialect=POSTGRESQL, statement=trigger),
        )

    def backfill(self) -> str:
        """Return what counts the rows that were there before anybody noted them."""
        columns = ", ".join(COLUMNS)
        source = f"{self.table.name} n" + (", cases c" if self.source else "")
        joined = " AND c.id = n.case_id" if self.source else ""
        named = ", ".join(
            f"{value} AS {name}" for value, name in zip(self.values, COLUMNS, strict=True)
        )
        rows = f"SELECT {named} FROM {source} WHERE {self.when}{joined}".replace("NEW.", "n.")  # noqa: S608 - our own names
        return (
            f"INSERT INTO tallies ({columns}, number)"  # noqa: S608 - our own names
            f" SELECT {columns}, count(*) FROM ({rows}) AS f GROUP BY {columns}"
        )


def all_triggers(noted: Iterable[Noted]) -> tuple[Trigger, ...]:
    """Return the triggers of everything that is noted, in the order of creation."""
    return tuple(trigger for item in noted for trigger in item.triggers())
