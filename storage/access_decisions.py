"""What was decided about who may do what, in the database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, not_, or_, select

from certs.access import CallerRole
from certs.decision_records import DecisionQuery, DecisionRecord
from certs.rights import Action, Relation
from storage.access_decision_tables import MAX_TARGET, access_decisions

_AT_ONCE: Final = 1000
_REFUSED: Final = (401, 403, 404)
_TABLE: Final = access_decisions.c


class SqlAccessDecisions:
    """Records on one connection; the port is ``DecisionBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, records: Sequence[DecisionRecord]) -> None:
        """Keep some more."""
        if records:
            self._connection.execute(insert(access_decisions), list(map(_to_row, records)))

    def newest(self, query: DecisionQuery, *, limit: int) -> tuple[DecisionRecord, ...]:
        """Return what fits, the newest first."""
        chosen = (
            select(access_decisions)
            .where(*_conditions(query))
            .order_by(_TABLE.at.desc(), _TABLE.row.desc())
            .limit(limit)
        )
        return tuple(map(_from_row, self._connection.execute(chosen).mappings()))

    def first(self) -> datetime | None:
        """Return when the oldest record was made, or None where there is none."""
        oldest: datetime | None = self._connection.execute(select(func.min(_TABLE.at))).scalar()
        return oldest

    def between(self, first: datetime, after: datetime) -> Iterator[DecisionRecord]:
        """Yield the records of a time, the oldest first."""
        query = (
            select(access_decisions)
            .where(_TABLE.at >= first, _TABLE.at < after)
            .order_by(_TABLE.at, _TABLE.row)
            .execution_options(yield_per=_AT_ONCE)
        )
        yield from map(_from_row, self._connection.execute(query).mappings())

    def forget(self, before: datetime) -> int:
        """Remove what is older."""
        return self._connection.execute(delete(access_decisions).where(_TABLE.at < before)).rowcount


def _conditions(query: DecisionQuery) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if query.since is not None:
        chosen.append(_TABLE.at >= query.since)
    if query.before is not None:
        chosen.append(_TABLE.at < query.before)
    if query.person:
        chosen.append(_TABLE.person == query.person)
    if query.action is not None:
        chosen.append(_TABLE.action == query.action.value)
    if query.only_refused:
        chosen.append(or_(not_(_TABLE.is_permitted), _TABLE.status.in_(_REFUSED)))
    return chosen


def _to_row(record: DecisionRecord) -> dict[str, object]:
    return {
        "at": record.at,
        "person": record.person,
        "role": record.role.value,
        "action": record.action.value,
        "relation": record.relation.value if record.relation else None,
        "rule": record.rule,
        "is_permitted": record.is_permitted,
        "status": record.status,
        "target": record.target[:MAX_TARGET],
    }


def _from_row(row: Mapping[Any, Any]) -> DecisionRecord:
    return DecisionRecord(
        at=row["at"],
        person=row["person"],
        role=CallerRole(row["role"]),
        action=Action(row["action"]),
        relation=Relation(row["relation"]) if row["relation"] else None,
        rule=row["rule"],
        is_permitted=row["is_permitted"],
        status=row["status"],
        target=row["target"],
    )
