"""Places on the pages of any PDF: millimeters as people measure them, points as PDF wants them.

People measure from the upper left corner of the page as they see it; the page may be turned,
cropped or scaled. Source: ISO 32000-1:2008, 7.7.3.3 (page objects), 8.3.2.3 (user space).
"""

from dataclasses import dataclass
from typing import Any, Final

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, Reference

from signing.errors import MalformedPdfError
from signing.pdf.assembly import Rectangle
from signing.pdf.rules import PdfRule
from signing.pdf.sealing import SealPlacement
from signing.reference.documents import Revision, open_document
from signing.reference.hooks import reading
from signing.reference.objects import entry

MAX_PAGES: Final = 10_000
_POINTS_PER_MM: Final = 72 / 25.4
_MAX_TREE_DEPTH: Final = 64
_CORNERS: Final = 4
_SLACK_MM: Final = 0.01
"""What rounding may do to a place that ends at the edge of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page as people see it.

    Attributes:
        reference: The page object.
        box: The visible part, in user space.
        rotation: How far it is turned clockwise when shown: 0, 90, 180 or 270 degrees.
        scale: User space units in a millimeter.
    """

    reference: Reference
    box: Rectangle
    rotation: int
    scale: float

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height as seen."""
        left, bottom, right, top = self.box
        width, height = (right - left) / self.scale, (top - bottom) / self.scale
        return (height, width) if self.rotation % 180 else (width, height)

    def rectangle(self, place: SealPlacement) -> Rectangle:
        """Return a place in user space: left, bottom, right, top.

        Raises:
            MalformedPdfError: It does not lie on the page.
        """
        width, height = self.size_mm
        right, bottom = place.left_mm + place.width_mm, place.top_mm + place.height_mm
        outside = (-place.left_mm, -place.top_mm, right - width, bottom - height)
        if max(outside) > _SLACK_MM:
            raise MalformedPdfError(PdfRule.PLACEMENT, "the seal does not lie on the page")
        corners = (self._point(place.left_mm, place.top_mm), self._point(right, bottom))
        (one, two), (three, four) = corners
        return (min(one, three), min(two, four), max(one, three), max(two, four))

    def _point(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Return a point as seen (from the upper left) in user space."""
        left, bottom, right, top = self.box
        x, y = x_mm * self.scale, y_mm * self.scale
        match self.rotation:
            case 90:
                point = (left + y, bottom + x)
            case 180:
                point = (right - x, bottom + y)
            case 270:
                point = (right - y, top - x)
            case _:
                point = (left + x, top - y)
        return round(point[0], 2), round(point[1], 2)


def page_size(pdf: bytes, page: int) -> tuple[float, float]:
    """Return width and height of a page of a file, as seen, mm.

    Raises:
        MalformedPdfError: The file cannot be sealed, or there is no such page.
    """
    document = open_document(pdf)
    with reading():
        return sheet(document.revision, page).size_mm


def count_pages(revision: Revision) -> int:
    """Return how many pages there are.

    Raises:
        MalformedPdfError: None, or more than anybody seals.
    """
    count = revision.root["/Pages"]["/Count"]
    if not isinstance(count, int) or not 0 < count <= MAX_PAGES:
        raise MalformedPdfError(PdfRule.STRUCTURE, f"no page, or more than {MAX_PAGES}")
    return int(count)


def sheet(revision: Revision, page: int) -> Sheet:
    """Return a page, counted from 1.

    Raises:
        MalformedPdfError: There is no such page, or its boxes make no sense.
    """
    if not 0 < page <= count_pages(revision):
        raise MalformedPdfError(PdfRule.PLACEMENT, f"there is no page {page}")
    return _sheet(revision.page(page))


def sheet_of(revision: Revision, annotation: DictionaryObject) -> Sheet:
    """Return the page that an annotation stands on.

    Raises:
        MalformedPdfError: It stands on none, or the page's boxes make no sense.
    """
    if "/P" in annotation:
        page = annotation.raw_get("/P")
        return _sheet(page.reference if isinstance(page, IndirectObject) else page)
    own = annotation.container_ref
    for number in range(1, count_pages(revision) + 1):
        reference = revision.page(number)
        listed = entry(reference.get_object(), "/Annots", ())
        if any(getattr(item, "reference", None) == own for item in listed):
            return _sheet(reference)
    raise MalformedPdfError(PdfRule.PLACEMENT, "the field stands on no page")


def _sheet(reference: Reference) -> Sheet:
    entries = reference.get_object()
    if not isinstance(entries, DictionaryObject):
        raise MalformedPdfError(PdfRule.STRUCTURE, "a page that is none")
    rotation = _inherited(entries, "/Rotate", 0)
    unit = float(entry(entries, "/UserUnit", 1))
    media = _box(_inherited(entries, "/MediaBox", None))
    crop = _inherited(entries, "/CropBox", None)
    visible = media if crop is None else _common(media, _box(crop))
    if rotation % 90 or not 0 < unit <= 1000:  # noqa: PLR2004 - nobody's sheet is larger
        raise MalformedPdfError(PdfRule.PLACEMENT, "the page is turned or scaled oddly")
    return Sheet(
        reference=reference, box=visible, rotation=rotation % 360, scale=_POINTS_PER_MM / unit
    )


def _inherited(page: DictionaryObject, key: str, default: Any) -> Any:  # noqa: ANN401 - any object
    """Return an entry of a page or of the nearest node above that has it."""
    node = page
    for _ in range(_MAX_TREE_DEPTH):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return default
        node = node["/Parent"]
    raise MalformedPdfError(PdfRule.STRUCTURE, "the page tree is too deep")


def _box(value: Any) -> Rectangle:  # noqa: ANN401 - any object
    numbers = tuple(float(item) for item in value or ())
    if len(numbers) != _CORNERS:
        raise MalformedPdfError(PdfRule.PLACEMENT, "a page without a size")
    one, two, three, four = numbers
    return (min(one, three), min(two, four), max(one, three), max(two, four))


def _common(one: Rectangle, other: Rectangle) -> Rectangle:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    if left >= right or bottom >= top:
        raise MalformedPdfError(PdfRule.PLACEMENT, "nothing of the page is visible")
    return (left, bottom, right, top)
