"""What goes with a case that is handed over, and what of it is taken over."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from certs.releases import SHARING_DUTY, Basis, BasisKind, ReleaseWork, Wanted, release
from verify.acceptance.attachments import AttachedLicense
from verify.decision_errors import FieldValueError
from verify.prefill.filling import FilledField
from verify.transfers.messages import MOST_FACE_BYTES
from verify.trust_lists import TrustedRegion

_FACE: Final = ("license.pdf",)
_TRANSFER: Final = Basis(
    kind=BasisKind.CASE,
    permitted=frozenset(_FACE),
    purpose="异地代收代办移交",
    duty=SHARING_DUTY,
)


def fitting(licenses: Iterable[AttachedLicense]) -> dict[str, bytes]:
    """Return the faces that fit; the receiver looks the others up, as it does these."""
    room, faces = MOST_FACE_BYTES, {}
    for license in licenses:
        if len(license.face) <= room:
            faces[license.material] = license.face
            room -= len(license.face)
    return faces


def release_to_partner(
    license: AttachedLicense, partner: TrustedRegion, *, work: ReleaseWork, at: datetime
) -> None:
    """Put the use that handing a license over is on record."""
    wanted = Wanted(
        identifier=str(license.record.identifier),
        fields=_FACE,
        user=f"{partner.name}（{partner.code}）",
    )
    release(wanted, _TRANSFER, work=work, at=at)


def takes(item: FilledField, value: str) -> bool:
    """Tell whether a field takes what the applicant wrote elsewhere."""
    if item.is_locked:
        return False
    try:
        item.field.check(value)
    except FieldValueError:
        return False
    return True
