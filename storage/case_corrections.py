"""Corrections of cases in the database; the port is ``CaseCorrectionBook``."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, insert, select, update

from certs.corrections import CorrectionKind, CorrectionStep
from certs.regions import RegionCode
from storage.case_correction_tables import case_corrections
from verify.acceptance.places import Place
from verify.case_corrections.records import CaseCorrection, Standing


class SqlCaseCorrections:
    """Corrections on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, correction: CaseCorrection) -> None:
        """Keep a correction; it is due at once."""
        self._connection.execute(
            insert(case_corrections).values(
                case_id=correction.place.case_id,
                material=correction.place.material,
                kind=correction.kind.value,
                region=str(correction.region),
                license=correction.license,
                type_code=correction.type_code,
                remark=correction.remark,
                raised_at=correction.raised_at,
                attempts=0,
                next_at=correction.raised_at,
                receipt="",
                outcome="",
            )
        )

    def of_case(self, case_id: str) -> tuple[CaseCorrection, ...]:
        """Return the corrections of a case."""
        return self._read(
            select(case_corrections)
            .where(case_corrections.c.case_id == case_id)
            .order_by(case_corrections.c.material)
        )

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[CaseCorrection, ...]:
        """Return what is due, the longest waiting first, and make it due again ``until``."""
        due = (
            select(case_corrections)
            .where(case_corrections.c.next_at <= now)
            .order_by(case_corrections.c.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = self._read(due)
        for item in found:
            self._set(item.place, attempts=item.attempts + 1, next_at=until)
        return found

    def note(self, place: Place, standing: Standing | None, *, until: datetime | None) -> None:
        """Note how a correction stands, if that was heard, and when to ask next."""
        heard: dict[str, object] = {}
        if standing is not None:
            heard = {
                "receipt": standing.receipt,
                "step": standing.step.value,
                "outcome": standing.outcome,
            }
        self._set(place, next_at=until, **heard)

    def _set(self, place: Place, **values: object) -> None:
        self._connection.execute(update(case_corrections).where(_at(place)).values(values))

    def _read(self, query: Select[Any]) -> tuple[CaseCorrection, ...]:
        return tuple(map(_from_row, self._connection.execute(query).mappings()))


def _at(place: Place) -> ColumnElement[bool]:
    return and_(
        case_corrections.c.case_id == place.case_id,
        case_corrections.c.material == place.material,
    )


def _from_row(row: RowMapping) -> CaseCorrection:
    return CaseCorrection(
        place=Place(case_id=row["case_id"], material=row["material"]),
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
    )
