"""Changes that need two persons (双人复核): proposed by one, carried out when another confirms.

What is proposed is kept as the interface takes it, and carried out in the same transaction that
ends the proposal, so that neither happens without the other.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from api.schemas.seals import SealMoveIn
from api.schemas.statuses import StatusIn
from api.seal_taking import SealOffer, is_offer, keep_files, look_at, take_over
from api.services import Services, Work
from api.status_changes import allowed_moves_of, change_in
from certs.errors import ProposalClosedError
from certs.proposals import (
    Proposal,
    ProposalEnd,
    ProposalOutcome,
    ProposalSubject,
    new_proposal_id,
)
from certs.seals.lifecycle import move_in
from certs.statuses import StatusKind

_Change = Callable[[str, Work, datetime], None]
"""Carries a proposal out: who agreed, the transaction, and when this is."""
_SOMEBODY: Final = "（待复核）"
"""Stands for whoever will confirm while a proposal is tried out."""


def propose_status(identifier: str, body: StatusIn, *, person: str, services: Services) -> Proposal:
    """Propose a change of a license's status; one that could not be made now is refused at once.

    Raises:
        LicenseNotFoundError: There is no such license.
        IllegalTransitionError: It cannot be done, or the type does not know it.
        UnknownEventError: There is nothing to overturn or call off.
        ProposalClosedError: Another proposal about the license waits.
    """
    return _kept(_tried(identifier, body, person, services), services)


def try_status(identifier: str, body: StatusIn, *, person: str, services: Services) -> None:
    """Refuse what `propose_status` would refuse, and keep nothing."""
    _tried(identifier, body, person, services)
    with services.unit_of_work() as work:
        work.only_read()
        if work.proposals.waiting_about(ProposalSubject.LICENSE, identifier) is not None:
            raise ProposalClosedError("已有一项变更待复核 · another change waits to be confirmed")


def propose_seal_move(code: str, body: SealMoveIn, *, person: str, services: Services) -> Proposal:
    """Propose a change in the life of a seal; see `propose_status`.

    Raises:
        SealNotFoundError: There is no such seal.
        IllegalTransitionError: What it has been through does not allow it.
        ProposalClosedError: Another proposal about the seal waits.
    """
    proposal = _proposal(ProposalSubject.SEAL, code, body.model_dump(mode="json"), person, services)
    _try(proposal, services)
    return _kept(proposal, services)


def end_proposal(
    proposal_id: str,
    outcome: ProposalOutcome,
    *,
    person: str,
    note: str = "",
    services: Services,
) -> Proposal:
    """Confirm, reject or withdraw a proposal; what is confirmed is carried out.

    Raises:
        ProposalNotFoundError: There is none.
        ProposalClosedError: It has ended already.
        ApproverRequiredError: Not for this person.
        IllegalTransitionError: It cannot be done any more.
    """
    with services.unit_of_work() as work:
        work.only_read()
        proposal = work.proposals.get(proposal_id)
    now = services.clock.now()
    end = ProposalEnd(outcome=outcome, person=person, at=now, note=note)
    proposal.check_end(end)
    is_confirmed = outcome is ProposalOutcome.CONFIRMED
    carry_out = _change_of(proposal, services) if is_confirmed else None
    with services.unit_of_work() as work:
        work.proposals.end(proposal_id, end)
        if carry_out is not None:
            carry_out(person, work, now)
        work.commit()
    return replace(proposal, end=end)


def _tried(identifier: str, body: StatusIn, person: str, services: Services) -> Proposal:
    proposal = _proposal(
        ProposalSubject.LICENSE, identifier, body.model_dump(mode="json"), person, services
    )
    _try(proposal, services)
    return proposal


def _proposal(
    about: ProposalSubject,
    subject: str,
    content: dict[str, object],
    person: str,
    services: Services,
) -> Proposal:
    return Proposal(
        id=new_proposal_id(),
        about=about,
        subject=subject,
        content=content,
        proposed_by=person,
        proposed_at=services.clock.now(),
    )


def _kept(proposal: Proposal, services: Services) -> Proposal:
    with services.unit_of_work() as work:
        work.proposals.add(proposal)
        work.commit()
    return proposal


def _try(proposal: Proposal, services: Services) -> None:
    """Carry a proposal out and roll it back: the unit ends without a commit."""
    carry_out = _change_of(proposal, services)
    with services.unit_of_work() as work:
        carry_out(_SOMEBODY, work, services.clock.now())


def _change_of(proposal: Proposal, services: Services) -> _Change:
    """Return what a proposal is about to change; what that needs is looked up before.

    Raises:
        SealOfferRefusedError: An offered seal is not to be taken over any more.
    """
    match proposal.about:
        case ProposalSubject.LICENSE:
            return partial(_move_license, proposal, allowed_moves_of(proposal.subject, services))
        case ProposalSubject.SEAL if is_offer(proposal):
            return _taking(proposal, services)
        case ProposalSubject.SEAL:
            return partial(_move_seal, proposal)


def _move_license(
    proposal: Proposal,
    allowed: frozenset[StatusKind] | None,
    approver: str,
    work: Work,
    now: datetime,
) -> None:
    body = StatusIn.model_validate(proposal.content)
    event = replace(body.to_event(actor=proposal.proposed_by, now=now), approver=approver)
    change_in(proposal.subject, event, kind=body.kind, work=work, allowed_moves=allowed)


def _move_seal(proposal: Proposal, approver: str, work: Work, now: datetime) -> None:
    move = SealMoveIn.model_validate({**proposal.content, "approver": approver})
    move_in(proposal.subject, move.to_event(operator=proposal.proposed_by, now=now), work=work)


def _taking(proposal: Proposal, services: Services) -> _Change:
    found = look_at(SealOffer.of(proposal, services), services)

    def take(approver: str, work: Work, now: datetime) -> None:
        take_over(proposal, found, approver=approver, work=work, at=now)
        # In the transaction: a file without a record is nothing, a record without one is.
        keep_files(found, services)

    return take
