"""Fields that real files write in more than one way: read, and the liberties taken are named.

Every function adds to ``tolerated`` what it had to tolerate, and raises
``MalformedStructureError`` for anything that was never seen in real files.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from signing import der
from signing.algorithms import (
    EC_PUBLIC_KEY,
    RAW_SIGNATURE_BYTES,
    SM2_CURVE,
    SM2_SIGN,
    SM2_SIGN_MISSPELT,
    SM2_SIGN_WITH_SM3,
    SM3,
    SM3_WITH_KEY,
    SM3_WITHOUT_KEY,
)
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signature_values import SignatureValue
from signing.tolerances import Tolerance

SM3_IDENTIFIERS: Final = frozenset({SM3, SM3_WITHOUT_KEY, SM3_WITH_KEY, SM2_SIGN_WITH_SM3})
"""Everything that was found to mean SM3; the last by mistake."""
SM2_IDENTIFIERS: Final = frozenset({SM2_SIGN_WITH_SM3, SM2_SIGN})
ODD_SM2_IDENTIFIERS: Final = frozenset({SM2_CURVE, SM2_SIGN_MISSPELT, EC_PUBLIC_KEY})
"""Found where SM2 with SM3 was meant; with an SM3 digest they can mean nothing else."""

_STRINGS: Final = frozenset({der.UTF8_STRING, der.PRINTABLE_STRING, der.IA5_STRING})
_CHINA: Final = timezone(timedelta(hours=8))
"""Asia/Shanghai; it has had no summer time since 1991."""
_MAX_TIME_BYTES: Final = 40
_TEXT_TIME: Final = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d):?(\d\d)"
    r"(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d\d):?(\d\d))?",
    re.ASCII,
)
_MICROSECOND_DIGITS: Final = 6
_TIME_TAGS: Final = (der.UTC_TIME, der.GENERALIZED_TIME)


def read_text(element: der.Element, tag: int, tolerated: set[Tolerance]) -> str:
    """Return a string that should be of type ``tag``; other octets are UTF-8, else GB 18030."""
    if element.tag not in _STRINGS:
        der.expect(element, tag)
    if element.tag != tag:
        tolerated.add(Tolerance.OTHER_STRING_TYPE)
    if element.tag != der.UTF8_STRING and not element.content.isascii():
        tolerated.add(Tolerance.NON_ASCII_IA5)
    encodings = ("utf-8",) if element.tag == der.UTF8_STRING else ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            return element.content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MalformedStructureError("a string has octets outside its type")


def read_time(element: der.Element, tag: int, tolerated: set[Tolerance]) -> datetime:
    """Return a time that should be of type ``tag``.

    UTCTime is never taken for GeneralizedTime, but fifteen characters in a UTCTime are a year of
    four digits: a reader that takes the first two for the year gives another day.
    """
    if element.tag == der.GENERALIZED_TIME and tag == der.UTC_TIME:
        tolerated.add(Tolerance.GENERALIZED_TIME_IN_V1)
    else:
        der.expect(element, tag)
    try:
        return der.to_time(element)
    except MalformedStructureError:
        return read_text_time(element.content, tolerated)


def read_text_time(text: bytes, tolerated: set[Tolerance]) -> datetime:
    """Return the instant of ``20211014033404Z``, ``2021-10-14 11:34:04`` and the like, UTC.

    A year of two digits is only taken in the form of UTCTime. Without a zone it is Beijing time.
    """
    tolerated.add(Tolerance.TIME_AS_TEXT)
    trimmed = text.strip(b"\0 \r\n")
    if len(trimmed) > _MAX_TIME_BYTES or not trimmed.isascii():
        raise MalformedStructureError("not a time")
    found = _TEXT_TIME.fullmatch(trimmed.decode("ascii"))
    if found is None:
        return der.to_time(der.Element(der.UTC_TIME, trimmed, b""))
    *digits, fraction, zulu, sign, hours, minutes = found.groups()
    microsecond = int((fraction or "")[:_MICROSECOND_DIGITS].ljust(_MICROSECOND_DIGITS, "0"))
    year, month, day, hour, minute, second = map(int, digits)
    try:
        zone = UTC if zulu else _zone(sign, hours, minutes)
        instant = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=zone)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MalformedStructureError("no such day or time") from error


def read_signing_time(element: der.Element, tolerated: set[Tolerance]) -> datetime | None:
    """Return timeInfo of a version 1 signature, or None where it is a timestamp token."""
    if element.tag in _TIME_TAGS:
        tolerated.add(Tolerance.BARE_TIME)
        return read_time(element, der.UTC_TIME, tolerated)
    if element.tag == der.OCTET_STRING:
        tolerated.add(Tolerance.OCTET_STRING_TIME)
    content = octets_or_bits(element)
    if content[:1] == bytes((der.SEQUENCE,)):
        tolerated.add(Tolerance.TOKEN_AS_TIME)
        return None
    if content[:1] and content[0] in _TIME_TAGS:
        return read_time(der.read(content), der.UTC_TIME, tolerated)
    return read_text_time(content, tolerated)


def read_digest(element: der.Element, tolerated: set[Tolerance]) -> bytes:
    """Return dataHash, of whatever length."""
    if element.tag == der.OCTET_STRING:
        tolerated.add(Tolerance.OCTET_STRING_DIGEST)
    return octets_or_bits(element)


def octets_or_bits(element: der.Element) -> bytes:
    """Return what an OCTET STRING or a BIT STRING holds."""
    return element.content if element.tag == der.OCTET_STRING else der.to_bits(element)


def read_sm2_identifier(element: der.Element, tolerated: set[Tolerance]) -> None:
    """Refuse a signature algorithm that is not SM2 with SM3 under any of its names."""
    dotted = der.to_oid(element)
    if dotted != SM2_SIGN_WITH_SM3:
        if dotted not in SM2_IDENTIFIERS | ODD_SM2_IDENTIFIERS:
            raise MalformedStructureError("not signed with SM2 and SM3")
        tolerated.add(Tolerance.ODD_SIGNATURE_ALGORITHM)


def note_raw_value(value: bytes, tolerated: set[Tolerance]) -> None:
    """Note a signature value that is not DER but has the length of r and s side by side."""
    if len(value) == RAW_SIGNATURE_BYTES and not _is_der(value):
        tolerated.add(Tolerance.RAW_SIGNATURE_VALUE)


def signature_value(value: bytes) -> SignatureValue:
    """Return a signature value in either form; 64 bytes that are strict DER are DER.

    Raises:
        InvalidSignatureError: Neither form, or out of range.
    """
    if len(value) == RAW_SIGNATURE_BYTES and not _is_der(value):
        return SignatureValue.from_raw(value)
    return SignatureValue.from_der(value)


def _is_der(value: bytes) -> bool:
    try:
        SignatureValue.from_der(value)
    except InvalidSignatureError:
        return False
    return True


def _zone(sign: str | None, hours: str, minutes: str) -> timezone:
    if sign is None:
        return _CHINA
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)
