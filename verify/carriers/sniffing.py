"""What somebody brought, told by its first bytes; names and media types are not believed."""

import base64
import binascii
import re
from typing import Final

from verify.carriers.codes import MAX_TEXT, looks_like_a_code, read_code_text
from verify.carriers.ofd import read_ofd
from verify.carriers.packages import MARK, read_archive_package
from verify.carriers.pdf import read_pdf
from verify.carriers.pictures import PICTURES, read_picture
from verify.carriers.receipts import read_receipt
from verify.carriers.records import read_lone_record
from verify.carriers.structures import read_structure
from verify.evidence import Evidence, Problem
from verify.report import DocumentFormat

_LEAD_BYTES: Final = 1024
_PDF: Final = b"%PDF-"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_SEQUENCE: Final = b"\x30"
_OTHERS: Final = (
    (b"\xd0\xcf\x11\xe0", "Word / Excel"),
    (b"GIF8", "GIF"),
    (b"RIFF", "WebP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"<html", "HTML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<?xml", "XML"),
)
_MAX_PEM_BYTES: Final = 2 * 2**20
_PEM: Final = re.compile(
    rb"\s*-----BEGIN (?:PKCS7|CMS)-----\s([A-Za-z0-9+/=\s]+)-----END (?:PKCS7|CMS)-----\s*"
)


def read_document(data: bytes, content: bytes | None) -> Evidence:
    """Take any document apart.

    Args:
        data: The document, at most 100 MB.
        content: What a detached signature is over, if it is at hand.
    """
    lead = data[:_LEAD_BYTES]
    if lead.startswith(PICTURES):
        return read_picture(data)
    if _PDF in lead:
        return read_pdf(data)
    if lead.startswith(_ZIP) and MARK in lead:
        return read_archive_package(data)
    if any(mark in lead for mark in _ZIP):
        return read_ofd(data)
    structure = _structure(data)
    if structure.startswith(_SEQUENCE):
        record = read_lone_record(content, structure) if content is not None else None
        return record or read_structure(structure, content)
    return _text(data, content)


def _text(data: bytes, content: bytes | None) -> Evidence:
    """Take what is written in letters apart: a record, a receipt, a code, an identifier."""
    if data.lstrip()[:1] == b"{":
        found = read_receipt(data) or read_lone_record(data, content)
        if found is not None:
            return found
    if len(data) <= MAX_TEXT and data.isascii() and looks_like_a_code(data.decode("ascii")):
        return read_code_text(data.decode("ascii"))
    return Evidence(format=DocumentFormat.UNKNOWN, problem=_unknown(data))


def _unknown(data: bytes) -> Problem:
    """Return what is wrong with bytes that are nothing we know, as far as people can mend it."""
    if not data:
        return Problem(reason="empty")
    for mark, kind in _OTHERS:
        if data.startswith(mark):
            return Problem(reason="other-kind", facts={"kind": kind})
    return Problem(reason="unknown-kind")


def _structure(data: bytes) -> bytes:
    """Return the DER inside PEM text, or ``data`` itself."""
    if len(data) > _MAX_PEM_BYTES or not (found := _PEM.fullmatch(data)):
        return data
    try:
        return base64.b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error:
        return b""
