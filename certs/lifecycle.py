"""Use cases that change a license's status, and the signed answer about it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from certs.ports import Clock, UnitOfWork
from certs.status_answer_batches import sign_answers
from certs.status_answers import StatusAnswer
from certs.status_indexes import StatusIndex
from certs.statuses import StatusEvent, check_transition, status_at
from signing.signer import CertifiedSigner


def record_status(
    identifier: str,
    event: StatusEvent,
    *,
    unit_of_work: Callable[[], UnitOfWork],
) -> StatusEvent:
    """Append a change of status (吊销, 撤销, 撤回, 暂扣 …).

    Raises:
        LicenseNotFoundError: There is no such license.
        IllegalTransitionError: Its present status does not allow the change.
    """
    with unit_of_work() as work:
        license = work.licenses.get(identifier)
        check_transition(license.status, event.kind)
        work.licenses.append_event(identifier, event, expected=license.status)
        work.commit()
    return event


def answer_status(  # noqa: PLR0913 - the parts of an answer
    identifier: str,
    nonce: str,
    *,
    at: datetime | None = None,
    region: str,
    unit_of_work: Callable[[], UnitOfWork],
    clock: Clock,
    signer: CertifiedSigner,
) -> bytes:
    """Return the signed answer about a license, also when there is no such license.

    Args:
        identifier: 证照标识.
        nonce: 16 bytes of the asker's, in hexadecimal.
        at: The moment asked about; None for now. All that is known by now counts.
        region: 行政区划代码 of who answers.
        unit_of_work: Opens the register.
        clock: Tells when the answer is given.
        signer: The key of the role ``status``.
    """
    with unit_of_work() as work:
        answer = _answer(identifier, nonce, at=at, region=region, work=work, now=clock.now())
    return answer.sign(signer)


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
        answers = [
            _answer(identifier, nonce, at=None, region=region, work=work, now=now)
            for identifier in dict.fromkeys(identifiers)
        ]
    return sign_answers(answers, signer=signer)


def _answer(  # noqa: PLR0913 - the parts of an answer
    identifier: str,
    nonce: str,
    *,
    at: datetime | None,
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
    )
    found = work.licenses.find(identifier)
    if found is None:
        return answer
    events = work.licenses.events(identifier)
    return replace(
        _in_list(answer, found.status_index, work),
        event=status_at(events, day=at or now, known=now),
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
