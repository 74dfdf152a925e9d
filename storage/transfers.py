"""Transfers of cases in the database."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Insert, Row, Select, insert, select
from sqlalchemy.exc import IntegrityError

from storage.database_errors import broken_rule
from storage.transfer_tables import (
    received_transfers,
    sent_transfers,
    transfer_openings,
    transfer_receipts,
)
from verify.acceptance.records import PersonRole
from verify.case_errors import RecordRefusedError
from verify.transfers.records import ReceivedTransfer, SentTransfer


class SqlTransfers:
    """Transfers on one connection; the port is ``TransferBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_sent(self, transfer: SentTransfer) -> None:
        """Keep what is about to be sent."""
        row = {
            "number": transfer.number,
            "case_id": transfer.case_id,
            "partner": transfer.partner,
            "digest": transfer.digest,
            "encoded": transfer.encoded,
            "operator": transfer.operator,
            "operator_role": PersonRole.ACCEPTANCE.value,
            "made_at": transfer.made_at,
        }
        self._execute(insert(sent_transfers).values(row))

    def sent(self, case_id: str) -> SentTransfer | None:
        """Return the transfer of a case; None where it was not handed over."""
        return self._sent(sent_transfers.c.case_id == case_id)

    def sent_under(self, number: str) -> SentTransfer | None:
        """Return what was handed over under a number; None where nothing was."""
        return self._sent(sent_transfers.c.number == number)

    def add_receipt(self, number: str, encoded: bytes, *, received_at: datetime) -> None:
        """Keep the receipt of what was sent; a second one changes nothing."""
        known = select(transfer_receipts.c.number).where(transfer_receipts.c.number == number)
        if self._connection.execute(known).one_or_none() is None:
            row = {"number": number, "encoded": encoded, "received_at": received_at}
            self._execute(insert(transfer_receipts).values(row))

    def add_received(self, transfer: ReceivedTransfer) -> None:
        """Keep what came."""
        row = {
            "partner": transfer.partner,
            "number": transfer.number,
            "digest": transfer.digest,
            "encoded": transfer.encoded,
            "receipt": transfer.receipt,
            "received_at": transfer.received_at,
        }
        self._execute(insert(received_transfers).values(row))

    def received(self, partner: str, number: str) -> ReceivedTransfer | None:
        """Return what came from a region under a number."""
        query = _received().where(
            received_transfers.c.partner == partner, received_transfers.c.number == number
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _from_row(row)

    def inbox(self, limit: int) -> tuple[ReceivedTransfer, ...]:
        """Return what came, the newest first."""
        query = _received().order_by(
            received_transfers.c.received_at.desc(), received_transfers.c.number
        )
        return tuple(map(_from_row, self._connection.execute(query.limit(limit))))

    def add_opening(self, partner: str, number: str, case_id: str) -> None:
        """Keep which case was opened for what came."""
        row = {"partner": partner, "number": number, "case_id": case_id}
        self._execute(insert(transfer_openings).values(row))

    def _sent(self, which: ColumnElement[bool]) -> SentTransfer | None:
        query = (
            select(sent_transfers, transfer_receipts.c.received_at)
            .outerjoin(transfer_receipts, transfer_receipts.c.number == sent_transfers.c.number)
            .where(which)
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return SentTransfer(
            number=row.number,
            case_id=row.case_id,
            partner=row.partner,
            digest=row.digest,
            encoded=bytes(row.encoded),
            operator=row.operator,
            made_at=row.made_at,
            received_at=row.received_at,
        )

    def _execute(self, statement: Insert) -> None:
        try:
            self._connection.execute(statement)
        except IntegrityError as error:
            raise RecordRefusedError(broken_rule(error)) from None


def _received() -> Select[*tuple[object, ...]]:
    return select(received_transfers, transfer_openings.c.case_id).outerjoin(
        transfer_openings,
        (transfer_openings.c.partner == received_transfers.c.partner)
        & (transfer_openings.c.number == received_transfers.c.number),
    )


def _from_row(row: Row[*tuple[object, ...]]) -> ReceivedTransfer:
    return ReceivedTransfer(
        partner=row.partner,
        number=row.number,
        digest=row.digest,
        encoded=bytes(row.encoded),
        receipt=bytes(row.receipt),
        received_at=row.received_at,
        case_id=row.case_id or "",
    )
