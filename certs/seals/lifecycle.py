"""Use cases of seals: register, move, and say how one stood."""

from collections.abc import Callable, Mapping
from datetime import datetime

from certs.errors import SealRecordError
from certs.ports import Clock
from certs.seals.events import SealEvent, SealMove, SealState, check_move, event_at
from certs.seals.ports import SealWork
from certs.seals.register import RegisteredSeal
from certs.seals.status_answers import SealStatusAnswer
from certs.seals.succession import IssuerSuccession
from certs.status_answers import LONGEST_AGE
from signing.signer import CertifiedSigner


def register_seal(
    seal: RegisteredSeal, *events: SealEvent, unit_of_work: Callable[[], SealWork]
) -> None:
    """Keep a new seal with the beginning of its life, in one transaction.

    Args:
        seal: The seal.
        events: Its making, and what followed at once.
        unit_of_work: Opens the register.

    Raises:
        DuplicateSealError: The code or the seal is registered already.
        IllegalTransitionError: The events do not follow one another.
    """
    for number, event in enumerate(events):
        check_move(events[:number], event)
    with unit_of_work() as work:
        work.seals.add(seal, events[0])
        for number, event in enumerate(events[1:], start=2):
            work.seals.append_event(seal.code, event, number=number)
        work.commit()


def move_seal(code: str, event: SealEvent, *, unit_of_work: Callable[[], SealWork]) -> None:
    """Enable, suspend, resume, revoke or destroy a seal.

    Raises:
        SealNotFoundError: There is no such seal.
        IllegalTransitionError: What it has been through does not allow it.
    """
    with unit_of_work() as work:
        move_in(code, event, work=work)
        work.commit()


def move_in(code: str, event: SealEvent, *, work: SealWork) -> None:
    """Move a seal in a transaction that the caller commits."""
    work.seals.get(code)
    life = work.seals.events(code)
    check_move(life, event)
    work.seals.append_event(code, event, number=len(life) + 1)


def seal_status(
    code: str, *, at: datetime, known: datetime, unit_of_work: Callable[[], SealWork]
) -> tuple[RegisteredSeal, SealEvent | None]:
    """Return a seal and the event that decides about ``at``, as known at ``known``.

    Raises:
        SealNotFoundError: There is no such seal.
    """
    with unit_of_work() as work:
        return work.seals.get(code), event_at(work.seals.events(code), at=at, known=known)


def enabled_since(unit_of_work: Callable[[], SealWork]) -> Mapping[str, datetime]:
    """Return when the seals that may be used now were enabled first, by code."""
    with unit_of_work() as work:
        return {
            code: next(
                item.recorded_at
                for item in work.seals.events(code)
                if item.move is SealMove.ENABLED
            )
            for code, state in work.seals.states().items()
            if state is SealState.ENABLED
        }


def answer_seal_status(  # noqa: PLR0913 - the parts of an answer
    code: str,
    *,
    at: datetime | None,
    nonce: str,
    region: str,
    unit_of_work: Callable[[], SealWork],
    clock: Clock,
    signer: CertifiedSigner,
) -> bytes:
    """Return the signed answer how a seal stood at ``at``, also when there is no such seal.

    Args:
        code: 印章编码.
        at: The moment asked about; None for now.
        nonce: The asker's, or empty.
        region: Who answers.
        unit_of_work: Opens the register.
        clock: Tells the time.
        signer: Signs answers about status.

    Raises:
        SealRecordError: The moment lies ahead; nobody can tell yet.
    """
    now = clock.now()
    asked = at or now
    if asked > now + LONGEST_AGE:
        raise SealRecordError("不能询问将来的状态 · nobody can tell the future")
    with unit_of_work() as work:
        seal = work.seals.find(code)
        event = event_at(work.seals.events(code), at=asked, known=now) if seal else None
    return SealStatusAnswer(
        code=code,
        at=asked,
        nonce=nonce,
        region=region,
        answered_at=now.replace(microsecond=0),
        seal_digest=seal.digest if seal else "",
        state=event.move.state if event else None,
        since=event.effective_at if event else None,
        reason=event.reason if event else "",
        decision_no=event.document_no if event else "",
    ).sign(signer)


def record_succession(
    succession: IssuerSuccession, *, unit_of_work: Callable[[], SealWork]
) -> None:
    """Record that one authority follows another."""
    with unit_of_work() as work:
        work.seals.add_succession(succession)
        work.commit()
