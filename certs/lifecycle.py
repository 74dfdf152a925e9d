"""Use cases that change a license's status, and the signed answer about it."""

from collections.abc import Callable

from certs.ports import Clock, UnitOfWork
from certs.status_answers import StatusAnswer
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
    region: str,
    unit_of_work: Callable[[], UnitOfWork],
    clock: Clock,
    signer: CertifiedSigner,
) -> bytes:
    """Return the signed answer about a license, also when there is no such license."""
    now = clock.now()
    event, digest = None, ""
    with unit_of_work() as work:
        found = work.licenses.find(identifier)
        if found is not None:
            digest = found.files.record
            event = status_at(work.licenses.events(identifier), day=now, known=now)
    return StatusAnswer(
        identifier=identifier,
        nonce=nonce,
        region=region,
        answered_at=now.replace(microsecond=0),
        event=event,
        record_digest=digest,
    ).sign(signer)
