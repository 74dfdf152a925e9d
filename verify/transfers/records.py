"""What both regions keep of a case that is handed over (移交记录)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from verify.one_things.records import ApplicationWork
from verify.transfers.returns import ReturnBook


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTransfer:
    """A case that we hand over.

    Attributes:
        number: Of the transfer.
        case_id: Our case.
        partner: 行政区划代码 of the receiver.
        digest: SM3 of what was signed, hexadecimal.
        encoded: The signed transfer; the applicant's data in it are for the receiver alone.
        operator: Who hands it over.
        made_at: When.
        received_at: When the receiver had it, by its receipt; None before.
    """

    number: str
    case_id: str
    partner: str
    digest: str
    encoded: bytes = field(repr=False)
    operator: str
    made_at: datetime
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedTransfer:
    """A case that was handed over to us.

    Attributes:
        partner: 行政区划代码 of the sender.
        number: Of the transfer.
        digest: SM3 of what was signed, hexadecimal.
        encoded: The signed transfer as it came.
        receipt: The receipt that we gave.
        received_at: When it came.
        case_id: The case that was opened for it; empty before.
    """

    partner: str
    number: str
    digest: str
    encoded: bytes = field(repr=False)
    receipt: bytes = field(repr=False)
    received_at: datetime
    case_id: str = ""


class TransferBook(Protocol):
    """Where transfers are kept; everything is added once and never changed."""

    def add_sent(self, transfer: SentTransfer) -> None:
        """Keep what is about to be sent.

        Raises:
            RecordRefusedError: The case was handed over before, or is settled.
        """
        ...

    def sent(self, case_id: str) -> SentTransfer | None:
        """Return the transfer of a case; None where it was not handed over."""
        ...

    def sent_under(self, number: str) -> SentTransfer | None:
        """Return what was handed over under a number; None where nothing was."""
        ...

    def add_receipt(self, number: str, encoded: bytes, *, received_at: datetime) -> None:
        """Keep the receipt of what was sent; a second one changes nothing."""
        ...

    def add_received(self, transfer: ReceivedTransfer) -> None:
        """Keep what came.

        Raises:
            RecordRefusedError: Its number came from that region before.
        """
        ...

    def received(self, partner: str, number: str) -> ReceivedTransfer | None:
        """Return what came from a region under a number."""
        ...

    def inbox(self, limit: int) -> tuple[ReceivedTransfer, ...]:
        """Return what came, the newest first."""
        ...

    def add_opening(self, partner: str, number: str, case_id: str) -> None:
        """Keep which case was opened for what came.

        Raises:
            RecordRefusedError: One was opened for it before.
        """
        ...


class TransferWork(ApplicationWork, Protocol):
    """A unit of work over cases and their transfers."""

    @property
    def transfers(self) -> TransferBook:
        """The transfers."""
        ...

    @property
    def returns(self) -> ReturnBook:
        """What became of what was handed over."""
        ...


OpenTransferWork = Callable[[], TransferWork]
