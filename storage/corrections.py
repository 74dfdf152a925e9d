"""Corrections of licenses in the database."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.corrections import (
    FLAGGED,
    Correction,
    CorrectionEvent,
    CorrectionKind,
    CorrectionStep,
)
from certs.errors import CorrectionNotFoundError, CorrectionStepError
from storage.correction_tables import correction_events, corrections
from storage.database_errors import broken_rule
from storage.errors import DatabaseBusyError

_FLAGGED: Final = sorted(FLAGGED)
_ARCHIVED: Final = CorrectionStep.ARCHIVED
_ONCE: Final = "uq_corrections_request_key"


class SqlCorrections:
    """Reads and writes corrections on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, correction: Correction, *, request_key: str) -> None:
        """Keep a new correction, or raise DatabaseBusyError: the same request was faster."""
        row = {
            "receipt": correction.receipt,
            "request_key": request_key,
            "kind": correction.kind.value,
            "identifier": correction.identifier or None,
            "type_code": correction.type_code,
            "remark": correction.remark,
            "proposed": dict(correction.proposed),
            "step": correction.step.value,
        }
        try:
            self._connection.execute(insert(corrections), [row])
        except IntegrityError as error:
            if broken_rule(error) != _ONCE:
                raise
            raise DatabaseBusyError(
                "同一请求正在办理，请稍后重试 · the same request is being served; try again"
            ) from None
        rows = [_event_row(correction.receipt, event) for event in correction.events]
        self._connection.execute(insert(correction_events), rows)

    def get(self, receipt: str) -> Correction:
        """Return a correction, or raise CorrectionNotFoundError."""
        found = self._all(select(corrections).where(corrections.c.receipt == receipt))
        if not found:
            raise CorrectionNotFoundError(receipt)
        return found[0]

    def of_request(self, key: str) -> Correction | None:
        """Return the correction that a request led to, or None."""
        found = self._all(select(corrections).where(corrections.c.request_key == key))
        return found[0] if found else None

    def append(self, receipt: str, event: CorrectionEvent, *, expected: CorrectionStep) -> None:
        """Take a step if it still stands at ``expected``, or raise CorrectionStepError."""
        values: dict[str, Any] = {"step": event.step.value}
        if event.step is _ARCHIVED:
            values["proposed"] = None
        changed = self._connection.execute(
            update(corrections)
            .where(corrections.c.receipt == receipt, corrections.c.step == expected.value)
            .values(values)
        )
        if changed.rowcount != 1:
            raise CorrectionStepError("已被他人办理，请刷新 · somebody else took a step meanwhile")
        self._connection.execute(insert(correction_events), [_event_row(receipt, event)])

    def newest(
        self, limit: int, *, after: str | None = None, open_only: bool = False
    ) -> tuple[Correction, ...]:
        """Return corrections, the newest first, from behind the receipt number ``after``."""
        query = select(corrections).order_by(corrections.c.row.desc()).limit(limit)
        if open_only:
            query = query.where(corrections.c.step != _ARCHIVED.value)
        if after is not None:
            row = select(corrections.c.row).where(corrections.c.receipt == after)
            query = query.where(corrections.c.row < row.scalar_subquery())
        return tuple(self._all(query))

    def flags(self, identifier: str) -> tuple[Correction, ...]:
        """Return the corrections for which a license carries the flag now, oldest first."""
        query = select(corrections).where(
            corrections.c.identifier == identifier, corrections.c.step.in_(_FLAGGED)
        )
        return tuple(self._all(query.order_by(corrections.c.row)))

    def of_license(self, identifier: str, *, proposer: str) -> tuple[Correction, ...]:
        """Return what somebody said of a license, newest first."""
        first = select(correction_events.c.receipt).where(
            correction_events.c.step == CorrectionStep.RAISED.value,
            correction_events.c.actor == proposer,
        )
        query = select(corrections).where(
            corrections.c.identifier == identifier, corrections.c.receipt.in_(first)
        )
        return tuple(self._all(query.order_by(corrections.c.row.desc())))

    def _all(self, query: Select[Any]) -> list[Correction]:
        rows = self._connection.execute(query).mappings().all()
        events = self._events([row["receipt"] for row in rows])
        return [_from_row(row, events[row["receipt"]]) for row in rows]

    def _events(self, receipts: Sequence[str]) -> dict[str, list[CorrectionEvent]]:
        found: dict[str, list[CorrectionEvent]] = defaultdict(list)
        query = (
            select(correction_events)
            .where(correction_events.c.receipt.in_(receipts))
            .order_by(correction_events.c.row)
        )
        for row in self._connection.execute(query).mappings():
            found[row["receipt"]].append(_event_from(row))
        return found


def _from_row(row: RowMapping, events: Sequence[CorrectionEvent]) -> Correction:
    return Correction(
        receipt=row["receipt"],
        kind=CorrectionKind(row["kind"]),
        identifier=row["identifier"] or "",
        type_code=row["type_code"],
        remark=row["remark"],
        proposed=row["proposed"] or {},
        events=tuple(events),
    )


def _event_row(receipt: str, event: CorrectionEvent) -> dict[str, Any]:
    return {
        "receipt": receipt,
        "step": event.step.value,
        "at": event.at,
        "actor": event.actor,
        "reason": event.reason,
        "license": event.license or None,
    }


def _event_from(row: RowMapping) -> CorrectionEvent:
    return CorrectionEvent(
        step=CorrectionStep(row["step"]),
        at=row["at"],
        actor=row["actor"],
        reason=row["reason"],
        license=row["license"] or "",
    )
