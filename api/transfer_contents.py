"""What goes with a case that is handed over, and what of it is taken over."""

from collections.abc import Iterable
from datetime import datetime

from certs.usages import Usage
from verify.acceptance.attachments import AttachedLicense
from verify.errors import FieldValueError
from verify.prefill.filling import FilledField
from verify.transfers.messages import MOST_FACE_BYTES
from verify.trust_lists import TrustedRegion


def fitting(licenses: Iterable[AttachedLicense]) -> dict[str, bytes]:
    """Return the faces that fit; the receiver looks the others up, as it does these."""
    room, faces = MOST_FACE_BYTES, {}
    for license in licenses:
        if len(license.face) <= room:
            faces[license.material] = license.face
            room -= len(license.face)
    return faces


def use_of(license: AttachedLicense, partner: TrustedRegion, *, at: datetime) -> Usage:
    """Return the use that handing a license over is."""
    return Usage(
        identifier=str(license.record.identifier),
        at=at,
        user=f"{partner.name}（{partner.code}）",
        basis="case",
        purpose="异地代收代办移交",
        fields=("license.pdf",),
    )


def takes(item: FilledField, value: str) -> bool:
    """Tell whether a field takes what the applicant wrote elsewhere."""
    if item.is_locked:
        return False
    try:
        item.field.check(value)
    except FieldValueError:
        return False
    return True
