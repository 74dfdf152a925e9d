"""What a face shows and carries, derived from the record alone."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.faces.content import Attachment, FaceContent, Relationship
from certs.records import LicenseRecord
from certs.type_fields import FieldKind, FieldSpec
from certs.validity_ranges import PERMANENT

RECORD_NAME: Final = "license.json"
SIGNATURE_NAME: Final = "license.p7s"
IDENTIFIER: Final = "certificateIdentifier"
ISSUER: Final = "certificateIssuingAuthorityName"
REQUIRED: Final = frozenset(
    {IDENTIFIER, ISSUER, Element.NUMBER, Element.HOLDER_NAME, Element.ISSUED_ON}
)
"""What every face prints, whatever its type; and the last day of validity, if there is one."""

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATES: Final = frozenset({Element.ISSUED_ON, Element.VALID_FROM, Element.VALID_TO})


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
        ornament=license_type.style.ground,
        marks=face_marks(license_type),
        required=required_marks(record),
    )


def face_marks(license_type: LicenseType) -> dict[str, str]:
    """Return what each text of a face is called on it: the names of the record's elements."""
    named = {spec.name: str(spec.element or spec.name) for spec in license_type.fields}
    return {**named, "issuer": ISSUER, "identifier": IDENTIFIER}


def required_marks(record: LicenseRecord) -> frozenset[str]:
    """Return what the face of a record cannot leave out."""
    return REQUIRED if record.valid_to is None else REQUIRED | {Element.VALID_TO}


def face_values(record: LicenseRecord, license_type: LicenseType) -> dict[str, str]:
    """Return the text of every field as the face prints it."""
    elements = record.elements()
    values = {spec.name: _shown(spec, elements) for spec in license_type.fields}
    return {**values, "issuer": record.authority.name}


def _shown(spec: FieldSpec, elements: dict[str, str]) -> str:
    text = elements.get(spec.element or spec.name, "")
    if spec.kind is FieldKind.DATE and text:
        return day_in_words(text)
    return text


def printed_elements(record: LicenseRecord) -> dict[str, frozenset[str]]:
    """Return how a face may print each element, by name, whatever the type of the license.

    A field of a type may hold a date, which a record cannot tell from a text that looks like
    one: both prints say the same. Elements of all types have one print.
    """
    fields = {name: _prints(text) for name, text in record.fields.items()}
    # A field cannot go by the name of an element, and so stand in its place.
    common = replace(record, fields={}).elements()
    return fields | {
        name: frozenset({day_in_words(text)}) if name in _DATES else frozenset({text})
        for name, text in common.items()
    }


def _prints(text: str) -> frozenset[str]:
    if not _DAY.fullmatch(text):
        return frozenset({text})
    try:
        return frozenset({text, day_in_words(text)})
    except ValueError:  # no such day
        return frozenset({text})


def day_in_words(text: str) -> str:
    """Return a date as faces print it.

    Raises:
        ValueError: It is none.
    """
    if text == PERMANENT:
        return text
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"
