"""Files embedded in a PDF (附件), as PDF/A-3 associates them with the document.

Source: ISO 32000-1:2008, 7.11.4; ISO 19005-3:2012, 6.8.
"""

import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.document import Document
from signing.pdf.objects import PdfObject, Reference, Stream
from signing.pdf.rules import PdfRule
from signing.pdf.strings import decode_text

MAX_ATTACHMENTS: Final = 16
MAX_ATTACHMENT_BYTES: Final = 4 * 1024 * 1024


def read_attachments(document: Document) -> Mapping[str, bytes]:
    """Return the attached files by name, in the order of the name tree.

    The name tree, the ``/AF`` array and the file specifications of the document must tell of
    the same files: otherwise two readers would find two sets.

    Raises:
        MalformedPdfError: They do not, a name stands twice, or a file is too large.
    """
    pairs = _name_tree(document)
    listed = tuple(reference for _, reference in pairs)
    associated = [_reference(item) for item in document.array(document.catalog.get("AF", ()))]
    if set(listed) != set(associated) or not len(set(listed)) == len(listed) == len(associated):
        raise _malformed("the name tree and /AF list different files")
    specifications = {
        number
        for number, value in enumerate(document.objects, start=1)
        if isinstance(value, dict) and ("EF" in value or value.get("Type") == "Filespec")
    }
    if specifications != {reference.number for reference in listed}:
        raise _malformed("a file is attached without being listed")
    files = {name: _file(document, name, reference) for name, reference in pairs}
    if len(files) != len(pairs):
        raise _malformed("two attachments have one name")
    return MappingProxyType(files)


def inflate(stream: Stream, *, max_bytes: int) -> bytes:
    """Return the bytes of a stream that is stored or deflated, never more than ``max_bytes``.

    Raises:
        MalformedPdfError: Another filter, damaged, too large, or followed by other bytes.
    """
    is_stored = "Filter" not in stream.entries
    is_deflated = stream.entries.get("Filter") == "FlateDecode"
    if "DecodeParms" in stream.entries or not (is_stored or is_deflated):
        raise _malformed("a stream is stored in an unexpected way")
    content = stream.data if is_stored else _inflate(stream.data, max_bytes)
    if len(content) > max_bytes:
        raise _malformed(f"larger than {max_bytes} bytes")
    return content


def _inflate(data: bytes, max_bytes: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise _malformed("a deflated stream is damaged") from error
    if len(content) <= max_bytes and (not inflater.eof or inflater.unused_data):
        raise _malformed("a deflated stream is cut short or followed by other bytes")
    return content


def _name_tree(document: Document) -> tuple[tuple[str, Reference], ...]:
    trees = document.dictionary(document.catalog.get("Names", {}))
    tree = document.dictionary(trees.get("EmbeddedFiles", {}))
    flat = document.array(tree.get("Names", ()))
    if not tree.keys() <= {"Names"} or len(flat) % 2 or len(flat) > 2 * MAX_ATTACHMENTS:
        raise _malformed("the name tree has branches or too many leaves")
    return tuple(
        (decode_text(name), _reference(reference))
        for name, reference in zip(flat[::2], flat[1::2], strict=True)
    )


def _file(document: Document, name: str, reference: Reference) -> bytes:
    entries = document.dictionary(reference)
    embedded = document.dictionary(entries.get("EF"))
    stored_at = embedded.get("F")
    if embedded.get("UF", stored_at) != stored_at or not embedded.keys() <= {"F", "UF"}:
        raise _malformed(f"{name!r} has two contents")
    names = {decode_text(entries.get(key)) for key in ("F", "UF")}
    if names != {name}:
        raise _malformed(f"{name!r} has two names")
    stream = document.stream(_reference(stored_at))
    content = inflate(stream, max_bytes=MAX_ATTACHMENT_BYTES)
    parameters = document.dictionary(stream.entries.get("Params", {}))
    if stream.entries.get("Type") != "EmbeddedFile" or parameters.get("Size") != len(content):
        raise _malformed(f"{name!r} is not as large as it says")
    return content


def _reference(value: PdfObject) -> Reference:
    if not isinstance(value, Reference):
        raise _malformed("expected a reference")
    return value


def _malformed(message: str) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.ATTACHMENTS, message)
