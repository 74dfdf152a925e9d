"""Outcomes of cases that were handed over, in the database."""

from datetime import datetime

from sqlalchemy import Connection, Insert, Row, and_, insert, select
from sqlalchemy.exc import IntegrityError

from storage.database_errors import broken_rule
from storage.outcome_tables import case_outcomes, result_intents, result_licenses
from storage.transfer_return_tables import return_receipts, returned_outcomes, sent_returns
from storage.transfer_tables import transfer_openings
from verify.case_errors import RecordRefusedError
from verify.outcomes.records import OutcomeKind
from verify.transfers.returns import DueReturn, KeptReturn, ReturnedOutcome, SentReturn

_SENT = and_(
    sent_returns.c.partner == transfer_openings.c.partner,
    sent_returns.c.number == transfer_openings.c.number,
)
_CONFIRMED = and_(
    return_receipts.c.partner == sent_returns.c.partner,
    return_receipts.c.number == sent_returns.c.number,
)


class SqlReturns:
    """Returned outcomes on one connection; the port is ``ReturnBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, limit: int) -> tuple[DueReturn, ...]:
        """Return settled cases that came from elsewhere and have no message, the oldest first."""
        case = transfer_openings.c.case_id
        query = (
            select(transfer_openings)
            .join(case_outcomes, case_outcomes.c.case_id == case)
            .outerjoin(sent_returns, _SENT)
            .outerjoin(result_intents, result_intents.c.case_id == case)
            .outerjoin(result_licenses, result_licenses.c.case_id == case)
            .where(sent_returns.c.number.is_(None))
            .where(result_intents.c.case_id.is_(None) | result_licenses.c.case_id.is_not(None))
            .order_by(case_outcomes.c.decided_at, transfer_openings.c.number)
        )
        return tuple(
            DueReturn(partner=row.partner, number=row.number, case_id=row.case_id)
            for row in self._connection.execute(query.limit(limit))
        )

    def add_sent(self, sent: SentReturn) -> None:
        """Keep what is about to be sent."""
        row = {
            "partner": sent.partner,
            "number": sent.number,
            "digest": sent.digest,
            "encoded": sent.encoded,
            "made_at": sent.made_at,
        }
        self._execute(insert(sent_returns).values(row))

    def silent_partners(self) -> tuple[str, ...]:
        """Return the regions that have not confirmed everything that we told them."""
        query = (
            select(sent_returns.c.partner)
            .distinct()
            .outerjoin(return_receipts, _CONFIRMED)
            .where(return_receipts.c.number.is_(None))
            .order_by(sent_returns.c.partner)
        )
        return tuple(self._connection.execute(query).scalars())

    def unconfirmed(self, partner: str, limit: int) -> tuple[SentReturn, ...]:
        """Return what a region has not confirmed, the oldest first."""
        query = (
            select(sent_returns)
            .outerjoin(return_receipts, _CONFIRMED)
            .where(sent_returns.c.partner == partner, return_receipts.c.number.is_(None))
            .order_by(sent_returns.c.made_at, sent_returns.c.number)
        )
        return tuple(map(_sent, self._connection.execute(query.limit(limit))))

    def confirm(self, partner: str, number: str, encoded: bytes, *, received_at: datetime) -> None:
        """Keep the receipt of what was sent; a second one changes nothing."""
        known = select(return_receipts.c.number).where(
            return_receipts.c.partner == partner, return_receipts.c.number == number
        )
        if self._connection.execute(known).one_or_none() is None:
            row = {
                "partner": partner,
                "number": number,
                "encoded": encoded,
                "received_at": received_at,
            }
            self._execute(insert(return_receipts).values(row))

    def add_kept(self, kept: KeptReturn) -> None:
        """Keep what we were told."""
        outcome = kept.outcome
        row = {
            "number": outcome.number,
            "outcome": outcome.kind.value,
            "license": outcome.license,
            "license_number": outcome.license_number,
            "note": outcome.note,
            "decided_at": outcome.decided_at,
            "digest": kept.digest,
            "encoded": kept.encoded,
            "receipt": kept.receipt,
            "received_at": kept.received_at,
        }
        self._execute(insert(returned_outcomes).values(row))

    def kept(self, number: str) -> KeptReturn | None:
        """Return what we were told of what we handed over under a number; None before."""
        query = select(returned_outcomes).where(returned_outcomes.c.number == number)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _kept(row)

    def _execute(self, statement: Insert) -> None:
        try:
            self._connection.execute(statement)
        except IntegrityError as error:
            raise RecordRefusedError(broken_rule(error)) from None


def _sent(row: Row[*tuple[object, ...]]) -> SentReturn:
    return SentReturn(
        partner=row.partner,
        number=row.number,
        digest=row.digest,
        encoded=bytes(row.encoded),
        made_at=row.made_at,
    )


def _kept(row: Row[*tuple[object, ...]]) -> KeptReturn:
    return KeptReturn(
        outcome=ReturnedOutcome(
            number=row.number,
            kind=OutcomeKind(row.outcome),
            license=row.license,
            license_number=row.license_number,
            note=row.note,
            decided_at=row.decided_at,
        ),
        digest=row.digest,
        encoded=bytes(row.encoded),
        receipt=bytes(row.receipt),
        received_at=row.received_at,
    )
