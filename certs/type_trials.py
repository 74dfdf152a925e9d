"""Try a license type out: its face is compiled, and a specimen is drawn of every sample row.

What is wrong comes out here and not when the first license is issued.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from certs.applications import LicenseApplication, parse_application
from certs.catalogue import LicenseType
from certs.errors import FaceError, InvalidApplicationError
from certs.face_contents import face_of
from certs.faces.compiled import CompiledFaces
from certs.faces.content import FaceContent
from certs.identifiers import LicenseIdentifier, SocialCreditCode
from certs.records import SALT_BYTES, IssuingAuthority, LicenseRecord
from certs.regions import RegionCode
from certs.status_indexes import StatusIndex

_CODE_TEXT: Final = "http://127.0.0.1:8000/V#" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 9
_OTHER_SLOTS: Final = frozenset({"issuer", "identifier"})
# Synthetic, like everything about a specimen.
_AUTHORITY: Final = IssuingAuthority(
    code=SocialCreditCode("11340200MB9TXY014H"),
    name="芜湖市样例行政审批局",
    region=RegionCode("340200"),
)
_MADE_AT: Final = datetime(2026, 1, 5, 1, tzinfo=UTC)


def specimen_record(license_type: LicenseType, application: LicenseApplication) -> LicenseRecord:
    """Return what the record of an application would say; issuer and identifier are made up."""
    return LicenseRecord(
        identifier=LicenseIdentifier(
            type_code=license_type.code, issuer_code=_AUTHORITY.code, serial="0" * 20
        ),
        type_name=license_type.name,
        number=application.number,
        authority=_AUTHORITY,
        holder=application.holder,
        holder_name=application.holder_name,
        issued_on=application.issued_on,
        valid_from=application.valid_from,
        valid_to=application.valid_to,
        fields=application.fields,
        status_uri="http://127.0.0.1:8000/api/v1/status-lists/0",
        status_index=StatusIndex(list_number=0, index=0),
        salt=bytes(SALT_BYTES),
        type_version=license_type.version,
    )


def specimen(license_type: LicenseType, application: LicenseApplication) -> FaceContent:
    """Return the face that an application would get, marked 样本, its code and data empty."""
    return face_of(
        specimen_record(license_type, application),
        license_type=license_type,
        signature=b"",
        qr_text=_CODE_TEXT,
        created_at=_MADE_AT,
        specimen=True,
    )


def problems_of(
    license_type: LicenseType, rows: Sequence[Mapping[str, str]], *, faces: CompiledFaces
) -> Iterator[str]:
    """Yield what is wrong with a type that follows the schema.

    Args:
        license_type: The type.
        rows: Its sample rows; messages count them from 0.
        faces: Compiles its face and lays its specimens out.
    """
    applications = []
    for number, row in enumerate(rows):
        try:
            applications.append(
                (
                    number,
                    parse_application(
                        license_type, row, missing_characters=faces.missing_characters
                    ),
                )
            )
        except InvalidApplicationError as error:
            yield from (
                f"rows[{number}]: {problem.field}: {problem.zh} · {problem.en}"
                for problem in error.problems
            )
    if applications:
        yield from _problems_of_face(license_type, applications, faces)


def _problems_of_face(
    license_type: LicenseType,
    applications: Sequence[tuple[int, LicenseApplication]],
    faces: CompiledFaces,
) -> Iterator[str]:
    contents = [(number, specimen(license_type, item)) for number, item in applications]
    first = contents[0][1]
    try:
        slots = faces.template(first).slots
        faces.template(replace(first, specimen=False))
    except FaceError as error:
        yield f"face.typ: {error}"
        return
    named = {slot.name for slot in slots.texts} - _OTHER_SLOTS
    printed = {spec.name for spec in license_type.printed_fields}
    yield from (
        f"face.typ: 没有 {name} 的位置 · no slot for it" for name in sorted(printed - named)
    )
    yield from (
        f"face.typ: {name} 不是要打印的信息项 · a slot for no printed field"
        for name in sorted(named - printed)
    )
    if printed != named:
        return
    for number, content in contents:
        try:
            faces.layout(content)
        except FaceError as error:
            yield f"rows[{number}]: {error}"
