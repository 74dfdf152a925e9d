"""Formats for keeping (长期保存格式), told by what a file holds: a name is not believed."""

import io
import zipfile
from types import MappingProxyType
from typing import Final

_ZIP: Final = b"PK\x03\x04"
_BEGINNINGS: Final = MappingProxyType(
    {
        "pdf": (b"%PDF-",),
        "ofd": (_ZIP,),
        "json": (b"{",),
        "p7s": (b"\x30",),
        "xml": (b"<?xml",),
        "cer": (b"\x30",),
        "crl": (b"\x30",),
        "png": (b"\x89PNG\r\n\x1a\n",),
        "jpg": (b"\xff\xd8\xff",),
        "tif": (b"II*\x00", b"MM\x00*"),
        "jsonl": (b"{",),
        "proof": (b"c2sp.org/tlog-proof@",),
        "cwt": (b"\xd2",),
        "zip": (_ZIP,),
    }
)
"""How files of the formats for keeping begin. GB/T 18894, unconfirmed."""
_SCANS: Final = ("pdf", "png", "jpg", "tif")


def is_for_keeping(end: str) -> bool:
    """Tell whether files whose names end so are of a format for keeping."""
    return end in _BEGINNINGS


def begins_as(end: str, content: bytes) -> bool:
    """Tell whether a file begins as its name says."""
    return content.startswith(_BEGINNINGS[end])


def format_of_scan(content: bytes) -> str | None:
    """Return how files like this scan are named, or None where they are not for keeping."""
    if content.startswith(_ZIP):
        return "ofd" if _has_ofd(content) else None
    return next((end for end in _SCANS if begins_as(end, content)), None)


def _has_ofd(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "OFD.xml" in archive.NameToInfo
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return False
