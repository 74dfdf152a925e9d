"""Applications of social verifiers in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, insert, select
from sqlalchemy.exc import IntegrityError

from certs.errors import VerifierRefusedError
from certs.verifier_applications import MOST_WAITING, ApplicationOutcome, VerifierApplication
from storage.locks import hold
from storage.verifier_application_tables import (
    verifier_application_outcomes,
    verifier_applications,
)


class SqlVerifierApplications:
    """Applications on one connection; the port is ``VerifierApplicationBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, application: VerifierApplication) -> None:
        """Keep one that waits; two at once are counted one after the other."""
        key = application.applicant_key
        hold(self._connection, f"{verifier_applications.name}:{key}")
        if sum(item.outcome is None for item in self.of_applicant(key)) >= MOST_WAITING:
            raise VerifierRefusedError(
                f"已有 {MOST_WAITING} 件申请等待审核 · {MOST_WAITING} applications wait already"
            )
        self._connection.execute(
            insert(verifier_applications).values(
                number=application.number,
                applicant_key=key,
                title=application.title,
                purpose=application.purpose,
                license_types=" ".join(sorted(application.license_types)),
                fields=" ".join(sorted(application.fields)),
                applied_at=application.applied_at,
                applied_by=application.applied_by,
            )
        )

    def decide(self, number: str, outcome: ApplicationOutcome) -> None:
        """Keep what was decided."""
        kept = insert(verifier_application_outcomes).values(
            number=number,
            decided_at=outcome.at,
            decided_by=outcome.by,
            verifier=outcome.verifier or None,
            reason=outcome.reason,
        )
        try:
            self._connection.execute(kept)
        except IntegrityError:
            raise VerifierRefusedError("申请已审核 · it was decided before") from None

    def find(self, number: str) -> VerifierApplication | None:
        """Return one, or None."""
        rows = self._connection.execute(_whole().where(verifier_applications.c.number == number))
        found = rows.mappings().one_or_none()
        return None if found is None else _application(found)

    def of_applicant(self, key: str) -> tuple[VerifierApplication, ...]:
        """Return those of an enterprise, newest first."""
        query = _whole().where(verifier_applications.c.applicant_key == key)
        newest = query.order_by(
            verifier_applications.c.applied_at.desc(), verifier_applications.c.number
        )
        return tuple(map(_application, self._connection.execute(newest).mappings()))

    def waiting(self) -> tuple[VerifierApplication, ...]:
        """Return what waits, oldest first."""
        query = _whole().where(verifier_application_outcomes.c.decided_at.is_(None))
        oldest = query.order_by(verifier_applications.c.applied_at, verifier_applications.c.number)
        return tuple(map(_application, self._connection.execute(oldest).mappings()))


def _whole() -> Select[Any]:
    outcomes = verifier_application_outcomes
    return select(
        verifier_applications,
        outcomes.c.decided_at,
        outcomes.c.decided_by,
        outcomes.c.verifier,
        outcomes.c.reason,
    ).join_from(
        verifier_applications,
        outcomes,
        outcomes.c.number == verifier_applications.c.number,
        isouter=True,
    )


def _application(row: Mapping[Any, Any]) -> VerifierApplication:
    outcome = None
    if row["decided_at"] is not None:
        outcome = ApplicationOutcome(
            at=row["decided_at"],
            by=row["decided_by"],
            verifier=row["verifier"] or "",
            reason=row["reason"],
        )
    return VerifierApplication(
        number=row["number"],
        applicant_key=row["applicant_key"],
        title=row["title"],
        purpose=row["purpose"],
        license_types=frozenset(row["license_types"].split()),
        fields=frozenset(row["fields"].split()),
        applied_at=row["applied_at"],
        applied_by=row["applied_by"],
        outcome=outcome,
    )
