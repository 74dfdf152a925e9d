"""Seals of the test world in a register, and events in their lives."""

from collections.abc import Callable
from datetime import datetime, timedelta

from certs.seals.events import Approval, SealEvent, SealMove
from certs.seals.lifecycle import register_seal
from certs.seals.ports import SealWork
from certs.seals.register import RegisteredSeal, SealOrigin
from signing.certificates import Certificate
from signing.seals import Seal
from tests import world

KEEPER, HEAD = "S001", "S002"
"""Who keeps the seals, and who approves."""


def event(
    move: SealMove,
    at: datetime = world.NOON,
    *,
    recorded_at: datetime | None = None,
    approver: str = HEAD,
    reason: str = "",
) -> SealEvent:
    """An event in the life of a seal; approved where that is needed."""
    return SealEvent(
        move=move,
        effective_at=at,
        recorded_at=recorded_at or at,
        operator=KEEPER,
        reason=reason,
        document_no="样印〔2026〕1号" if move.needs_approver else "",
        approval=Approval(approver=approver) if move.needs_approver else None,
    )


def registered(seal: Seal, user: Certificate) -> RegisteredSeal:
    """A seal as the register keeps it."""
    return RegisteredSeal.of(seal, user=user, origin=SealOrigin.MADE, registered_at=world.NOON)


def enable_seal(region: world.Region, unit_of_work: Callable[[], SealWork]) -> RegisteredSeal:
    """Register the seal of a region and enable it, an hour before noon; again is no error."""
    seal = registered(region.seal, region.seal_signer.certificate)
    with unit_of_work() as work:
        if work.seals.find(seal.code) is not None:
            return seal
    begun = world.NOON - timedelta(hours=1)
    register_seal(
        seal,
        event(SealMove.MADE, begun),
        event(SealMove.ENABLED, begun),
        unit_of_work=unit_of_work,
    )
    return seal
