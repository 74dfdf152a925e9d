"""The structures inside a seal, read as real files have them.

Whatever differs from ``signing.seal_writing`` is accepted only if it was seen, and is named.
Sources: GM/T 0031-2014 for version 1; real files and the code of four implementations.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing import der, lenient
from signing.algorithms import SM3, SM3_BYTES, SM3_WITH_KEY, SM3_WITHOUT_KEY
from signing.certificates import Certificate, parse_certificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.seal_descriptions import (
    ExtensionData,
    SealDescription,
    SealKind,
    SealLayout,
    SealPicture,
)
from signing.seal_writing import HEADER_ID, LIST_OF_CERTIFICATES, LIST_OF_DIGESTS
from signing.tolerances import Tolerance

CONTEXT_0: Final = 0xA0
MAX_SIDE_MM: Final = 200
_MAX_SIGNERS: Final = 64
_MAX_EXTENSIONS: Final = 64
_MAX_NUMBER: Final = 2**31
_DATES: Final = 3
_SM3_NAMES: Final = frozenset({"SM3", SM3, SM3_WITHOUT_KEY, SM3_WITH_KEY})
_TRUE: Final = der.tlv(der.BOOLEAN, b"\xff")
_FALSE: Final = der.tlv(der.BOOLEAN, b"\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadInfo:
    """A SES_SealInfo as it was read: its version number (header.version) and what it says."""

    version: int
    description: SealDescription


def read_info(info: der.Element, layout: SealLayout, tolerated: set[Tolerance]) -> ReadInfo:
    """Read a SES_SealInfo.

    Raises:
        MalformedStructureError: Not such a structure.
    """
    header, code, properties, picture, *extensions = at_least(info, 4, most=5)
    identity, version, vendor = at_least(header, 3, most=3)
    if lenient.read_text(identity, der.IA5_STRING, tolerated) != HEADER_ID:
        raise MalformedStructureError("not the header of a seal")
    number = read_number(version)
    if number != layout.version:
        tolerated.add(Tolerance.ODD_VERSION)
    kind, name, listed, times = _read_properties(properties, layout, tolerated)
    return ReadInfo(
        version=number,
        description=SealDescription(
            kind=_kind(kind, tolerated),
            code=lenient.read_text(code, der.IA5_STRING, tolerated),
            name=lenient.read_text(name, der.UTF8_STRING, tolerated),
            signers=tuple(item for item in listed if isinstance(item, Certificate)),
            signer_digests=tuple(item for item in listed if isinstance(item, bytes)),
            created_at=times[0],
            valid_from=times[1],
            valid_to=times[2],
            picture=_picture(picture, tolerated),
            extensions=_seal_extensions(extensions, tolerated),
            vendor=lenient.read_text(vendor, der.IA5_STRING, tolerated),
        ),
    )


def read_extensions(element: der.Element, tolerated: set[Tolerance]) -> tuple[ExtensionData, ...]:
    """Read ExtensionDatas, with or without the tag [0].

    Raises:
        MalformedStructureError: Not such a structure.
    """
    found = der.children(element, most=_MAX_EXTENSIONS)
    if element.tag == CONTEXT_0 and len(found) == 1 and _holds_extensions(found[0]):
        found = der.children(found[0], most=_MAX_EXTENSIONS)
    elif element.tag == CONTEXT_0:
        tolerated.add(Tolerance.IMPLICIT_EXTENSIONS)
    else:
        der.expect(element, der.SEQUENCE)
    return tuple(_extension(item, tolerated) for item in found)


def read_certificate(element: der.Element, tolerated: set[Tolerance]) -> Certificate:
    """Return the certificate in an OCTET STRING, or by itself, as some version 1 files have it.

    Raises:
        MalformedStructureError: Not an SM2 certificate.
        InvalidSignatureError: Its signature value is out of range.
    """
    if element.tag == der.SEQUENCE:
        tolerated.add(Tolerance.BARE_CERTIFICATE)
        return parse_certificate(element.encoded)
    return parse_certificate(der.expect(element, der.OCTET_STRING).content)


def read_timestamp(found: list[der.Element], tolerated: set[Tolerance]) -> bytes:
    """Return what the BIT STRING of an optional timestamp holds, with or without its tag [0].

    Raises:
        MalformedStructureError: Not a BIT STRING, or an empty one.
    """
    if not found:
        return b""
    element = found[0]
    if element.tag == CONTEXT_0:
        element = der.read(element.content)
    else:
        tolerated.add(Tolerance.UNTAGGED_TIMESTAMP)
    timestamp = der.to_bits(element)
    if not timestamp:
        raise MalformedStructureError("a timestamp is empty")
    return timestamp


def at_least(element: der.Element, least: int, *, most: int) -> tuple[der.Element, ...]:
    """Return the parts of a SEQUENCE of which the last ones may be missing.

    Raises:
        MalformedStructureError: Fewer or more parts.
    """
    found = der.children(der.expect(element, der.SEQUENCE), most=most)
    if len(found) < least:
        raise MalformedStructureError(f"expected {least} parts, found {len(found)}")
    return found


def read_number(element: der.Element) -> int:
    """Return a version, kind or size.

    Raises:
        MalformedStructureError: Negative, or larger than any of them.
    """
    number = der.to_integer(element)
    if not 0 <= number < _MAX_NUMBER:
        raise MalformedStructureError("a number is out of bounds")
    return number


def _holds_extensions(element: der.Element) -> bool:
    """Whether this is a SEQUENCE OF ExtData and not one ExtData, which begins with its OID."""
    return element.tag == der.SEQUENCE and element.content[:1] != bytes((der.OID,))


def _seal_extensions(
    found: list[der.Element], tolerated: set[Tolerance]
) -> tuple[ExtensionData, ...]:
    if not found:
        return ()
    if found[0].tag == CONTEXT_0:
        tolerated.add(Tolerance.TAGGED_SEAL_EXTENSIONS)
    return read_extensions(found[0], tolerated)


def _extension(element: der.Element, tolerated: set[Tolerance]) -> ExtensionData:
    kind, *critical, value = at_least(element, 2, most=3)
    if critical and critical[0].encoded == _FALSE:
        tolerated.add(Tolerance.EXPLICIT_DEFAULT)
    elif critical and critical[0].encoded != _TRUE:
        raise MalformedStructureError("an extension is neither critical nor not")
    return ExtensionData(
        kind=der.to_oid(kind),
        value=der.expect(value, der.OCTET_STRING).content,
        is_critical=bool(critical) and critical[0].encoded == _TRUE,
    )


def _read_properties(
    element: der.Element, layout: SealLayout, tolerated: set[Tolerance]
) -> tuple[der.Element, der.Element, list[Certificate | bytes], list[datetime]]:
    """Return kind, name, who may use the seal, and the three dates.

    Version 1 has the list of signers in third place, later versions the kind of the list.
    """
    kind, name, *others = at_least(element, 6, most=7)
    is_first = others[0].tag == der.SEQUENCE
    if is_first != (layout is SealLayout.V1):
        tolerated.add(Tolerance.MIXED_LAYOUTS)
    list_kind = LIST_OF_CERTIFICATES if is_first else read_number(others.pop(0))
    listed, *times = others
    if len(times) != _DATES:
        raise MalformedStructureError("a seal has three dates")
    tag = der.UTC_TIME if is_first else der.GENERALIZED_TIME
    return (
        kind,
        name,
        _read_list(listed, list_kind, tolerated),
        [lenient.read_time(time, tag, tolerated) for time in times],
    )


def _read_list(
    element: der.Element, list_kind: int, tolerated: set[Tolerance]
) -> list[Certificate | bytes]:
    """Return the certificates, or digests of certificates, that may use the seal."""
    entries = der.children(der.expect(element, der.SEQUENCE), most=_MAX_SIGNERS)
    if not entries:
        raise MalformedStructureError("the seal lists no certificate")
    listed: list[Certificate | bytes] = []
    for entry in entries:
        found_kind, value = _read_entry(entry, tolerated)
        if value is None:
            tolerated.add(Tolerance.UNREADABLE_LIST_ENTRY)
            continue
        if found_kind != list_kind:
            tolerated.add(Tolerance.ODD_LIST_TYPE)
        listed.append(value)
    return listed


def _read_entry(
    entry: der.Element, tolerated: set[Tolerance]
) -> tuple[int, Certificate | bytes | None]:
    """Return what kind of list the entry belongs to, and its value, None if unreadable."""
    if entry.tag == der.OCTET_STRING:
        return LIST_OF_CERTIFICATES, _certificate(entry.content)
    if entry.tag != der.SEQUENCE:
        return LIST_OF_CERTIFICATES, None
    parts = der.children(entry, most=3)
    if [part.tag for part in parts[1:]] == [der.OCTET_STRING]:
        return LIST_OF_DIGESTS, _read_digest(*parts, tolerated=tolerated)
    tolerated.add(Tolerance.BARE_CERTIFICATE_IN_LIST)
    return LIST_OF_CERTIFICATES, _certificate(entry.encoded)


def _read_digest(
    name: der.Element, value: der.Element, *, tolerated: set[Tolerance]
) -> bytes | None:
    """Return the digest if it is one of SM3, whose name or OID stands before it."""
    said = lenient.read_text(name, der.PRINTABLE_STRING, tolerated).upper()
    if said not in _SM3_NAMES or len(value.content) != SM3_BYTES:
        return None
    if said != SM3:
        tolerated.add(Tolerance.ODD_DIGEST_ALGORITHM)
    return value.content


def _certificate(encoded: bytes) -> Certificate | None:
    """Return a listed certificate, unless this package could not verify with it anyway."""
    try:
        return parse_certificate(encoded)
    except (MalformedStructureError, InvalidSignatureError):
        return None


def _kind(element: der.Element, tolerated: set[Tolerance]) -> SealKind | int:
    number = read_number(element)
    try:
        return SealKind(number)
    except ValueError:
        tolerated.add(Tolerance.UNKNOWN_SEAL_KIND)
        return number


def _picture(element: der.Element, tolerated: set[Tolerance]) -> SealPicture:
    kind, image, width, height = at_least(element, 4, most=4)
    sides = (read_number(width), read_number(height))
    if not all(0 < side <= MAX_SIDE_MM for side in sides):
        tolerated.add(Tolerance.ODD_PICTURE_SIZE)
    return SealPicture(
        kind=lenient.read_text(kind, der.IA5_STRING, tolerated),
        image=der.expect(image, der.OCTET_STRING).content,
        width_mm=sides[0],
        height_mm=sides[1],
    )
