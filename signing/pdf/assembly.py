"""The one way a bare page and what varies in its seal become a file with a hole.

The writer fills the hole; the strict reader takes a file apart, assembles it again with this
module, and compares. Source: ISO 32000-1:2008, 12.7 (forms), 12.8 (signatures); ISO
19005-3:2012, 6.3 and 6.4 for what a visible field of PDF/A needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.contents import MAX_CONTENTS_BYTES, pad_contents
from signing.pdf.document import Document
from signing.pdf.frames import frame_table
from signing.pdf.objects import Name, PdfObject, Reference, Stream, write_object
from signing.pdf.openings import HEADER_ALONE, Opening
from signing.pdf.rules import PdfRule
from signing.pdf.strings import encode_date, encode_text

SEAL_OBJECTS: Final = 3
"""Widget, appearance and signature dictionary take the numbers after the page's own objects.

In the file the appearance comes first, before the page's objects in their order, and the other
two come last: so files of one template with one seal share a long beginning.
"""
FIELD_NAME: Final = b"Seal1"
PRINTED_AND_LOCKED: Final = 132
_SIGNATURES_EXIST_APPEND_ONLY: Final = 3
_END_OF_SIGNATURE: Final = b">>\nendobj\n"

Rectangle = tuple[float, float, float, float]


INK: Final = "Ink"
"""The graphics state that lets print show through the seal, as real seal paste does."""


@unique
class SealProfile(Enum):
    """What stands in ``/Contents``; the values are ``/Filter`` and ``/SubFilter``.

    Seal systems put their own name before ``GMPkiLite``, and readers go by the second one.
    """

    CMS = ("Adobe.PPKLite", "ETSI.CAdES.detached")
    GM_SEAL = ("Yinxin.GMPkiLite", "GM.sm2seal")

    @property
    def filter_name(self) -> str:
        """``/Filter``."""
        return self.value[0]

    @property
    def sub_filter(self) -> str:
        """``/SubFilter``."""
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFields:
    """What varies from seal to seal.

    Attributes:
        page: Object number of the page.
        rectangle: Left, bottom, right, top on the page, points.
        box: Width and height of the appearance's own coordinates, points.
        form: The appearance's operators, deflated.
        contents_bytes: Room for the signature value, at most 1 MB.
        profile: Whether the value is CMS around the seal signature or the seal signature.
    """

    page: int
    rectangle: Rectangle
    box: tuple[float, float]
    form: bytes
    signed_at: datetime
    reason: str
    signer_name: str
    contents_bytes: int
    profile: SealProfile = SealProfile.CMS


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPdf:
    """A file whose ``/Contents`` is still open (待签文件).

    Attributes:
        head: Everything before the hexadecimal string, its bracket excluded.
        tail: Everything after it.
        contents_bytes: How long a signature value may be.
        opening: How ``head`` begins, hashed already.

    Raises:
        ValueError: ``head`` does not begin with ``opening``.
    """

    head: bytes
    tail: bytes
    contents_bytes: int
    opening: Opening = field(default=HEADER_ALONE, repr=False, compare=False)
    _digest: bytes = field(init=False, default=b"", repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.head.startswith(self.opening.data):
            raise ValueError("the file does not begin with its opening")

    @property
    def byte_range(self) -> tuple[int, int, int, int]:
        """``/ByteRange``: offset and length of ``head``, offset and length of ``tail``."""
        before = len(self.head)
        return 0, before, before + 2 * self.contents_bytes + 2, len(self.tail)

    def digest(self) -> bytes:
        """Return SM3 over ``head`` and ``tail``, 32 bytes."""
        if not self._digest:
            begun = len(self.opening.data)
            digest = self.opening.digest((memoryview(self.head)[begun:], self.tail))
            object.__setattr__(self, "_digest", digest)
        return self._digest

    def complete(self, contents: bytes) -> bytes:
        """Return the sealed file.

        Args:
            contents: The signature value, one DER element.

        Raises:
            MalformedPdfError: ``contents`` is no such element or does not fit.
        """
        padded = pad_contents(contents, size_bytes=self.contents_bytes)
        return b"%b<%b>%b" % (self.head, padded.hex().upper().encode("ascii"), self.tail)

    def file_digest(self, file: bytes) -> bytes:
        """Return SM3 over a sealed file, 32 bytes, without hashing its opening once more.

        Args:
            file: What `complete` returned.
        """
        return self.opening.digest((memoryview(file)[len(self.opening.data) :],))


def assemble(bare: Document, seal: SealFields, *, opening: Opening = HEADER_ALONE) -> PreparedPdf:
    """Write ``bare`` with a seal on it, as one revision.

    Args:
        bare: What ``check_bare`` accepted.
        seal: What varies.
        opening: How the file is known to begin; `begin` wrote it for the same objects.

    Raises:
        MalformedPdfError: The seal is not on the page, or its room is absurd.
        ValueError: ``opening`` has other objects than the file.
    """
    _check_placement(bare, seal)
    if not 0 < seal.contents_bytes <= MAX_CONTENTS_BYTES:
        raise MalformedPdfError(PdfRule.CONTENTS, "no sensible room for the signature value")
    count = len(bare.objects)
    order = (*sealed_order(bare), count + 1)
    body, offsets = opening.continued(order, _objects(bare, seal))
    offsets[count + SEAL_OBJECTS] = len(body)
    dictionary = write_object(_signature(seal)).removesuffix(b">>")
    table = frame_table([offsets[n] for n in range(1, len(offsets) + 1)], bare.trailer)
    return _close(
        b"%b%d 0 obj\n%b" % (body, count + SEAL_OBJECTS, dictionary),
        table,
        contents_bytes=seal.contents_bytes,
        opening=opening,
    )


def begin(bare: Document, *, box: tuple[float, float], form: bytes, count: int) -> Opening:
    """Write the beginning of every file that has this appearance and these first objects.

    Args:
        bare: A page; neither its catalog nor the page itself is among the objects.
        box: As in `SealFields`.
        form: As in `SealFields`.
        count: How many objects of ``bare`` belong to the beginning.
    """
    appearance = len(bare.objects) + 2
    objects = (*bare.objects, None, _form(box, form))
    order = (appearance, *bare.order[:count])
    data, offsets = HEADER_ALONE.continued(order, objects)
    return Opening(data=data, offsets=offsets)


def sealed_order(bare: Document) -> Sequence[int]:
    """Return the numbers of the objects of a sealed file, the last two left out."""
    return (len(bare.objects) + 2, *bare.order)


def _objects(bare: Document, seal: SealFields) -> list[PdfObject]:
    """Return all objects but the signature: catalog and page with their new entries."""
    count = len(bare.objects)
    widget, form, signature = (Reference(count + more) for more in (1, 2, SEAL_OBJECTS))
    objects = list(bare.objects)
    objects[bare.root.number - 1] = {
        **bare.catalog,
        "AcroForm": {"Fields": (widget,), "SigFlags": _SIGNATURES_EXIST_APPEND_ONLY},
        "Perms": {"DocMDP": signature},
    }
    page = Reference(seal.page)
    objects[seal.page - 1] = {**bare.dictionary(page), "Annots": (widget,)}
    objects.append(
        {
            "Type": Name("Annot"),
            "Subtype": Name("Widget"),
            "FT": Name("Sig"),
            "T": FIELD_NAME,
            "V": signature,
            "F": PRINTED_AND_LOCKED,
            "Rect": seal.rectangle,
            "P": page,
            "AP": {"N": form},
        }
    )
    objects.append(_form(seal.box, seal.form))
    return objects


def _form(box: tuple[float, float], form: bytes) -> Stream:
    entries: dict[str, PdfObject] = {
        "Length": len(form),
        "Type": Name("XObject"),
        "Subtype": Name("Form"),
        "BBox": (0, 0, *box),
        "Resources": {"ExtGState": {INK: {"BM": Name("Multiply")}}},
        "Filter": Name("FlateDecode"),
    }
    return Stream(entries=entries, data=form)


def _signature(seal: SealFields) -> dict[str, PdfObject]:
    """Return the signature dictionary without byte range and value.

    DocMDP with P 1: nothing may change after the seal.
    """
    return {
        "Type": Name("Sig"),
        "Filter": Name(seal.profile.filter_name),
        "SubFilter": Name(seal.profile.sub_filter),
        "M": encode_date(seal.signed_at),
        "Name": encode_text(seal.signer_name),
        "Reason": encode_text(seal.reason),
        "Reference": (
            {
                "Type": Name("SigRef"),
                "TransformMethod": Name("DocMDP"),
                "TransformParams": {"Type": Name("TransformParams"), "P": 1, "V": Name("1.2")},
            },
        ),
    }


def _close(body: bytes, table: bytes, *, contents_bytes: int, opening: Opening) -> PreparedPdf:
    """Find the byte range that is true of the file that contains it.

    More digits only ever move what follows further back, so the search ends as soon as two
    rounds agree; each of the three numbers and ``startxref`` grows a few times at most.
    """
    byte_range = (0, 0, 0, 0)
    while True:
        entry = b"/ByteRange[%d %d %d %d]/Contents" % byte_range
        before = len(body) + len(entry)
        after = before + 2 * contents_bytes + 2
        tail = b"%b%b%d\n%%%%EOF\n" % (_END_OF_SIGNATURE, table, after + len(_END_OF_SIGNATURE))
        found = (0, before, after, len(tail))
        if found == byte_range:
            break
        byte_range = found
    return PreparedPdf(head=body + entry, tail=tail, contents_bytes=contents_bytes, opening=opening)


def _check_placement(bare: Document, seal: SealFields) -> None:
    left, bottom, right, top = seal.rectangle
    width, height = page_size(bare, seal.page)
    if not (0 <= left < right <= width and 0 <= bottom < top <= height):
        raise MalformedPdfError(PdfRule.PLACEMENT, "the seal does not lie on the page")
    if min(seal.box) <= 0:
        raise MalformedPdfError(PdfRule.PLACEMENT, "the seal has no size")


def page_size(document: Document, page: int) -> tuple[float, float]:
    """Return width and height of an upright page, points.

    Raises:
        MalformedPdfError: The page is turned or scaled, or its origin is not its corner.
    """
    entries = document.dictionary(Reference(page))
    if not entries.keys() & {"Rotate", "UserUnit", "CropBox"}:
        match document.array(entries.get("MediaBox")):
            case (0, 0, int() | float() as width, int() | float() as height):
                return width, height
            case _:
                pass
    raise MalformedPdfError(PdfRule.PLACEMENT, "the page is not a plain upright sheet")
