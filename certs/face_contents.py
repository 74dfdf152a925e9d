"""What a face shows and carries, derived from the record alone."""

from datetime import date, datetime
from typing import Final

from certs.catalogue import PERMANENT, FieldKind, FieldSpec, LicenseType
from certs.faces.content import Attachment, FaceContent, Relationship
from certs.records import LicenseRecord

RECORD_NAME: Final = "license.json"
SIGNATURE_NAME: Final = "license.p7s"


def face_of(  # noqa: PLR0913 - what a face is made of
    record: LicenseRecord,
    *,
    license_type: LicenseType,
    signature: bytes,
    qr_text: str,
    created_at: datetime,
    specimen: bool,
) -> FaceContent:
    """Return the face of ``record`` with the record and its signature inside.

    Args:
        record: What the license says.
        license_type: Whose template draws it.
        signature: license.p7s.
        qr_text: The printed code's address.
        created_at: The time of sealing.
        specimen: The face says 样本.
    """
    return FaceContent(
        template=license_type.folder,
        values=face_values(record, license_type),
        title=f"{record.type_name} {record.number}",
        author=record.authority.name,
        identifier=str(record.identifier),
        qr_text=qr_text,
        created_at=created_at,
        specimen=specimen,
        attachments=(
            Attachment(
                name=RECORD_NAME,
                media_type="application/json",
                description="电子证照机器可读数据",
                relationship=Relationship.SOURCE,
                content=record.encode(),
            ),
            Attachment(
                name=SIGNATURE_NAME,
                media_type="application/pkcs7-signature",
                description="电子证照数据签名",
                relationship=Relationship.SUPPLEMENT,
                content=signature,
            ),
        ),
    )


def face_values(record: LicenseRecord, license_type: LicenseType) -> dict[str, str]:
    """Return the text of every field as the face prints it."""
    elements = record.elements()
    values = {spec.name: _shown(spec, elements) for spec in license_type.fields}
    return {**values, "issuer": record.authority.name}


def _shown(spec: FieldSpec, elements: dict[str, str]) -> str:
    text = elements.get(spec.element or spec.name, "")
    if spec.kind is FieldKind.DATE and text and text != PERMANENT:
        day = date.fromisoformat(text)
        return f"{day.year}年{day.month:02d}月{day.day:02d}日"
    return text
