"""A bare PDF/A-3 page becomes a file that is sealed at birth: one revision, one signature.

``prepare`` writes the file but for the signature value; what is to be signed can then be put
on record before ``PreparedPdf.complete`` closes it. Bytes only: the value is made elsewhere.
"""

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.assembly import (
    INK,
    PreparedPdf,
    Rectangle,
    SealFields,
    SealProfile,
    assemble,
    begin,
    page_size,
)
from signing.pdf.bare import check_bare, page_numbers
from signing.pdf.document import Document, read_document
from signing.pdf.openings import HEADER_ALONE, Opening
from signing.pdf.rules import PdfRule

MAX_APPEARANCE_BYTES: Final = 1024 * 1024
_POINTS_PER_MM: Final = 72 / 25.4
_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPlacement:
    """Where the seal stands (用印位置): millimeters from the upper left corner of a page.

    Raises:
        ValueError: A size is not positive, or the page is not counted from 1.
    """

    page: int = 1
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float

    def __post_init__(self) -> None:
        if self.page < 1 or not (self.width_mm > 0 and self.height_mm > 0):
            raise ValueError("a seal needs a page and a size")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealAppearance:
    """What the seal looks like (印章图形), as a drawing that needs no resources.

    Attributes:
        content: PDF operators, origin at the lower left corner, points; paths and DeviceRGB
            only, since there is no resource dictionary.
        deflated: ``content`` compressed, once for all files that show the seal.

    Raises:
        ValueError: A size is not positive, or the drawing is larger than 1 MB.
    """

    width_mm: float
    height_mm: float
    content: bytes
    deflated: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (self.width_mm > 0 and self.height_mm > 0):
            raise ValueError("a seal needs a size")
        if len(self.content) > MAX_APPEARANCE_BYTES:
            raise ValueError("the drawing of the seal is too large")
        object.__setattr__(
            self, "deflated", zlib.compress(b"/%b gs\n%b" % (INK.encode(), self.content), 9)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleSeal:
    """A seal as it will stand on a page and in its signature dictionary (签章).

    Attributes:
        placement: Where the seal stands.
        appearance: What it looks like.
        signed_at: The time in ``/M``, cut to seconds.
        reason: ``/Reason``, such as 签发电子证照.
        signer_name: ``/Name``, the owner of the seal.
        contents_bytes: Room for the signature value; keep it small, readers go through it.
        profile: What the value will be.
    """

    placement: SealPlacement
    appearance: SealAppearance
    signed_at: datetime
    reason: str
    signer_name: str
    contents_bytes: int
    profile: SealProfile = SealProfile.CMS


def prepare(  # noqa: D417, PLR0913 - all of it is said on the page or in the signature
    pdf: bytes,
    *,
    placement: SealPlacement,
    appearance: SealAppearance,
    signed_at: datetime,
    reason: str,
    signer_name: str,
    contents_bytes: int,
    profile: SealProfile = SealProfile.CMS,
) -> PreparedPdf:
    """Write ``pdf`` anew with a visible, certifying signature field whose value is open.

    The same arguments give the same bytes; `VisibleSeal` says what they are.

    Args:
        pdf: A bare PDF of one revision with a classic cross-reference table, at most 100 MB.

    Raises:
        MalformedPdfError: ``pdf`` is not a bare page, or the seal does not lie on it.
        ValueError: ``signed_at`` names no time zone, or a text is no Unicode text.
    """
    seal = VisibleSeal(
        placement=placement,
        appearance=appearance,
        signed_at=signed_at,
        reason=reason,
        signer_name=signer_name,
        contents_bytes=contents_bytes,
        profile=profile,
    )
    return prepare_page(pdf, seal)


def prepare_page(pdf: bytes, seal: VisibleSeal) -> PreparedPdf:
    """Write ``pdf`` with ``seal`` on it, as `prepare` does.

    Raises:
        MalformedPdfError: As for `prepare`.
        ValueError: As for `prepare`.
    """
    bare = read_document(pdf)
    check_bare(bare)
    return prepare_document(bare, seal)


def prepare_document(
    bare: Document, seal: VisibleSeal, *, opening: Opening = HEADER_ALONE
) -> PreparedPdf:
    """Write a page that is known to be bare with ``seal`` on it, as `prepare` does.

    Args:
        bare: What ``check_bare`` accepts.
        seal: The seal.
        opening: How the file begins, from `begin_document` for the same seal's appearance.

    Raises:
        MalformedPdfError: The seal does not lie on the page.
        ValueError: ``signed_at`` names no time zone, a text is no Unicode text, or ``opening``
            belongs to other files.
    """
    pages = page_numbers(bare)
    if seal.placement.page > len(pages):
        raise MalformedPdfError(PdfRule.PLACEMENT, f"there is no page {seal.placement.page}")
    page = pages[seal.placement.page - 1]
    fields = SealFields(
        page=page,
        rectangle=_rectangle(bare, page, seal.placement),
        box=_box(seal.appearance),
        form=seal.appearance.deflated,
        signed_at=seal.signed_at,
        reason=seal.reason,
        signer_name=seal.signer_name,
        contents_bytes=seal.contents_bytes,
        profile=seal.profile,
    )
    return assemble(bare, fields, opening=opening)


def begin_document(bare: Document, appearance: SealAppearance, *, count: int) -> Opening:
    """Write how every file begins that shows ``appearance`` and has the same first objects.

    Args:
        bare: One such page; its catalog and its page are not among the first objects.
        appearance: The seal's.
        count: How many objects are the same in all files.
    """
    return begin(bare, box=_box(appearance), form=appearance.deflated, count=count)


def _box(appearance: SealAppearance) -> tuple[float, float]:
    return _points(appearance.width_mm), _points(appearance.height_mm)


def _rectangle(bare: Document, page: int, placement: SealPlacement) -> Rectangle:
    _, page_height = page_size(bare, page)
    left, top = _points(placement.left_mm), page_height - _points(placement.top_mm)
    right = left + _points(placement.width_mm)
    bottom = top - _points(placement.height_mm)
    return (_rounded(left), _rounded(bottom), _rounded(right), _rounded(top))


def _points(millimeters: float) -> float:
    return _rounded(millimeters * _POINTS_PER_MM)


def _rounded(points: float) -> float:
    # Adding zero turns -0.0 into 0.0, which is the only zero we write.
    return round(float(points), _DECIMALS) + 0.0
