"""Changes of legal status that somebody asks for, over HTTP or on the command line."""

from api.services import Services, Work
from certs.lifecycle import (
    call_off_in,
    call_off_status,
    record_in,
    record_status,
    reverse_in,
    reverse_status,
)
from certs.statuses import StatusEvent, StatusKind

REVERSED = "reversed"
CALLED_OFF = "called_off"


def change(identifier: str, event: StatusEvent, *, kind: str, services: Services) -> StatusEvent:
    """Record a change of status, overturn a decision, or call off a plan, as ``kind`` says.

    Raises:
        LicenseNotFoundError: There is no such license.
        IllegalTransitionError: It cannot be done now, or the type does not know it.
        ApproverRequiredError: Nobody else has approved a reversal.
        UnknownEventError: There is nothing to overturn.
        DuplicateLicenseError: Another license in force carries the number meanwhile.
    """
    if kind == REVERSED:
        return reverse_status(identifier, event, unit_of_work=services.unit_of_work)
    if kind == CALLED_OFF:
        return call_off_status(identifier, event, unit_of_work=services.unit_of_work)
    return record_status(
        identifier,
        event,
        unit_of_work=services.unit_of_work,
        allowed_moves=allowed_moves_of(identifier, services),
    )


def change_in(
    identifier: str,
    event: StatusEvent,
    *,
    kind: str,
    work: Work,
    allowed_moves: frozenset[StatusKind] | None,
) -> StatusEvent:
    """Do the same in a transaction that the caller commits; see `change`.

    Args:
        identifier: 证照标识.
        event: The change.
        kind: What it is, as for `change`.
        work: The transaction.
        allowed_moves: What `allowed_moves_of` said before the transaction began.
    """
    if kind == REVERSED:
        return reverse_in(identifier, event, work=work)
    if kind == CALLED_OFF:
        return call_off_in(identifier, event, work=work)
    return record_in(identifier, event, work=work, allowed_moves=allowed_moves)


def allowed_moves_of(identifier: str, services: Services) -> frozenset[StatusKind] | None:
    """Return the moves that the license's type knows; None where the type is not at hand."""
    with services.unit_of_work() as work:
        work.only_read()
        license = work.licenses.get(identifier)
    license_type = services.license_type(license.type_code)
    return None if license_type is None else license_type.allowed_moves
