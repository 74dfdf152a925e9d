"""Cases that are handed over (异地代收代办) over HTTP."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.schemas.bodies import Body
from api.schemas.cases import CaseOut
from api.transferring import OpenedTransfer
from certs.regions import RegionCode
from verify.conclusions import Conclusion
from verify.transfers.records import ReceivedTransfer, SentTransfer

_Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class TransferIn(Body):
    """Where a case goes."""

    region: _Region = Field(description="行政区划代码 of the 办理窗口")


class SentTransferOut(Body):
    """A case that was handed over."""

    number: str = Field(description="移交编号")
    case: str
    region: str
    made_at: datetime
    received_at: datetime | None = Field(
        description="by the receiver's signed receipt; null: call again, the same is sent"
    )

    @classmethod
    def of(cls, transfer: SentTransfer) -> Self:
        """Show one."""
        return cls(
            number=transfer.number,
            case=transfer.case_id,
            region=transfer.partner,
            made_at=transfer.made_at,
            received_at=transfer.received_at,
        )


class ReceivedTransferOut(Body):
    """A case that came; who applies is told once it is opened."""

    region: str
    number: str
    received_at: datetime
    case: str | None = Field(description="the case that was opened for it")

    @classmethod
    def of(cls, transfer: ReceivedTransfer) -> Self:
        """Show one."""
        return cls(
            region=transfer.partner,
            number=transfer.number,
            received_at=transfer.received_at,
            case=transfer.case_id or None,
        )


class OpenedTransferOut(Body):
    """The case that was opened: what it says was looked up here."""

    case: CaseOut
    attachments: dict[str, Conclusion] = Field(
        description="our verdict on what came with it; nothing relies on it"
    )

    @classmethod
    def of(cls, opened: OpenedTransfer, own: RegionCode) -> Self:
        """Show one."""
        return cls(case=CaseOut.of(opened.view, own), attachments=dict(opened.attachments))
