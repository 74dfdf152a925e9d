"""DER, written and read strictly: definite minimal lengths, one-byte tags, original slices.

Signatures are checked over bytes as they came, so a parsed element always keeps its own
encoding. Source: X.690 §10 and §11.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from signing.errors import MalformedStructureError

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
UTF8_STRING: Final = 0x0C
PRINTABLE_STRING: Final = 0x13
IA5_STRING: Final = 0x16
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

_CONSTRUCTED: Final = 0x20
_FIRST_TAGGED: Final = 0x40
_COLLECTIONS: Final = (0x10, 0x11, SEQUENCE, SET)
_LOW_TAG: Final = 0x1F
_LONG_FORM: Final = 0x80
_MAX_LENGTH_OCTETS: Final = 4
_UTC_TIME_YEARS: Final = range(1950, 2050)
_MAX_DEPTH: Final = 32
_MAX_ELEMENTS: Final = 500_000
_MAX_NUMBER_BYTES: Final = 128  # Python refuses to write out integers of thousands of digits
_PAIR: Final = rb"(\d\d)"
_TIMES: Final = {
    UTC_TIME: re.compile(_PAIR * 6 + b"Z"),
    GENERALIZED_TIME: re.compile(rb"(\d{4})" + _PAIR * 5 + b"Z"),
}


class Element(NamedTuple):
    """One element: its tag octet, its content, and its whole original encoding.

    A tuple, because seals have fifty of them and a frozen dataclass takes thrice as long.
    """

    tag: int
    content: bytes
    encoded: bytes


def read(data: bytes) -> Element:
    """Parse exactly one element.

    Raises:
        MalformedStructureError: Not DER, cut short, or followed by other bytes.
    """
    element, end = _element(data, 0)
    if end != len(data):
        raise MalformedStructureError("bytes follow the element")
    return element


def children(element: Element, *, most: int = _MAX_ELEMENTS) -> tuple[Element, ...]:
    """Return the elements inside a constructed element, of which there may be ``most``.

    Raises:
        MalformedStructureError: It is primitive, not DER inside, or has more parts.
    """
    if not element.tag & _CONSTRUCTED:
        raise MalformedStructureError("the element has no parts")
    found: list[Element] = []
    content, at = element.content, 0
    while at < len(content):
        if len(found) == most:
            raise MalformedStructureError("too many parts")
        child, at = _element(content, at)
        found.append(child)
    return tuple(found)


def check(data: bytes) -> None:
    """Refuse bytes that are not one DER element through and through.

    Libraries that read more loosely are only given what passed here.

    Raises:
        MalformedStructureError: Not DER, or deeper or larger than any honest structure.
    """
    pending = [(read(data), 0)]
    seen = 0
    while pending:
        element, depth = pending.pop()
        seen += 1
        if depth > _MAX_DEPTH or seen > _MAX_ELEMENTS:
            raise MalformedStructureError("too deep or too many parts")
        if element.tag & _CONSTRUCTED:
            pending.extend((child, depth + 1) for child in children(element))


def expect(element: Element, tag: int) -> Element:
    """Return ``element`` if it carries ``tag``.

    Raises:
        MalformedStructureError: It carries another.
    """
    if element.tag != tag:
        raise MalformedStructureError(f"expected tag {tag:#04x}, found {element.tag:#04x}")
    return element


def parts(element: Element, *tags: int) -> tuple[Element, ...]:
    """Return the parts of a SEQUENCE whose tags are exactly ``tags``.

    Raises:
        MalformedStructureError: Another number of parts, or another tag.
    """
    found = children(expect(element, SEQUENCE))
    if len(found) != len(tags):
        raise MalformedStructureError(f"expected {len(tags)} parts, found {len(found)}")
    for child, tag in zip(found, tags, strict=True):
        expect(child, tag)
    return found


def to_integer(element: Element) -> int:
    """Return the value of a minimal INTEGER."""
    octets = expect(element, INTEGER).content
    padded = len(octets) > 1 and octets[0] in (0, 0xFF) and (octets[0] ^ octets[1]) < _LONG_FORM
    if not octets or padded or len(octets) > _MAX_NUMBER_BYTES:
        raise MalformedStructureError("an INTEGER is empty, padded or endless")
    return int.from_bytes(octets, "big", signed=True)


def to_bits(element: Element) -> bytes:
    """Return the octets of a BIT STRING without unused bits."""
    content = expect(element, BIT_STRING).content
    if not content or content[0] != 0:
        raise MalformedStructureError("a BIT STRING has unused bits")
    return content[1:]


def to_oid(element: Element) -> str:
    """Return an OBJECT IDENTIFIER in dotted form."""
    content = expect(element, OID).content
    if not content or content[-1] & _LONG_FORM or len(content) > _MAX_NUMBER_BYTES:
        raise MalformedStructureError("an OBJECT IDENTIFIER is cut short or endless")
    arcs: list[int] = []
    value = 0
    fresh = True
    for octet in content:
        if fresh and octet == _LONG_FORM:
            raise MalformedStructureError("an OBJECT IDENTIFIER is padded")
        value = value << 7 | octet & 0x7F
        fresh = not octet & _LONG_FORM
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def to_text(element: Element, tag: int) -> str:
    """Return a string of type ``tag``: UTF8String, IA5String or PrintableString."""
    encoding = "utf-8" if expect(element, tag).tag == UTF8_STRING else "ascii"
    try:
        return element.content.decode(encoding)
    except UnicodeDecodeError as error:
        raise MalformedStructureError("a string has octets outside its type") from error


def to_time(element: Element) -> datetime:
    """Return a UTCTime (1950 to 2049, RFC 5280 §4.1.2.5.1) or GeneralizedTime, UTC."""
    pattern = _TIMES.get(element.tag)
    found = pattern.fullmatch(element.content) if pattern else None
    if found is None:
        raise MalformedStructureError("not a DER time")
    year, month, day, hour, minute, second = map(int, found.groups())
    if element.tag == UTC_TIME:
        year += 2000 if year + 2000 in _UTC_TIME_YEARS else 1900
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise MalformedStructureError("no such day or time") from error


def tlv(tag: int, *contents: bytes) -> bytes:
    """Return tag, minimal length and the concatenated contents."""
    content = b"".join(contents)
    length = len(content)
    if length < _LONG_FORM:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(octets))) + octets + content


def sequence(*contents: bytes) -> bytes:
    """Return a SEQUENCE."""
    return tlv(SEQUENCE, *contents)


def set_of(contents: Iterable[bytes]) -> bytes:
    """Return a SET OF, its members in DER order."""
    return tlv(SET, *sorted(contents))


def explicit(number: int, *contents: bytes) -> bytes:
    """Return ``[number] EXPLICIT`` (or a constructed IMPLICIT) around ``contents``."""
    return tlv(0xA0 | number, *contents)


def integer(value: int) -> bytes:
    """Return an INTEGER."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return tlv(INTEGER, value.to_bytes(size, "big", signed=True))


@lru_cache(256)
def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(OID, *(_base128(arc) for arc in (40 * first + second, *rest)))


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return tlv(OCTET_STRING, value)


def bits(value: bytes) -> bytes:
    """Return a BIT STRING without unused bits."""
    return tlv(BIT_STRING, b"\0", value)


def text(value: str, tag: int) -> bytes:
    """Return a string of type ``tag``, if it can hold the text."""
    try:
        return tlv(tag, value.encode("utf-8" if tag == UTF8_STRING else "ascii"))
    except UnicodeEncodeError as error:
        raise MalformedStructureError("the string type cannot hold this text") from error


def generalized_time(instant: datetime) -> bytes:
    """Return a GeneralizedTime in whole seconds."""
    return tlv(GENERALIZED_TIME, instant.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def utc_time(instant: datetime) -> bytes:
    """Return a UTCTime in whole seconds, if it can hold the year."""
    utc = instant.astimezone(UTC)
    if utc.year not in _UTC_TIME_YEARS:
        raise MalformedStructureError("a UTCTime holds the years 1950 to 2049")
    return tlv(UTC_TIME, utc.strftime("%y%m%d%H%M%SZ").encode())


def x509_time(instant: datetime) -> bytes:
    """Return the form that X.509 and CMS prescribe: UTCTime as long as it holds the year."""
    late = instant.astimezone(UTC).year >= _UTC_TIME_YEARS.stop
    return generalized_time(instant) if late else utc_time(instant)


def _base128(arc: int) -> bytes:
    septets = [arc & 0x7F]
    while arc := arc >> 7:
        septets.append(arc & 0x7F | _LONG_FORM)
    return bytes(reversed(septets))


def _element(data: bytes, at: int) -> tuple[Element, int]:
    """Return the element at ``at`` and the offset after it."""
    start = at + 2
    if start > len(data) or (tag := data[at]) & _LOW_TAG == _LOW_TAG:
        raise MalformedStructureError("an element is cut short or has a long tag")
    # Universal tags: collections are constructed, everything else is primitive.
    if tag < _FIRST_TAGGED and bool(tag & _CONSTRUCTED) != (tag in _COLLECTIONS):
        raise MalformedStructureError("a string in parts, or a sequence in one piece")
    length = data[at + 1]
    if length >= _LONG_FORM:
        length, start = _long_length(data, start, length & 0x7F)
    end = start + length
    if end > len(data):
        raise MalformedStructureError("an element is longer than what is there")
    return Element(tag, data[start:end], data[at:end]), end


def _long_length(data: bytes, start: int, count: int) -> tuple[int, int]:
    """Return a length of ``count`` octets at ``start``, and the offset after it."""
    octets_of_length = data[start : start + count]
    length = int.from_bytes(octets_of_length, "big")
    minimal = octets_of_length[:1] != b"\0" and length >= _LONG_FORM
    if not 0 < count <= _MAX_LENGTH_OCTETS or start + count > len(data) or not minimal:
        raise MalformedStructureError("a length is indefinite or not minimal")
    return length, start + count
