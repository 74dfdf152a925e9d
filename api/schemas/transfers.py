"""Cases that are handed over (异地代收代办) over HTTP."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.bodies import Body
from api.schemas.cases import CaseOut
from api.transferring import HandedOver, OpenedTransfer
from certs.regions import RegionCode
from verify.conclusions import Conclusion
from verify.outcomes.records import OutcomeKind
from verify.transfers.records import ReceivedTransfer, SentTransfer
from verify.transfers.returns import KeptReturn

_Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class TransferIn(Body):
    """Where a case goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"region": "610300"}]})

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


class ReturnedOutcomeOut(Body):
    """What became of a case there."""

    outcome: OutcomeKind
    license: str | None = Field(description="电子证照标识 of the result license")
    license_number: str | None = Field(description="证照编号 of the result license")
    note: str | None = Field(description="the reason of a rejection")
    decided_at: datetime
    told_at: datetime

    @classmethod
    def of(cls, kept: KeptReturn) -> Self:
        """Show one."""
        outcome = kept.outcome
        return cls(
            outcome=outcome.kind,
            license=outcome.license or None,
            license_number=outcome.license_number or None,
            note=outcome.note or None,
            decided_at=outcome.decided_at,
            told_at=kept.received_at,
        )


class HandedOverOut(SentTransferOut):
    """A case that was handed over, with what became of it."""

    returned: ReturnedOutcomeOut | None = Field(
        description="by the signed word of the region that handles it; null: not told yet"
    )

    @classmethod
    def of_view(cls, view: HandedOver) -> Self:
        """Show one."""
        sent = SentTransferOut.of(view.sent)
        returned = ReturnedOutcomeOut.of(view.returned) if view.returned is not None else None
        return cls(**sent.model_dump(), returned=returned)


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
