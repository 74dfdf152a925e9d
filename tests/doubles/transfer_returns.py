"""Returned outcomes in memory."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from verify.case_errors import RecordRefusedError
from verify.transfers.returns import DueReturn, KeptReturn, SentReturn

if TYPE_CHECKING:
    from tests.doubles.acceptance_memory import MemoryCases


@dataclass
class MemoryReturns:
    """What became of the cases of a dictionary that came from elsewhere, and went there."""

    kept_in: "MemoryCases"

    def due(self, limit: int) -> tuple[DueReturn, ...]:
        book = self.kept_in
        found = [
            (book.settled[item.case_id][0].decided_at, key[1], key[0], item.case_id)
            for key, item in book.received.items()
            if item.case_id in book.settled
            and key not in book.sent_returns
            and (book.settled[item.case_id][1] is None or item.case_id in book.results)
        ]
        return tuple(
            DueReturn(partner=partner, number=number, case_id=case)
            for _, number, partner, case in sorted(found)[:limit]
        )

    def add_sent(self, sent: SentReturn) -> None:
        book = self.kept_in
        came = book.received.get((sent.partner, sent.number))
        is_settled = came is not None and came.case_id in book.settled
        if not is_settled or (sent.partner, sent.number) in book.sent_returns:
            raise RecordRefusedError("sent_returns")
        book.sent_returns[sent.partner, sent.number] = sent

    def silent_partners(self) -> tuple[str, ...]:
        book = self.kept_in
        return tuple(sorted({key[0] for key in book.sent_returns if key not in book.confirmed}))

    def unconfirmed(self, partner: str, limit: int) -> tuple[SentReturn, ...]:
        book = self.kept_in
        found = [
            item
            for key, item in book.sent_returns.items()
            if key[0] == partner and key not in book.confirmed
        ]
        return tuple(sorted(found, key=lambda item: (item.made_at, item.number))[:limit])

    def confirm(self, partner: str, number: str, encoded: bytes, *, received_at: datetime) -> None:
        if (partner, number) not in self.kept_in.sent_returns or not encoded:
            raise RecordRefusedError("return_receipts")
        self.kept_in.confirmed.setdefault((partner, number), received_at)

    def add_kept(self, kept: KeptReturn) -> None:
        book, number = self.kept_in, kept.outcome.number
        if number in book.told or number not in {item.number for item in book.sent.values()}:
            raise RecordRefusedError("returned_outcomes")
        book.told[number] = kept

    def kept(self, number: str) -> KeptReturn | None:
        return self.kept_in.told.get(number)
