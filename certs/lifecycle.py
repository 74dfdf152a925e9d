"""Use cases that change a license's status, and the signed answer about it."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime

from certs.errors import DuplicateLicenseError, IllegalTransitionError
from certs.licenses import License
from certs.masking import mask
from certs.moves import calling_off, check_move, reversal
from certs.ports import Clock, UnitOfWork
from certs.status_answer_batches import sign_answers
from certs.status_answers import StatusAnswer
from certs.status_indexes import StatusIndex
from certs.statuses import OPEN, StatusEvent, StatusKind, outlook, status_at
from signing.signer import CertifiedSigner


def record_status(
    identifier: str,
    event: StatusEvent,
    *,
    unit_of_work: Callable[[], UnitOfWork],
    allowed_moves: AbstractSet[StatusKind] | None = None,
) -> StatusEvent:
    """Append a change of status (吊销, 撤销, 撤回, 暂扣 …), for now, for earlier or for later.

    Args:
        identifier: 证照标识.
        event: The change.
        unit_of_work: Opens the register.
        allowed_moves: What the license type knows; None for all that the law knows.

    Raises:
        LicenseNotFoundError: There is no such license.
        MoveNotAllowedError: The license type does not know the change.
        MoveTimeError: It cannot take effect at that time.
        IllegalTransitionError: Its present status, or what is planned, does not allow it.
    """
    with unit_of_work() as work:
        record_in(identifier, event, work=work, allowed_moves=allowed_moves)
        work.commit()
    return event


def record_in(
    identifier: str,
    event: StatusEvent,
    *,
    work: UnitOfWork,
    allowed_moves: AbstractSet[StatusKind] | None = None,
) -> StatusEvent:
    """Append a change of status in a transaction that the caller commits."""
    license = work.licenses.claim(identifier)
    check_move(work.licenses.events(identifier), event, allowed_moves=allowed_moves)
    _check_successor(license, event, work)
    work.licenses.append_event(identifier, event, expected=license.status)
    return event


def reverse_status(
    identifier: str, event: StatusEvent, *, unit_of_work: Callable[[], UnitOfWork]
) -> StatusEvent:
    """Overturn a decision (行政复议、判决撤销): what stood before stands again.

    Args:
        identifier: 证照标识.
        event: Names the decision (``overturns``), who approves, and from when on.
        unit_of_work: Opens the register.

    Raises:
        LicenseNotFoundError: There is no such license.
        ApproverRequiredError: A part of the decision is missing, or no second person agrees.
        UnknownEventError: There is nothing to overturn.
        MoveTimeError: It would count from before what it overturns.
        DuplicateLicenseError: Another license in force carries the number meanwhile.
    """
    with unit_of_work() as work:
        done = reverse_in(identifier, event, work=work)
        work.commit()
    return done


def reverse_in(identifier: str, event: StatusEvent, *, work: UnitOfWork) -> StatusEvent:
    """Overturn a decision in a transaction that the caller commits."""
    return _overturn(identifier, event, reversal, work)


def call_off_status(
    identifier: str, event: StatusEvent, *, unit_of_work: Callable[[], UnitOfWork]
) -> StatusEvent:
    """Call off a planned change before its time (取消预定的变更).

    Raises:
        LicenseNotFoundError: There is no such license.
        UnknownEventError: Nothing of the kind is planned.
        IllegalTransitionError: A new version is to take its place; that one must end first.
        DuplicateLicenseError: Another license in force carries the number meanwhile.
    """
    with unit_of_work() as work:
        done = call_off_in(identifier, event, work=work)
        work.commit()
    return done


def call_off_in(identifier: str, event: StatusEvent, *, work: UnitOfWork) -> StatusEvent:
    """Call off a planned change in a transaction that the caller commits."""
    return _overturn(identifier, event, calling_off, work)


def _overturn(
    identifier: str,
    event: StatusEvent,
    complete: Callable[[Sequence[StatusEvent], StatusEvent], StatusEvent],
    work: UnitOfWork,
) -> StatusEvent:
    license = work.licenses.claim(identifier)
    log = work.licenses.events(identifier)
    done = complete(log, event)
    if log[event.overturns - 1].kind is StatusKind.SUPERSEDED:
        _check_successor(license, done, work)
    _check_number(license, [*log, done], work)
    work.licenses.append_event(identifier, done, expected=license.status)
    return done


def _check_successor(license: License, event: StatusEvent, work: UnitOfWork) -> None:
    """Refuse a change of a version that another one is about to take the place of."""
    if license.settles_at is None or license.settles_at <= event.recorded_at:
        return
    successor = work.licenses.successor(license.identifier)
    if successor is not None and successor.status in OPEN:
        raise IllegalTransitionError(
            f"新版本 {successor.identifier} 将替代它，请先处理新版本 · end the new version first"
        )


def _check_number(license: License, log: Sequence[StatusEvent], work: UnitOfWork) -> None:
    """Refuse to bring back a license whose number another one carries meanwhile."""
    if license.status in OPEN or outlook(log)[0] not in OPEN:
        return
    numbers = work.licenses.in_force(
        license.type_code, license.issuer_code, [license.number], at=log[-1].recorded_at
    )
    holds_it_itself = license.settles_at is not None and license.settles_at > log[-1].recorded_at
    if numbers and not holds_it_itself:
        raise DuplicateLicenseError(
            f"证照编号 {mask(license.number)} 已有有效证照 · its number is in force elsewhere"
        )


def present_status(license: License, work: UnitOfWork, now: datetime) -> StatusKind:
    """Return how a license stands by law at ``now``; its log is read only where plans are open."""
    if license.settles_at is None or license.settles_at <= now:
        return license.status
    event = status_at(work.licenses.events(license.identifier), day=now, known=now)
    return event.kind if event else StatusKind.PENDING


def as_it_stands(license: License, work: UnitOfWork, now: datetime) -> License:
    """Return the license with the status that it has at ``now``, without what is planned."""
    return replace(license, status=present_status(license, work, now))


def answer_status(  # noqa: PLR0913 - the parts of an answer
    identifier: str,
    nonce: str,
    *,
    at: datetime | None = None,
    known: datetime | None = None,
    is_flagged: Callable[[str], bool] = lambda _identifier: False,
    region: str,
    unit_of_work: Callable[[], UnitOfWork],
    clock: Clock,
    signer: CertifiedSigner,
) -> bytes:
    """Return the signed answer about a license, also when there is no such license.

    Args:
        identifier: 证照标识.
        nonce: 16 bytes of the asker's, in hexadecimal.
        at: The moment asked about; None for now.
        known: What was recorded later does not count; None for all that is known by now.
        is_flagged: Says whether a correction about the license is open, to those who ask.
        region: 行政区划代码 of who answers.
        unit_of_work: Opens the register.
        clock: Tells when the answer is given.
        signer: The key of the role ``status``.
    """
    with unit_of_work() as work:
        work.only_read()
        answer = _answer(
            identifier, nonce, at=at, known=known, region=region, work=work, now=clock.now()
        )
    return replace(answer, flagged=is_flagged(identifier)).sign(signer)


def answer_statuses(  # noqa: PLR0913 - the parts of an answer
    identifiers: Sequence[str],
    nonce: str,
    *,
    region: str,
    unit_of_work: Callable[[], UnitOfWork],
    clock: Clock,
    signer: CertifiedSigner,
) -> bytes:
    """Return the answers about some licenses under one signature; see ``answer_status``."""
    now = clock.now()
    with unit_of_work() as work:
        work.only_read()
        answers = [
            _answer(identifier, nonce, at=None, known=None, region=region, work=work, now=now)
            for identifier in dict.fromkeys(identifiers)
        ]
    return sign_answers(answers, signer=signer)


def _answer(  # noqa: PLR0913 - the parts of an answer
    identifier: str,
    nonce: str,
    *,
    at: datetime | None,
    known: datetime | None,
    region: str,
    work: UnitOfWork,
    now: datetime,
) -> StatusAnswer:
    answer = StatusAnswer(
        identifier=identifier,
        nonce=nonce,
        region=region,
        answered_at=now.replace(microsecond=0),
        event=None,
        record_digest="",
        at=None if at is None else at.astimezone(UTC),
        known=None if known is None else known.astimezone(UTC),
    )
    found = work.licenses.find(identifier)
    if found is None:
        return answer
    events = work.licenses.events(identifier)
    return replace(
        _in_list(answer, found.status_index, work),
        event=status_at(events, day=at or now, known=min(known or now, now)),
        record_digest=found.files.record,
        valid_from=found.valid_from.isoformat(),
        valid_to=found.valid_to.isoformat() if found.valid_to else "",
    )


def _in_list(answer: StatusAnswer, place: StatusIndex | None, work: UnitOfWork) -> StatusAnswer:
    """Return the answer with where the license stands in the status lists, if that is known."""
    if place is None:
        return answer
    token = work.status_lists.newest(place.list_number)
    return replace(
        answer,
        list_number=str(place.list_number),
        list_index=str(place.index),
        list_version=token.version if token else "",
    )
