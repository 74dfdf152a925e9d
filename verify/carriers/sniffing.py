"""What somebody brought, told by its first bytes; names and media types are not believed."""

import base64
import binascii
import re
from typing import Final

from verify.carriers.ofd import read_ofd
from verify.carriers.pdf import read_pdf
from verify.carriers.structures import read_structure
from verify.evidence import Evidence, Problem
from verify.report import DocumentFormat

_LEAD_BYTES: Final = 1024
_PDF: Final = b"%PDF-"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_SEQUENCE: Final = b"\x30"
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
    if _PDF in lead:
        return read_pdf(data)
    if any(mark in lead for mark in _ZIP):
        return read_ofd(data)
    structure = _structure(data)
    if structure.startswith(_SEQUENCE):
        return read_structure(structure, content)
    return Evidence(format=DocumentFormat.UNKNOWN, problem=Problem(reason="unknown-kind"))


def _structure(data: bytes) -> bytes:
    """Return the DER inside PEM text, or ``data`` itself."""
    if len(data) > _MAX_PEM_BYTES or not (found := _PEM.fullmatch(data)):
        return data
    try:
        return base64.b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error:
        return b""
