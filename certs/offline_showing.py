"""离线亮证: a holder takes a signed code along, to show where there is no network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from certs.civil_dates import day_of, start_of
from certs.derived_proofs import HOLDS, proof_label
from certs.displays import chosen_of, is_in_force
from certs.element_labels import element_label
from certs.errors import LicenseNotFoundError, OfflineCodeError
from certs.issuing_desk import IssuingDesk
from certs.license_files import read_record
from certs.licenses import License
from certs.marks import EVERY_MARK
from certs.offline_codes import DOMAIN, MOST_LETTERS, MOST_VALUE, OfflineClaims
from certs.ports import Clock, ObjectStore, UnitOfWork
from certs.records import LicenseRecord
from certs.releases import Basis, BasisKind, Wanted, release_now
from certs.statuses import status_at
from signing import cose
from signing.holder_proofs import DeviceKey

BOUND: Final = timedelta(hours=24)
"""How long a code lasts that a device shows; a lost phone shows nothing longer than that."""
LOOSE: Final = timedelta(minutes=10)
"""How long one lasts that is bound to no device, and could be copied."""
ANY_READER: Final = "offline"
"""Stands in the usage log for whoever reads an offline code."""
_HOLDER: Final = "certificateHolderName"
_TOLD_ANYWAY: Final = frozenset(
    {
        "certificateName",
        "certificateTypeName",
        "certificateTypeCode",
        "certificateIdentifier",
        "certificateIssuingAuthorityName",
        "certificateIssuingAuthorityCode",
        "certificateExpiringDate",
        _HOLDER,
    }
)
"""What every code says, or a verifier knows of the issuer: there is no room for it twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedOfflineCode:
    """A fresh code.

    Attributes:
        code: The signed claims, COSE.
        license: Whose it is of, as the register keeps it.
    """

    code: bytes
    claims: OfflineClaims
    license: License


def issue_offline_code(  # noqa: PLR0913 - what a code is made of, and with what
    identifier: str,
    *,
    holder_key: str,
    purpose: str,
    fields: Sequence[str],
    device: DeviceKey | None,
    desk_of: Callable[[License], IssuingDesk | None],
    unit_of_work: Callable[[], UnitOfWork],
    objects: ObjectStore,
    clock: Clock,
) -> IssuedOfflineCode:
    """Sign what this holder shows of a license; that it was made is on record before.

    Args:
        identifier: 证照标识.
        holder_key: The holder's.
        purpose: What for, as the holder reads it in the log.
        fields: Names of elements, fields and age proofs; a usual handful if empty.
        device: The key of the device that will show it; None for none.
        desk_of: Returns the desk of who issued a license, whose key signs; None where it is not
            at hand.
        unit_of_work: Opens a unit of work.
        objects: Where the record lies.
        clock: Tells the time.

    Raises:
        LicenseNotFoundError: The holder has no such license; whether another has is not said.
        NotShownError: A field that the license does not have, or a proof that does not hold.
        OfflineCodeError: The license is not in force, or nobody here signs for its issuer; or what
            was chosen does not fit into a code.
        KeyUnavailableError: The key cannot sign now.
    """
    now = clock.now()
    license = _shown_license(identifier, holder_key, unit_of_work=unit_of_work, now=now)
    record, desk = read_record(objects, license.files), desk_of(license)
    signs = desk.record_signer.certificate.organization_code if desk is not None else ""
    if desk is None or signs != str(record.authority.code):
        raise OfflineCodeError("该证照不能离线出示 · nobody here signs for its issuer")
    chosen = chosen_of(fields, record, day_of(now))
    claims = _claims(license, record, chosen, desk=desk, device=device, now=now)
    code = cose.sign_claims(claims.to_claims(), signer=desk.record_signer, domain=DOMAIN)
    if len(cose.to_text(code)) > MOST_LETTERS:
        raise OfflineCodeError("所选信息项太多，二维码放不下，请少选几项 · choose fewer fields")
    release_now(
        Wanted(identifier=identifier, fields=chosen, user=ANY_READER),
        lambda _work, _now: _taken_along(chosen, purpose),
        unit_of_work=unit_of_work,
        clock=clock,
    )
    return IssuedOfflineCode(code=code, claims=claims, license=license)


def _shown_license(
    identifier: str, holder_key: str, *, unit_of_work: Callable[[], UnitOfWork], now: datetime
) -> License:
    """Return a license of this holder that is in force."""
    with unit_of_work() as work:
        work.only_read()
        license = work.licenses.find(identifier)
        if license is None or license.holder_key != holder_key:
            raise LicenseNotFoundError(identifier)
        event = status_at(work.licenses.events(identifier), day=now, known=now)
    if not is_in_force(license, event, day_of(now)):
        raise OfflineCodeError("证照现在无效，不能出示 · the license is not in force")
    return license


def _claims(  # noqa: PLR0913 - what a code says
    license: License,
    record: LicenseRecord,
    chosen: tuple[str, ...],
    *,
    desk: IssuingDesk,
    device: DeviceKey | None,
    now: datetime,
) -> OfflineClaims:
    issued_at = now.replace(microsecond=0)
    end = issued_at + (BOUND if device is not None else LOOSE)
    if license.valid_to is not None:
        end = min(end, start_of(license.valid_to + timedelta(days=1)))
    values, license_type = record.elements(), desk.type_of(record)
    pairs = [
        ((proof_label(name) or element_label(name, license_type))[0], values.get(name, HOLDS))
        for name in chosen
        if name not in _TOLD_ANYWAY
    ]
    if any(len(value) > MOST_VALUE for _, value in pairs):
        raise OfflineCodeError("所选信息项太长，二维码放不下 · too long for a code")
    return OfflineClaims(
        identifier=record.identifier,
        type_name=record.type_name,
        holder_shown=record.holder_name if _HOLDER in chosen else license.holder_shown,
        fields=tuple(pairs),
        valid_to=record.valid_to,
        status_index=record.status_index,
        issued_at=issued_at,
        expires_at=end,
        device=device,
    )


def _taken_along(chosen: tuple[str, ...], purpose: str) -> Basis:
    return Basis(
        kind=BasisKind.OFFLINE_CODE,
        permitted=frozenset(chosen),
        purpose=purpose,
        # The holder chose the fields, and shows them in person.
        lifted=EVERY_MARK,
    )
