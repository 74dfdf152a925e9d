"""The strict reader of sealed pages: it accepts what our writer writes and nothing else.

A file is taken apart, the seal is lifted off the page, page and seal are assembled again, and
the result must be the file, byte for byte. So the case of a hexadecimal digit, a padding
byte, a space, a second signature or an object more cannot pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from signing.algorithms import sm3
from signing.errors import MalformedPdfError
from signing.pdf.assembly import (
    SEAL_OBJECTS,
    PreparedPdf,
    Rectangle,
    SealFields,
    SealProfile,
    assemble,
)
from signing.pdf.attachments import inflate, read_attachments
from signing.pdf.bare import check_bare, page_numbers
from signing.pdf.contents import strip_contents
from signing.pdf.document import Document, read_document
from signing.pdf.known_openings import UNKNOWN, KnownOpenings
from signing.pdf.objects import PdfObject, Reference, Stream
from signing.pdf.rules import PdfRule
from signing.pdf.sealing import MAX_APPEARANCE_BYTES
from signing.pdf.strings import decode_date, decode_text

# Reading is a function of the bytes alone; what is kept here only spares doing it twice.
_OPENINGS: Final = KnownOpenings()


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictPdf:
    """A file of the strict profile (严格版式), read.

    Attributes:
        attachments: Embedded files by name.
        title: ``/Title`` of the document information, empty when there is none.
        signed_at: ``/M``: what the sealer's clock said, trusted no further than the sealer.
        contents: The signature value, DER, padding removed.
        byte_range: ``/ByteRange``; it has been checked to be the whole file but the value.
        page: The page the seal stands on, counted from 1.
        rectangle: Left, bottom, right, top of the seal, points.
        appearance: The operators that draw the seal.
        profile: Whether ``contents`` is CMS around the seal signature or the seal signature.
        bare: The document below the seal.
    """

    attachments: Mapping[str, bytes]
    title: str
    signed_at: datetime
    reason: str
    signer_name: str
    contents: bytes
    byte_range: tuple[int, int, int, int]
    page: int
    rectangle: Rectangle
    appearance: bytes
    profile: SealProfile
    bare: Document = field(repr=False, compare=False)
    _prepared: PreparedPdf = field(repr=False, compare=False)

    def digest(self) -> bytes:
        """Return SM3 over the byte range, 32 bytes."""
        return self._prepared.digest()


def parse_strict(data: bytes) -> StrictPdf:
    """Read a file that our writer sealed.

    Says nothing about the signature value but that it is one DER element.

    Raises:
        MalformedPdfError: Not such a file; ``rule`` names the first rule it breaks.
    """
    known = _OPENINGS.find(data)
    document = read_document(data, beginning=known.read)
    bare, seal, padded = _lift_seal(document)
    check_bare(bare)
    pages = page_numbers(bare)
    if seal.page not in pages:
        raise _not_strict("the seal is on no page")
    contents = strip_contents(padded)
    opening = known.opening if known.fits(bare, seal) else UNKNOWN.opening
    prepared = assemble(bare, seal, opening=opening)
    _compare(data, prepared, contents, document)
    if known is UNKNOWN:
        _OPENINGS.learn(bare, seal)
    form = document.objects[-2]
    return StrictPdf(
        attachments=read_attachments(bare),
        title=_title(bare),
        signed_at=seal.signed_at,
        reason=seal.reason,
        signer_name=seal.signer_name,
        contents=contents,
        byte_range=prepared.byte_range,
        page=pages.index(seal.page) + 1,
        rectangle=seal.rectangle,
        appearance=inflate(bare.stream(form), max_bytes=MAX_APPEARANCE_BYTES),
        profile=seal.profile,
        bare=bare,
        _prepared=prepared,
    )


def file_digest(data: bytes) -> bytes:
    """Return SM3 of any file, 32 bytes; of a beginning that was read before, its state is known."""
    opening = _OPENINGS.find(data).opening
    if not data.startswith(opening.data):
        return sm3(data)
    return opening.digest((memoryview(data)[len(opening.data) :],))


def _lift_seal(document: Document) -> tuple[Document, SealFields, bytes]:
    """Return the page below the seal, what varies in the seal, and the padded value."""
    if "AcroForm" not in document.catalog:
        raise MalformedPdfError(PdfRule.UNSEALED, "there is no signature field")
    count = len(document.objects) - SEAL_OBJECTS
    widget, form, signature = document.objects[count:] if count > 0 else (None, None, None)
    if not (isinstance(widget, dict) and isinstance(form, Stream) and isinstance(signature, dict)):
        raise _not_strict("the last objects are not widget, appearance and signature")
    page, padded = widget.get("P"), signature.get("Contents")
    if not isinstance(page, Reference) or not isinstance(padded, bytes):
        raise _not_strict("the field has no page or no value")
    fields = SealFields(
        page=page.number,
        rectangle=_four(widget.get("Rect")),
        box=_four(form.entries.get("BBox"))[2:],
        form=form.data,
        signed_at=decode_date(signature.get("M")),
        reason=decode_text(signature.get("Reason")),
        signer_name=decode_text(signature.get("Name")),
        contents_bytes=len(padded),
        profile=_profile(signature.get("SubFilter")),
    )
    return _without_seal(document, page, count), fields, padded


def _profile(sub_filter: PdfObject) -> SealProfile:
    for profile in SealProfile:
        if sub_filter == profile.sub_filter:
            return profile
    raise _not_strict("the signature is of neither of our kinds")


def _without_seal(document: Document, page: Reference, count: int) -> Document:
    if page.number > count or document.root.number > count:
        raise _not_strict("the page or the catalog stands among the objects of the seal")
    catalog, entries = document.catalog, document.dictionary(page)
    changed: dict[int, PdfObject] = {
        document.root.number: _without(catalog, "AcroForm", "Perms"),
        page.number: _without(entries, "Annots"),
    }
    return document.with_objects(changed, count=count)


def _compare(data: bytes, prepared: PreparedPdf, contents: bytes, document: Document) -> None:
    expected = prepared.complete(contents)
    if expected == data:
        return
    signature = document.objects[-1]
    if isinstance(signature, dict) and signature.get("ByteRange") != prepared.byte_range:
        raise MalformedPdfError(
            PdfRule.COVERAGE, "the byte range is not the whole file without the value"
        )
    if expected.startswith(data):
        raise MalformedPdfError(PdfRule.TRUNCATED, "the end of the file is missing")
    raise _not_strict("the file is not as our writer writes it")


def _title(document: Document) -> str:
    entries = document.dictionary(document.trailer.get("Info", {}))
    return decode_text(entries["Title"]) if "Title" in entries else ""


def _four(value: PdfObject) -> Rectangle:
    numbers = value if isinstance(value, tuple) else ()
    match tuple(float(item) for item in numbers if isinstance(item, int | float)):
        case (left, bottom, right, top):
            return (left, bottom, right, top)
        case _:
            raise _not_strict("expected four numbers")


def _without(entries: Mapping[str, PdfObject], *keys: str) -> dict[str, PdfObject]:
    return {key: value for key, value in entries.items() if key not in keys}


def _not_strict(message: str) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.NOT_STRICT, message)
