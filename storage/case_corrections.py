"""Corrections of cases in the database; the port is ``CaseCorrectionBook``.

What a decision raises and what is wrong in a form stand in two tables: the one belongs to a
decision, the other to a field.
"""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, insert, select, update

from certs.corrections import CorrectionKind, CorrectionStep
from certs.regions import RegionCode
from storage.case_correction_tables import case_corrections, form_corrections
from verify.acceptance.places import Place
from verify.acceptance.records import PersonRole
from verify.case_corrections.records import CaseCorrection, Standing

_TABLES: Final = (case_corrections, form_corrections)


class SqlCaseCorrections:
    """Corrections on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, correction: CaseCorrection) -> None:
        """Keep a correction; it is due at once."""
        row: dict[str, object] = {
            "case_id": correction.place.case_id,
            "material": correction.place.material,
            "kind": correction.kind.value,
            "region": str(correction.region),
            "license": correction.license,
            "type_code": correction.type_code,
            "remark": correction.remark,
            "raised_at": correction.raised_at,
            "attempts": 0,
            "next_at": correction.raised_at,
            "receipt": "",
            "outcome": "",
        }
        if correction.place.field:
            row |= {
                "field": correction.place.field,
                "operator": correction.operator,
                "operator_role": PersonRole.ACCEPTANCE.value,
                "proposed": json.dumps(dict(correction.proposed), ensure_ascii=False),
            }
        self._connection.execute(insert(_table(correction.place)).values(row))

    def of_case(self, case_id: str) -> tuple[CaseCorrection, ...]:
        """Return the corrections of a case."""
        found = [
            _from_row(row)
            for table in _TABLES
            for row in self._rows(table, table.c.case_id == case_id)
        ]
        return tuple(sorted(found, key=lambda item: str(item.place)))

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[CaseCorrection, ...]:
        """Return what is due, the longest waiting first, and make it due again ``until``."""
        due = [(row["next_at"], _from_row(row)) for row in self._due(limit, now)]
        found = sorted(due, key=lambda pair: (pair[0], str(pair[1].place)))[:limit]
        for _, item in found:
            self._set(item.place, attempts=item.attempts + 1, next_at=until)
        return tuple(item for _, item in found)

    def note(self, place: Place, standing: Standing | None, *, until: datetime | None) -> None:
        """Note how a correction stands, if that was heard, and when to ask next."""
        heard: dict[str, object] = {}
        if standing is not None:
            heard = {
                "receipt": standing.receipt,
                "step": standing.step.value,
                "outcome": standing.outcome,
            }
            if place.field:
                heard["proposed"] = ""
        self._set(place, next_at=until, **heard)

    def _due(self, limit: int, now: datetime) -> list[RowMapping]:
        rows: list[RowMapping] = []
        for table in _TABLES:
            query = (
                select(table)
                .where(table.c.next_at <= now)
                .order_by(table.c.next_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows += self._connection.execute(query).mappings()
        return rows

    def _rows(self, table: Table, which: ColumnElement[bool]) -> list[RowMapping]:
        return list(self._connection.execute(select(table).where(which)).mappings())

    def _set(self, place: Place, **values: object) -> None:
        table = _table(place)
        self._connection.execute(update(table).where(_at(table, place)).values(values))


def _table(place: Place) -> Table:
    return form_corrections if place.field else case_corrections


def _at(table: Table, place: Place) -> ColumnElement[bool]:
    which = and_(table.c.case_id == place.case_id, table.c.material == place.material)
    return and_(which, table.c.field == place.field) if place.field else which


def _from_row(row: RowMapping) -> CaseCorrection:
    of_form: dict[str, Any] = {}
    if "field" in row:
        of_form = {
            "operator": row["operator"],
            "proposed": json.loads(row["proposed"]) if row["proposed"] else {},
        }
    return CaseCorrection(
        place=Place(case_id=row["case_id"], material=row["material"], field=row.get("field") or ""),
        kind=CorrectionKind(row["kind"]),
        region=RegionCode(row["region"]),
        license=row["license"],
        type_code=row["type_code"],
        remark=row["remark"],
        raised_at=row["raised_at"],
        receipt=row["receipt"],
        step=None if row["step"] is None else CorrectionStep(row["step"]),
        outcome=row["outcome"],
        attempts=row["attempts"],
        **of_form,
    )
