"""Makes annotated copies (加注件): the use on record, the page, its own seal, the register."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from api.callers import Caller
from api.http_errors import NotServedHereError
from api.license_reading import FindBasis, basis_of, file_of, own_license, release_by
from api.services import Services, Work
from certs.copies import CopyState, CopyStatement, KeptCopy, new_copy_number
from certs.errors import CopyNotFoundError
from certs.faces.copy_pages import SEAL_CENTER_MM, typeset_copy
from certs.granting.grants import GrantEventKind
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.marking import marks_of_whole
from certs.marks import EVERY_MARK, Mark
from certs.reach import Need, Subject
from certs.releases import Basis, BasisKind
from certs.seals.usability import RecordingSealer
from signing.pdf.sealing import SealAppearance, SealPlacement
from signing.sealed_pdf import contents_room

PATH: Final = "/api/v1/annotated-copies"
_PURPOSE: Final = "加注件"
_FACE: Final = ("license.pdf",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOrder:
    """What copy is wanted.

    Attributes:
        license: 证照标识.
        recipient: Whoever may keep it.
        purpose: What for.
        lasts: How long it is good.
        case: The case that a window acts in; empty for none.
        grant: The grant that it rests on; empty for none.
    """

    license: str
    recipient: str
    purpose: str
    lasts: timedelta
    case: str = ""
    grant: str = ""


def make_copy(order: CopyOrder, *, caller: Caller, services: Services) -> KeptCopy:
    """Make a copy of a license and register it; the use is on record before anything is drawn.

    A holder makes copies of the own licenses, everybody else on the basis on which the face
    itself may be seen.

    Raises:
        LicenseNotFoundError: There is none that the caller may know of.
        BasisMissingError: Nothing allows the caller to see it.
        OverAskError: The matter registers no use of such licenses.
        CopyRefusedError: No recipient or purpose, or too long.
        SealNotUsableError: The seal is not enabled.
        NotServedHereError: There is no seal here.
    """
    desk = next(iter(services.desks.values()), None)
    if desk is None:
        raise NotServedHereError("no seal to put on a copy")
    now = services.clock.now().replace(microsecond=0)
    with services.unit_of_work() as work:
        found = work.licenses.find(order.license)
    statement = CopyStatement(
        number=new_copy_number(),
        license_type=found.type_name if found is not None else "证照",
        recipient=order.recipient.strip(),
        purpose=order.purpose.strip(),
        issued_at=now,
        expires_at=now + order.lasts,
        marks=_marks(found, now),
    )
    license = _release(order, caller=caller, services=services)
    sealed = _sealed(license, statement, desk=desk, caller=caller, services=services)
    kept = KeptCopy(
        statement=statement,
        identifier=license.identifier,
        digest=services.objects.put(sealed),
        made_by=caller.person,
        grant_id=order.grant,
        case_id=order.case,
    )
    with services.unit_of_work() as work:
        work.copies.add(kept)
        work.commit()
    return kept


def _marks(license: License | None, at: datetime) -> tuple[Mark, ...]:
    if license is None:
        return ()
    return marks_of_whole(license, at)


def _release(order: CopyOrder, *, caller: Caller, services: Services) -> License:
    find: FindBasis
    if caller.grant.is_holder and not order.grant:
        with services.unit_of_work() as work:
            own_license(order.license, caller=caller, work=work, guarding_at=services.clock)
        basis = Basis(
            kind=BasisKind.COPY,
            permitted=frozenset(_FACE),
            purpose=f"{_PURPOSE}：{order.recipient} · {order.purpose}",
            lifted=EVERY_MARK,
        )

        def find(_work: Work, _now: datetime) -> Basis:
            return basis
    else:
        find = basis_of(
            order.license, caller=caller, services=services, case=order.case, grant=order.grant
        )
    return release_by(find, order.license, caller=caller, services=services, fields=_FACE)


def _sealed(
    license: License,
    statement: CopyStatement,
    *,
    desk: IssuingDesk,
    caller: Caller,
    services: Services,
) -> bytes:
    """Return the page under its own seal; the seal's use is recorded before."""
    pdf = typeset_copy(
        statement,
        file_of(license, "pdf", services),
        author=desk.authority.name,
        address=f"{services.public_url}{PATH}/{statement.number}",
        specimen=desk.specimen,
    )
    sealer = RecordingSealer(
        inner=desk.sealer,
        unit_of_work=services.unit_of_work,
        now=services.clock.now,
        operator=caller.person,
        purpose=_PURPOSE,
    )
    # pyHanko takes half a second to load, and few copies are made.
    from signing.reference.sealing import seal_document  # noqa: PLC0415
    from signing.reference.stamping import Stamp  # noqa: PLC0415

    certificate = desk.seal_signer.certificate
    stamp = Stamp(
        appearance=desk.appearance,
        place=_place(desk.appearance),
        signed_at=statement.issued_at,
        reason=_PURPOSE,
        signer_name=certificate.organization or certificate.common_name,
        contents_bytes=contents_room(sealer, is_timestamped=desk.timestamps is not None),
    )
    return seal_document(
        pdf, stamp, sealer=sealer, signer=desk.seal_signer, timestamps=desk.timestamps
    )


def _place(appearance: SealAppearance) -> SealPlacement:
    left, top = SEAL_CENTER_MM
    return SealPlacement(
        left_mm=left - appearance.width_mm / 2,
        top_mm=top - appearance.height_mm / 2,
        width_mm=appearance.width_mm,
        height_mm=appearance.height_mm,
    )


def state_of(kept: KeptCopy, services: Services) -> CopyState:
    """Return how a copy stands: with its grant it ends as well."""
    with services.unit_of_work() as work:
        events = work.grants.get(kept.grant_id).events if kept.grant_id else ()
    is_revoked = any(event.kind is GrantEventKind.REVOKED for event in events)
    return kept.state(services.clock.now(), grant_is_revoked=is_revoked)


def own_copy(number: str, *, caller: Caller, services: Services) -> KeptCopy:
    """Return a copy that the caller had made, or that is of the caller's license.

    Raises:
        CopyNotFoundError: There is none such.
        AppointmentReachError: It is of a license beyond the caller's appointment.
    """
    with services.unit_of_work() as work:
        kept = work.copies.get(number)
        license = work.licenses.get(kept.identifier)
    key = caller.grant.holder_key
    if kept.made_by != caller.person and not (key and license.holder_key == key):
        raise CopyNotFoundError(number)
    caller.need(Need(subject=Subject.LICENSE_TYPE, code=license.type_code))
    return kept


def revoke_copy(number: str, *, caller: Caller, services: Services) -> KeptCopy:
    """Revoke a copy at once.

    Raises:
        CopyNotFoundError: There is none that the caller may revoke.
    """
    own_copy(number, caller=caller, services=services)
    with services.unit_of_work() as work:
        work.copies.revoke(number, at=services.clock.now(), actor=caller.person)
        work.commit()
        return work.copies.get(number)
