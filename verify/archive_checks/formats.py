"""Formats for keeping (长期保存格式), told by how files begin: a name is not believed."""

from typing import Final

from certs.packages.files import CONTENT

MAGIC: Final = {
    "pdf": b"%PDF-",
    "ofd": b"PK\x03\x04",
    "json": b"{",
    "p7s": b"\x30",
    "xml": b"<?xml",
    "cer": b"\x30",
    "crl": b"\x30",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "tif": b"II*\x00",
    "jsonl": b"{",
    "proof": b"c2sp.org/tlog-proof@",
    "cwt": b"\xd2",
    "zip": b"PK\x03\x04",
}
"""How files of the formats for keeping begin; a name is not believed. GB/T 18894, unconfirmed."""
_SCANS: Final = ("pdf", "ofd", "png", "jpg", "tif")


def is_of_its_format(name: str, content: bytes) -> bool:
    """Tell whether a file of a package begins as its name says; other content is refused."""
    end = name.rpartition(".")[2]
    if end not in MAGIC:
        return not name.startswith(CONTENT)
    return content.lstrip(b"\n\r\t ").startswith(MAGIC[end])


def format_of_scan(content: bytes) -> str | None:
    """Return how files like this scan are named, or None where they are not for keeping."""
    return next((end for end in _SCANS if content.startswith(MAGIC[end])), None)


def format_of_evidence(content: bytes) -> str:
    """Return how what somebody signed is named: a scan, or the record of signing online."""
    found = format_of_scan(content)
    return found or ("json" if content.startswith(MAGIC["json"]) else "bin")
