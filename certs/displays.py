"""亮证: a holder makes a one-time code, somebody redeems it once, and the use is on record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from certs.civil_dates import day_of
from certs.derived_proofs import HOLDS, PROOFS, proofs_in, provable
from certs.display_codes import LIFETIME, DisplayGrant, code_digest, is_code, new_code
from certs.errors import DisplayCodeError, LicenseNotFoundError, NotShownError
from certs.granting.giving import GrantWork
from certs.granting.using import shown_basis
from certs.license_files import read_record
from certs.licenses import License
from certs.marks import EVERY_MARK
from certs.ports import Clock, ObjectStore, UnitOfWork
from certs.records import LicenseRecord
from certs.releases import Basis, BasisKind, Wanted, release
from certs.statuses import StatusEvent, StatusKind, status_at

SHOWN_BY_DEFAULT: Final = (
    "certificateName",
    "certificateNumber",
    "certificateHolderName",
    "certificateIssuingAuthorityName",
    "certificateExpiringDate",
)
IDENTIFYING: Final = (
    "certificateHolderName",
    "certificateHolderTypeCode",
    "certificateHolderCode",
)
"""What tells a window whose case it opens."""
_MOST_FIELDS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A fresh code; the only place where the code itself exists on the server."""

    code: str
    grant: DisplayGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLicense:
    """What the redeemer sees.

    Attributes:
        values: The granted fields by name, in the order granted, as far as they are shown here.
    """

    license: License
    event: StatusEvent | None
    grant: DisplayGrant
    values: dict[str, str]


def issue_code(  # noqa: PLR0913 - what a code is made of
    identifier: str,
    *,
    holder_key: str,
    purpose: str,
    fields: Sequence[str],
    delegation: str = "",
    unit_of_work: Callable[[], UnitOfWork],
    objects: ObjectStore,
    clock: Clock,
) -> IssuedCode:
    """Make a one-time code for a license of this holder.

    By a ``delegation`` somebody else shows it: nobody but a window is told its fields then, and
    it counts as a use of that grant.

    Raises:
        LicenseNotFoundError: The holder has no such license; whether another has is not said.
        NotShownError: A field that the license does not have, or a proof that does not hold.
    """
    now = clock.now()
    with unit_of_work() as work:
        license = work.licenses.find(identifier)
        if license is None or license.holder_key != holder_key:
            raise LicenseNotFoundError(identifier)
        chosen = chosen_of(fields, read_record(objects, license.files), day_of(now))
        grant = DisplayGrant(
            identifier=identifier,
            purpose=purpose,
            fields=chosen,
            created_at=now,
            expires_at=now + LIFETIME,
            delegation=delegation,
        )
        code = new_code()
        work.display_codes.add(code_digest(code), grant)
        work.commit()
    return IssuedCode(code=code, grant=grant)


def everything(_: License, grant: DisplayGrant) -> Sequence[str]:
    """Return all that was granted: what a window sees."""
    return grant.fields


def nothing(_license: License, _grant: DisplayGrant) -> Sequence[str]:
    """Return nothing: what somebody sees whom nobody knows."""
    return ()


def chosen_of(fields: Sequence[str], record: LicenseRecord, today: date) -> tuple[str, ...]:
    """Return what a holder shows: the names chosen, or a usual handful.

    Raises:
        NotShownError: A field that the license does not have, or a proof that does not hold.
    """
    chosen = tuple(fields) or SHOWN_BY_DEFAULT
    # A field that is called like a proof would else be one.
    known = (record.elements().keys() - PROOFS) | {*provable(record.holder, record.valid_to, today)}
    if len(chosen) > _MOST_FIELDS or any(name not in known for name in chosen):
        raise NotShownError("该证照不能出示所选信息项 · the license cannot show that")
    return chosen


def redeem_code(  # noqa: PLR0913 - who redeems what, and where it lies
    code: str,
    *,
    by: str,
    sees: Callable[[License, DisplayGrant], Sequence[str]],
    unit_of_work: Callable[[], UnitOfWork],
    objects: ObjectStore,
    clock: Clock,
) -> ShownLicense:
    """Use a code up and return what its holder granted; the use is on record before.

    A derived proof (`certs.derived_proofs`) whoever redeems the code is told, and nobody where the
    license is not in force.

    Args:
        code: The code as scanned.
        by: Who redeems it.
        sees: Returns which of the fields granted this person is shown; proofs everybody is.
        unit_of_work: Opens a unit of work.
        objects: Where the record lies.
        clock: Tells the time.

    Raises:
        DisplayCodeError: Unknown, used or out of date; which of these is not said.
        GrantNotUsableError: A delegate shows it, whose delegation ended; it is not used up.
    """
    now = clock.now()
    if not is_code(code):
        raise DisplayCodeError("不是亮证码 · not a display code")
    with unit_of_work() as work:
        grant = work.display_codes.consume(code_digest(code), at=now, by=by)
        if grant is None:
            raise DisplayCodeError("亮证码已使用或已过期 · the code is used up or out of date")
        event = status_at(work.licenses.events(grant.identifier), day=now, known=now)
        found = work.licenses.get(grant.identifier)
        proofs = proofs_in(grant.fields)
        seen = {*sees(found, grant), *proofs}
        if not is_in_force(found, event, day_of(now)):
            seen -= {*proofs}
        fields = tuple(name for name in grant.fields if name in seen)
        wanted = Wanted(identifier=grant.identifier, fields=fields, user=by)
        basis = _basis(grant, work=work, at=now)
        license = release(wanted, basis, work=work, at=now)
        work.commit()
    values = dict.fromkeys(proofs, HOLDS)
    if not values.keys() >= {*fields}:
        values = read_record(objects, license.files).elements() | values
    return ShownLicense(
        license=license,
        event=event,
        grant=grant,
        values={name: values[name] for name in fields},
    )


def is_in_force(license: License, event: StatusEvent | None, today: date) -> bool:
    """Tell whether a license whose last event is ``event`` can be shown as good on a day."""
    is_active = event is not None and event.kind is StatusKind.ACTIVE
    return is_active and license.valid_from <= today and not license.is_expired_on(today)


def _basis(grant: DisplayGrant, *, work: GrantWork, at: datetime) -> Basis:
    if grant.delegation:
        fields = frozenset(grant.fields)
        return shown_basis(grant.delegation, fields, grant.purpose, work=work, at=at)
    return Basis(
        kind=BasisKind.DISPLAY_CODE,
        permitted=frozenset(grant.fields),
        purpose=grant.purpose,
        # The holder chose the fields, and shows them in person.
        lifted=EVERY_MARK,
    )
