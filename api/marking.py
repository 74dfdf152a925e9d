"""Holders see and change the marks (标记) of their own licenses."""

from api.callers import Caller
from api.license_reading import own_license
from api.schemas.marks import LicenseMarksOut
from api.services import Services
from certs.mark_keeping import change_secret


def marks_of(identifier: str, *, caller: Caller, services: Services) -> LicenseMarksOut:
    """Return the marks of an own license.

    Raises:
        LicenseNotFoundError: The caller has no such license.
    """
    with services.unit_of_work() as work:
        work.only_read()
        license = own_license(identifier, caller=caller, work=work)
        changes = work.marks.changes(identifier)
    return LicenseMarksOut.of(license, services.type_of(license), changes)


def mark_secret(
    identifier: str, field: str, *, is_marked: bool, caller: Caller, services: Services
) -> LicenseMarksOut:
    """Mark a field of an own license as a trade secret, or lift that; return the marks then.

    Raises:
        LicenseNotFoundError: The caller has no such license.
        SecretRefusedError: It cannot be marked, or freed of the mark.
    """
    change_secret(
        identifier,
        field,
        is_marked=is_marked,
        holder_key=caller.grant.holder_key,
        actor=caller.person,
        type_of=services.type_of,
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )
    return marks_of(identifier, caller=caller, services=services)
