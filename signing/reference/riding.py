"""A seal across the edges of all pages (骑缝章): each page bears its strip of the imprint.

Laid like a fan, the strips make the seal again; a page that was taken out or exchanged is
missing. A signature field has one place, so the other strips are stamp annotations of the same
revision, locked, and under the same signature. Source: ISO 32000-1:2008, 12.5.6.12 (stamps),
12.7.4.5 (one place for a signature field).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pyhanko.pdf_utils.generic import IndirectObject

from signing.errors import MalformedPdfError
from signing.pdf.objects import Name
from signing.pdf.rules import PdfRule
from signing.pdf.sealing import SealAppearance, SealPlacement
from signing.reference.appearances import Imprint
from signing.reference.documents import Revision
from signing.reference.objects import to_dictionary
from signing.reference.pages import count_pages, sheet

MAX_RIDING_PAGES: Final = 400
PAGES_OF_AN_IMPRINT: Final = 20
"""Beyond these the strips would get too narrow to be seen, so another imprint begins."""
_PRINTED_READ_ONLY_LOCKED: Final = 4 | 64 | 128 | 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One page's part of an imprint.

    Attributes:
        place: Where it stands, at the right edge.
        number: Which part it is, counted from 0 on the left.
        count: How many parts the imprint has.
    """

    place: SealPlacement
    number: int
    count: int


def strips_of(revision: Revision, appearance: SealAppearance) -> tuple[Strip, ...]:
    """Return the strips of all pages, in their order.

    Raises:
        MalformedPdfError: One page alone has no edges to go across, more than 400 are too
            many, or the seal is higher than a page.
    """
    pages = count_pages(revision)
    if not 1 < pages <= MAX_RIDING_PAGES:
        raise MalformedPdfError(
            PdfRule.PLACEMENT, f"a seal goes across the edges of 2 to {MAX_RIDING_PAGES} pages"
        )
    imprints = -(-pages // PAGES_OF_AN_IMPRINT)
    starts = [pages * number // imprints for number in range(imprints + 1)]
    return tuple(
        _strip(revision, appearance, page, number=page - start, count=end - start)
        for start, end in pairwise(starts)
        for page in range(start, end)
    )


def draw_strip(revision: Revision, imprint: Imprint, strip: Strip) -> IndirectObject:
    """Return the form that shows a strip."""
    rotation = sheet(revision, strip.place.page).rotation
    return imprint.strip(revision, strip.number, strip.count, rotation=rotation)


def add_strip(revision: Revision, imprint: Imprint, strip: Strip) -> None:
    """Put a strip on its page as an annotation that nobody moves by mistake."""
    page = sheet(revision, strip.place.page)
    words = f"骑缝章 {strip.number + 1}/{strip.count}"
    annotation = to_dictionary(
        {
            "Type": Name("Annot"),
            "Subtype": Name("Stamp"),
            "Rect": page.rectangle(strip.place),
            "F": _PRINTED_READ_ONLY_LOCKED,
            "P": IndirectObject(page.reference.idnum, page.reference.generation, revision),
            "Contents": words,
            "AP": {"N": draw_strip(revision, imprint, strip)},
        }
    )
    revision.annotate(page.reference, annotation)


def _strip(
    revision: Revision, appearance: SealAppearance, page: int, *, number: int, count: int
) -> Strip:
    width, height = sheet(revision, page + 1).size_mm
    strip_width = appearance.width_mm / count
    if appearance.height_mm > height or strip_width > width:
        raise MalformedPdfError(PdfRule.PLACEMENT, "the seal is larger than a page")
    return Strip(
        place=SealPlacement(
            page=page + 1,
            left_mm=width - strip_width,
            top_mm=(height - appearance.height_mm) / 2,
            width_mm=strip_width,
            height_mm=appearance.height_mm,
        ),
        number=number,
        count=count,
    )
