"""Receipts of cases in the database; the port is ``CaseReceiptBook``."""

from sqlalchemy import Connection, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from storage.case_receipt_tables import case_receipts
from storage.database_errors import broken_rule
from verify.acceptance.records import PersonRole
from verify.case_errors import RecordRefusedError
from verify.case_receipts.records import CaseReceipt


class SqlCaseReceipts:
    """Receipts of cases on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, receipt: CaseReceipt) -> None:
        """Keep one."""
        row = {
            "case_id": receipt.case_id,
            "version": receipt.version,
            "number": receipt.number,
            "former": receipt.former or None,
            "former_version": receipt.version - 1 if receipt.former else None,
            "content": receipt.content,
            "document": receipt.document,
            "page": receipt.page,
            "operator": receipt.operator,
            "operator_role": PersonRole.ACCEPTANCE.value,
            "issued_at": receipt.issued_at,
        }
        try:
            self._connection.execute(insert(case_receipts).values(row))
        except IntegrityError as error:
            raise RecordRefusedError(broken_rule(error)) from None

    def latest(self, case_id: str) -> CaseReceipt | None:
        """Return the newest receipt of a case; None while there is none."""
        found = self.of_case(case_id)
        return found[-1] if found else None

    def of_case(self, case_id: str) -> tuple[CaseReceipt, ...]:
        """Return the receipts of a case, the oldest first."""
        query = (
            select(case_receipts)
            .where(case_receipts.c.case_id == case_id)
            .order_by(case_receipts.c.version)
        )
        return tuple(map(_from_row, self._connection.execute(query).mappings()))

    def numbered(self, number: str) -> CaseReceipt | None:
        """Return the receipt of a number, or None."""
        query = select(case_receipts).where(case_receipts.c.number == number)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _from_row(row)


def _from_row(row: RowMapping) -> CaseReceipt:
    return CaseReceipt(
        case_id=row["case_id"],
        version=row["version"],
        number=row["number"],
        former=row["former"] or "",
        content=row["content"],
        document=row["document"],
        page=row["page"],
        operator=row["operator"],
        issued_at=row["issued_at"],
    )
