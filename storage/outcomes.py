"""Outcomes of cases and result licenses in the database."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Insert, RowMapping, exists, insert, select
from sqlalchemy.exc import IntegrityError

from certs import canonical
from certs.identifiers import LicenseIdentifier, LicenseTypeCode
from storage.database_errors import broken_rule
from storage.outcome_tables import case_outcomes, result_intents, result_licenses
from verify.acceptance.records import PersonRole
from verify.case_errors import RecordRefusedError
from verify.decision_errors import AlreadyDecidedError
from verify.outcomes.records import CaseOutcome, OutcomeKind, ResultIntent


class SqlOutcomes:
    """Outcomes on one connection; the port is ``OutcomeBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, outcome: CaseOutcome, intent: ResultIntent | None) -> None:
        """Keep an outcome, with what it leads to."""
        try:
            self._execute(insert(case_outcomes).values(_outcome_to_row(outcome)))
        except RecordRefusedError as error:
            if error.constraint == "pk_case_outcomes":
                raise AlreadyDecidedError(f"{outcome.case_id} was decided before") from None
            raise
        if intent is not None:
            row = {**_intent_to_row(intent), "outcome": outcome.kind.value}
            self._execute(insert(result_intents).values(row))

    def find(self, case_id: str) -> CaseOutcome | None:
        """Return the outcome of a case, None while it is open."""
        query = select(case_outcomes).where(case_outcomes.c.case_id == case_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _outcome_from_row(row)

    def intent(self, case_id: str) -> ResultIntent | None:
        """Return what a case is to lead to; None where that is no license."""
        query = select(result_intents).where(result_intents.c.case_id == case_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _intent_from_row(row)

    def add_license(self, case_id: str, license: LicenseIdentifier) -> None:
        """Keep which license a case led to; the same again is no error."""
        if self.license_of(case_id) == license:
            return
        row = {"case_id": case_id, "license": str(license)}
        self._execute(insert(result_licenses).values(row))

    def license_of(self, case_id: str) -> LicenseIdentifier | None:
        """Return the license that a case led to; None while there is none."""
        query = select(result_licenses.c.license).where(result_licenses.c.case_id == case_id)
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else LicenseIdentifier.parse(found)

    def waiting(self, limit: int) -> tuple[str, ...]:
        """Return approved cases whose license is not made yet, the oldest first."""
        is_made = exists().where(result_licenses.c.case_id == result_intents.c.case_id)
        query = (
            select(result_intents.c.case_id)
            .join(case_outcomes, case_outcomes.c.case_id == result_intents.c.case_id)
            .where(~is_made)
            .order_by(case_outcomes.c.decided_at, result_intents.c.case_id)
            .limit(limit)
        )
        return tuple(self._connection.execute(query).scalars())

    def _execute(self, statement: Insert) -> None:
        try:
            self._connection.execute(statement)
        except IntegrityError as error:
            # Without the cause: its text quotes the values.
            raise RecordRefusedError(broken_rule(error)) from None


def _outcome_to_row(outcome: CaseOutcome) -> dict[str, object]:
    return {
        "case_id": outcome.case_id,
        "outcome": outcome.kind.value,
        "operator": outcome.operator,
        "approver": outcome.approver,
        "approver_role": PersonRole.ACCEPTANCE_APPROVER.value,
        "note": outcome.note,
        "decided_at": outcome.decided_at,
    }


def _outcome_from_row(row: RowMapping) -> CaseOutcome:
    return CaseOutcome(
        case_id=row["case_id"],
        kind=OutcomeKind(row["outcome"]),
        operator=row["operator"],
        approver=row["approver"],
        note=row["note"],
        decided_at=row["decided_at"],
    )


def _intent_to_row(intent: ResultIntent) -> dict[str, object]:
    return {
        "case_id": intent.case_id,
        "license_type": str(intent.license_type),
        "fields": canonical.encode(dict(intent.values)).decode(),
        "replaces": intent.replaces or None,
    }


def _intent_from_row(row: Mapping[Any, Any]) -> ResultIntent:
    return ResultIntent(
        case_id=row["case_id"],
        license_type=LicenseTypeCode(row["license_type"]),
        values=json.loads(row["fields"]),
        replaces=row["replaces"] or "",
    )
