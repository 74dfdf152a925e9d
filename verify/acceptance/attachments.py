"""Attached licenses (附证): the verified face of a license that serves, kept with its case.

A license is fetched once, by the look-up that found it valid. Whatever asks for it later, the
form, the receipt or the archive, reads what is kept here and asks no register again.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, Protocol

from certs.catalogue import Catalogue
from certs.ports import ObjectStore
from certs.records import LicenseRecord
from verify.acceptance.lookups import Lookup
from verify.acceptance.ports import AcceptanceWork
from verify.acceptance.reasons import LookupResult
from verify.carriers.pdf import record_of_face
from verify.case_errors import DamagedAttachmentError
from verify.matters.ways import Way

_SCHEMA: Final = b"yinxin.attachment/2"
_ONE_FACE: Final = b"yinxin.attachment/1"
"""Earlier releases kept each face by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Where the face of a license lies that a look-up found valid.

    Attributes:
        lookup: The look-up that fetched it.
        object: SM3 digest, in hexadecimal, of what `pack` made of the faces that came with it.
    """

    lookup: Lookup
    object: str


class AttachmentBook(Protocol):
    """Which faces are kept; each row cites its look-up, is added once and never changed."""

    def add(self, *attachments: Attachment) -> None:
        """Keep them all, or none.

        Raises:
            RecordRefusedError: There is no such look-up, it is not valid, or has its face.
        """
        ...

    def of_case(self, case_id: str) -> Mapping[tuple[str, int], str]:
        """Return the objects of a case, by the material and the number of the look-up."""
        ...


class AttachmentWork(AcceptanceWork, Protocol):
    """A unit of work over cases and the faces that are kept with them."""

    @property
    def attachments(self) -> AttachmentBook:
        """The faces."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedLicense:
    """A license as it is attached to a material of a case.

    Attributes:
        material: Code of the material.
        lookup: The look-up that fetched it.
        record: Its verified record.
        values: What its type's fields hold, by their names; blank ones are left out.
        face: The face as the register gave it, PDF.
    """

    material: str
    lookup: Lookup
    record: LicenseRecord
    values: Mapping[str, str] = field(repr=False)
    face: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedLicenses:
    """附证: reads what is attached to cases.

    Attributes:
        unit_of_work: Opens a unit of work.
        objects: Where the faces lie.
        catalogue: The license types by whose names fields are called.
    """

    unit_of_work: Callable[[], AttachmentWork]
    objects: ObjectStore
    catalogue: Catalogue

    def of_case(self, case_id: str) -> tuple[AttachedLicense, ...]:
        """Return the licenses that serve a case now, by its newest look-ups.

        Raises:
            CaseNotFoundError: There is no such case.
            DamagedAttachmentError: What is kept is not the license that was found.
        """
        with self.unit_of_work() as work:
            work.only_read()
            work.cases.get(case_id)
            found = work.cases.latest_lookups(case_id)
            kept = work.attachments.of_case(case_id)
        serving = [
            (lookup, kept[lookup.material, lookup.number])
            for lookup in _serving(found.values())
            if (lookup.material, lookup.number) in kept
        ]
        faces = {
            name: unpack(case_id, self.objects.get(name))
            for name in dict.fromkeys(name for _, name in serving)
        }
        return tuple(self._read(lookup, faces[name]) for lookup, name in serving)

    def _read(self, lookup: Lookup, faces: Mapping[str, bytes]) -> AttachedLicense:
        face = faces.get(str(lookup.license), b"")
        record = record_of_face(face)
        # The verdict was over these very bytes; this only holds the row to them.
        if record is None or record.identifier != lookup.license:
            raise DamagedAttachmentError(lookup.case_id, lookup.material)
        return AttachedLicense(
            material=lookup.material,
            lookup=lookup,
            record=record,
            values=values_of(record, self.catalogue),
            face=face,
        )


def values_of(record: LicenseRecord, catalogue: Catalogue) -> dict[str, str]:
    """Return what the fields of a license's type hold, by their names; blank ones left out."""
    elements = record.elements()
    known = catalogue.version(record.identifier.type_code, record.type_version)
    specs = known.fields if known is not None else ()
    held = {spec.name: elements.get(spec.element or spec.name, "") for spec in specs}
    return {name: value for name, value in held.items() if value}


def pack(case_id: str, faces: Mapping[str, bytes]) -> bytes:
    """Return faces as they are kept with a case: one object, however many came at once.

    Issuing keeps the very same bytes under their own digest, and removes them once they are
    archived; what is kept for a case must be nobody else's.

    Args:
        case_id: 办件编号.
        faces: The faces (PDF) by 电子证照标识.
    """
    contents = {license: len(face) for license, face in faces.items()}
    head = {"case": case_id, "faces": contents}
    return b"\n".join((_SCHEMA, json.dumps(head).encode("ascii"), b"".join(faces.values())))


def unpack(case_id: str, content: bytes) -> dict[str, bytes]:
    """Return the faces that `pack` packed for this case, by 电子证照标识.

    Raises:
        DamagedAttachmentError: They were packed for another, or it is something else.
    """
    schema, head, body = (*content.split(b"\n", 2), b"", b"")[:3]
    try:
        if schema == _ONE_FACE and head == case_id.encode("ascii"):
            return _alone(body)
        known = json.loads(head) if schema == _SCHEMA else {}
        if isinstance(known, dict) and known.get("case") == case_id:
            return _parted(body, known["faces"])
    except ValueError:
        pass
    raise DamagedAttachmentError(case_id, "")


def _alone(face: bytes) -> dict[str, bytes]:
    record = record_of_face(face)
    return {str(record.identifier): face} if record is not None else {}


def _parted(body: bytes, lengths: Mapping[str, int]) -> dict[str, bytes]:
    """Cut faces apart.

    Raises:
        ValueError: There is less, or more, than was packed.
    """
    ends = list(accumulate(lengths.values()))
    if len(body) != (ends[-1] if ends else 0):
        raise ValueError("not what was packed")
    parts = zip(lengths.items(), ends, strict=True)
    return {license: body[end - length : end] for (license, length), end in parts}


def _serving(lookups: Iterable[tuple[Lookup, ...]]) -> list[Lookup]:
    return [
        lookup
        for ways in lookups
        for lookup in ways
        if lookup.way is Way.E_LICENSE and lookup.result is LookupResult.VALID
    ]
