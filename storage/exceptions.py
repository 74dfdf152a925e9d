"""Exceptions that were asked for, in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, and_, insert, select
from sqlalchemy.exc import IntegrityError

from storage.decision_tables import material_decisions
from storage.exception_tables import exception_declines, exception_requests
from verify.acceptance.exceptions import ExceptionDecline, ExceptionRequest
from verify.acceptance.reasons import ReasonCode
from verify.case_errors import ExceptionClosedError

_ASKED = exception_requests.c
_DECLINED = exception_declines.c


class SqlExceptions:
    """Requests on one connection; the port is ``ExceptionBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: ExceptionRequest) -> ExceptionRequest:
        """Keep a request, or return the one that is open; the case must be held."""
        query = _open().where(
            _ASKED.case_id == request.case_id, _ASKED.material == request.material
        )
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            values = {
                "case_id": request.case_id,
                "material": request.material,
                "reason": request.reason.value,
                "note": request.note,
                "operator": request.operator,
                "asked_at": request.asked_at,
            }
            self._connection.execute(insert(exception_requests).values(values))
            row = self._connection.execute(query).mappings().one()
        return _request(row)

    def find_open(self, number: int) -> ExceptionRequest | None:
        """Return a request that is open, or None."""
        query = _open().where(_ASKED.number == number)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _request(row)

    def all_open(self, *, limit: int) -> tuple[ExceptionRequest, ...]:
        """Return what is open, the oldest first."""
        query = _open().order_by(_ASKED.number).limit(limit)
        return tuple(map(_request, self._connection.execute(query).mappings()))

    def of_case(self, case_id: str) -> tuple[tuple[ExceptionRequest, ExceptionDecline | None], ...]:
        """Return every request of a case, with how it was declined."""
        query = (
            select(
                exception_requests,
                _DECLINED.approver,
                _DECLINED.note.label("declined_note"),
                _DECLINED.declined_at,
            )
            .outerjoin(exception_declines, _DECLINED.number == _ASKED.number)
            .where(_ASKED.case_id == case_id)
            .order_by(_ASKED.number)
        )
        rows = self._connection.execute(query).mappings()
        return tuple((_request(row), _decline(row)) for row in rows)

    def decline(self, decline: ExceptionDecline) -> None:
        """Keep that a request was declined."""
        try:
            self._connection.execute(
                insert(exception_declines).values(
                    number=decline.number,
                    approver=decline.approver,
                    note=decline.note,
                    declined_at=decline.declined_at,
                )
            )
        except IntegrityError as error:
            raise ExceptionClosedError(f"{decline.number} was declined before") from error


def _open() -> Select[Any]:
    """Return requests that nobody declined, of materials that nobody decided."""
    is_decision = and_(
        material_decisions.c.case_id == _ASKED.case_id,
        material_decisions.c.material == _ASKED.material,
    )
    return (
        select(exception_requests)
        .outerjoin(exception_declines, _DECLINED.number == _ASKED.number)
        .outerjoin(material_decisions, is_decision)
        .where(_DECLINED.number.is_(None), material_decisions.c.case_id.is_(None))
    )


def _request(row: Mapping[Any, Any]) -> ExceptionRequest:
    return ExceptionRequest(
        number=row["number"],
        case_id=row["case_id"],
        material=row["material"],
        reason=ReasonCode(row["reason"]),
        note=row["note"],
        operator=row["operator"],
        asked_at=row["asked_at"],
    )


def _decline(row: Mapping[Any, Any]) -> ExceptionDecline | None:
    if row["declined_at"] is None:
        return None
    return ExceptionDecline(
        number=row["number"],
        approver=row["approver"],
        note=row["declined_note"],
        declined_at=row["declined_at"],
    )
