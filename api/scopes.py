"""What a request touches, so that nobody gets further than they were let.

A path that names a license, a batch or a case is about its type or matter; a few routes look into
their bodies and ask `Caller.need` themselves. Whatever else needs a role may be about anything: it
is open to clients that were given every license type and every matter, and to no others. Who acts
for an enterprise by an appointment (企业用证人员) is held to it where a path names something.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from fastapi import Request

from api.http_errors import AppointmentReachError, ClientRightError
from api.region_callers import path_of
from api.services import Services
from certs.appointments import Appointment
from certs.clients import Client
from certs.errors import BatchNotFoundError, MalformedIdentifierError
from certs.identifiers import LicenseIdentifier
from certs.reach import Need, Reach, Subject
from verify.case_errors import CaseNotFoundError

_EVERY_TYPE: Final = Need(subject=Subject.LICENSE_TYPE)
_EVERY_MATTER: Final = Need(subject=Subject.MATTER)
_ASKING: Final = frozenset({"POST /api/v1/licenses", "POST /api/v1/cases", "POST /api/v1/batches"})
"""Routes that ask what their bodies need; each asks before it does anything."""
_OF_TYPES: Final = frozenset({"GET /api/v1/licenses", "GET /api/v1/batches"})
"""Routes over licenses of every type, and over nothing else."""
_NAMING: Final = frozenset({"identifier", "batch", "case_id"})
"""Parts of paths that say what a request is about."""
_OF_NOTHING: Final = frozenset({"POST /api/v1/receipts"})
"""Routes that are about what whoever asks brings along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far somebody reaches besides a role.

    Attributes:
        kind: ``client`` or ``appointment``; begins the rule of what is refused for it.
        reach: What was named.
        lack: What the request's path needs and was not given; None for nothing.
    """

    kind: Literal["client", "appointment"]
    reach: Reach
    lack: Need | None

    def refusal(self, need: Need) -> ClientRightError | AppointmentReachError:
        """Return the error for what was not given."""
        return ClientRightError(need) if self.kind == "client" else AppointmentReachError(need)


def client_scope(client: Client, request: Request, services: Services) -> Scope:
    """Return how far a client reaches, with what it lacks for a request."""
    lack = client.rights.lacking(_needs(request, services))
    return Scope(kind="client", reach=client.rights, lack=lack)


def appointment_scope(appointment: Appointment, request: Request, services: Services) -> Scope:
    """Return how far somebody reaches who acts for an enterprise; see ``client_scope``."""
    lack = appointment.reach.lacking(_named(request, services))
    return Scope(kind="appointment", reach=appointment.reach, lack=lack)


def _needs(request: Request, services: Services) -> Iterator[Need]:
    """Yield what a request needs by its path."""
    route = f"{request.method} {path_of(request)}"
    if route in _ASKING | _OF_NOTHING:
        return
    if route in _OF_TYPES:
        yield _EVERY_TYPE
        return
    if not _NAMING & request.path_params.keys():
        yield from (_EVERY_TYPE, _EVERY_MATTER)
    yield from _named(request, services)


def _named(request: Request, services: Services) -> Iterator[Need]:
    """Yield what the parts of a path name."""
    found = request.path_params
    if "identifier" in found:
        yield _type_of_license(str(found["identifier"]))
    if "batch" in found:
        yield from _type_of_batch(str(found["batch"]), services)
    if "case_id" in found:
        yield from _matter_of(str(found["case_id"]), services)


def _type_of_license(identifier: str) -> Need:
    try:
        code = str(LicenseIdentifier.parse(identifier).type_code)
    except MalformedIdentifierError:
        return _EVERY_TYPE
    return Need(subject=Subject.LICENSE_TYPE, code=code)


def _type_of_batch(batch: str, services: Services) -> tuple[Need, ...]:
    """Return the type of a batch; of none there is nothing to reach, and the route says so."""
    with services.unit_of_work() as work:
        work.only_read()
        try:
            code = work.batches.get(batch).type_code
        except BatchNotFoundError:
            return ()
    return (Need(subject=Subject.LICENSE_TYPE, code=code),)


def _matter_of(case_id: str, services: Services) -> tuple[Need, ...]:
    """Return the matter of a case; see `_type_of_batch`."""
    with services.unit_of_work() as work:
        work.only_read()
        try:
            code = work.cases.get(case_id).matter_code
        except CaseNotFoundError:
            return ()
    return (Need(subject=Subject.MATTER, code=code),)
