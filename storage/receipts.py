"""Receipts that were given, in the database."""

from typing import Final

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database_errors import broken_rule
from storage.receipt_tables import receipts
from verify.conclusions import Conclusion
from verify.errors import DuplicateReceiptError
from verify.receipts import ReceiptEntry

_ONCE: Final = frozenset({"pk_receipts", "uq_receipts_request_key"})


class SqlReceipts:
    """Reads and writes receipts on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: ReceiptEntry) -> None:
        """Keep a receipt, or raise DuplicateReceiptError."""
        values = {
            "number": entry.number,
            "digest": entry.digest,
            "issued_at": entry.issued_at,
            "document": entry.document,
            "conclusion": entry.conclusion.value,
            "requester": entry.requester,
            "request_key": entry.request_key or None,
            "page": entry.page or None,
        }
        try:
            self._connection.execute(insert(receipts).values(values))
        except IntegrityError as error:
            if broken_rule(error) not in _ONCE:
                raise
            raise DuplicateReceiptError(entry.number) from None

    def find(self, number: str) -> ReceiptEntry | None:
        """Return the receipt of a number, or None."""
        query = select(receipts).where(receipts.c.number == number)
        return _from_row(self._connection.execute(query).mappings().one_or_none())

    def of_request(self, key: str) -> ReceiptEntry | None:
        """Return the receipt that a request led to, or None."""
        query = select(receipts).where(receipts.c.request_key == key)
        return _from_row(self._connection.execute(query).mappings().one_or_none())

    def set_page(self, number: str, page: str) -> None:
        """Keep the page of a receipt; the first one stays."""
        self._connection.execute(
            update(receipts)
            .where(receipts.c.number == number, receipts.c.page.is_(None))
            .values(page=page)
        )


def _from_row(row: RowMapping | None) -> ReceiptEntry | None:
    if row is None:
        return None
    return ReceiptEntry(
        number=row["number"],
        digest=row["digest"],
        issued_at=row["issued_at"],
        document=row["document"],
        conclusion=Conclusion(row["conclusion"]),
        requester=row["requester"],
        request_key=row["request_key"] or "",
        page=row["page"] or "",
    )
