"""Text and dates inside PDF strings. Source: ISO 32000-1:2008, 7.9.2 and 7.9.4."""

import re
from datetime import UTC, datetime
from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.objects import PdfObject
from signing.pdf.rules import PdfRule

_BYTE_ORDER_MARK: Final = b"\xfe\xff"
_PRINTABLE: Final = re.compile(r"[ -~]*")
_DATE: Final = re.compile(rb"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z")


def encode_text(text: str) -> bytes:
    """Return printable ASCII as it is and anything else as UTF-16BE with its mark.

    Raises:
        UnicodeEncodeError: ``text`` holds half a surrogate pair.
    """
    if _PRINTABLE.fullmatch(text):
        return text.encode("ascii")
    return _BYTE_ORDER_MARK + text.encode("utf-16-be")


def decode_text(value: PdfObject) -> str:
    """Return the text of a string in ASCII or UTF-16BE.

    Raises:
        MalformedPdfError: Not a string, or in another encoding.
    """
    if not isinstance(value, bytes):
        raise MalformedPdfError(PdfRule.STRUCTURE, "expected a text string")
    try:
        if value.startswith(_BYTE_ORDER_MARK):
            return value[2:].decode("utf-16-be")
        return value.decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedPdfError(PdfRule.STRUCTURE, "a text string is damaged") from error


def encode_date(instant: datetime) -> bytes:
    """Return an instant as ``D:YYYYMMDDHHMMSSZ``, fractions of a second cut off.

    Raises:
        ValueError: ``instant`` names no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("the instant needs a time zone")
    utc = instant.astimezone(UTC)
    # strftime("%Y") does not pad years before 1000 on every platform.
    return f"D:{utc.year:04d}{utc:%m%d%H%M%S}Z".encode("ascii")


def decode_date(value: PdfObject) -> datetime:
    """Return the instant of a date that ``encode_date`` wrote.

    Raises:
        MalformedPdfError: Another form, or no such day or time.
    """
    match = _DATE.fullmatch(value) if isinstance(value, bytes) else None
    if match is None:
        raise MalformedPdfError(PdfRule.NOT_STRICT, "not a date in UTC")
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise MalformedPdfError(PdfRule.NOT_STRICT, "no such day or time") from error
