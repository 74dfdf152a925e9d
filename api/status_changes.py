"""Changes of legal status that somebody asks for, over HTTP or on the command line."""

from api.services import Services
from certs.lifecycle import call_off_status, record_status, reverse_status
from certs.statuses import StatusEvent

REVERSED = "reversed"
CALLED_OFF = "called_off"


def change(identifier: str, event: StatusEvent, *, kind: str, services: Services) -> StatusEvent:
    """Record a change of status, overturn a decision, or call off a plan, as ``kind`` says.

    Raises:
        LicenseNotFoundError: There is no such license.
        IllegalTransitionError: It cannot be done now.
        ApproverRequiredError: Nobody else has approved a reversal.
        UnknownEventError: There is nothing to overturn.
        DuplicateLicenseError: Another license in force carries the number meanwhile.
    """
    if kind == REVERSED:
        return reverse_status(identifier, event, unit_of_work=services.unit_of_work)
    if kind == CALLED_OFF:
        return call_off_status(identifier, event, unit_of_work=services.unit_of_work)
    return record_status(identifier, event, unit_of_work=services.unit_of_work)
