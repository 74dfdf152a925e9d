"""Where a word stands on the pages of a PDF (关键字定位), through PDFium.

PDFium is not made for threads, and foreign files are hostile: this runs in a worker process.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pypdfium2

from certs.errors import FaceError

MAX_KEYWORD: Final = 64
MAX_PLACES: Final = 500
_MAX_BYTES: Final = 100 << 20
_MAX_PAGES: Final = 2000
_MAX_CHARACTERS: Final = 4_000_000
_POINTS_PER_MM: Final = 72 / 25.4

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordPlace:
    """One place of a word, measured from the upper left corner of the page as it is seen.

    Attributes:
        page: Counted from 1.
        page_width_mm: Width of the page, as seen.
        page_height_mm: Height of the page, as seen.
    """

    page: int
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float
    page_width_mm: float
    page_height_mm: float

    def centered(self, width_mm: float, height_mm: float) -> tuple[float, float]:
        """Return left and top of a seal in the middle of the word (压字), kept on the page."""
        left = self.left_mm + (self.width_mm - width_mm) / 2
        return self._kept(left, width_mm, height_mm)

    def beside(self, width_mm: float, height_mm: float) -> tuple[float, float]:
        """Return left and top of a seal to the right of the word, kept on the page."""
        return self._kept(self.left_mm + self.width_mm, width_mm, height_mm)

    def _kept(self, left: float, width_mm: float, height_mm: float) -> tuple[float, float]:
        top = self.top_mm + (self.height_mm - height_mm) / 2
        return (
            max(0.0, min(left, self.page_width_mm - width_mm)),
            max(0.0, min(top, self.page_height_mm - height_mm)),
        )


def find_keyword(pdf: bytes, keyword: str) -> tuple[KeywordPlace, ...]:
    """Return where a word stands, page by page, in the order of the text.

    A word that is broken over lines counts where its longest part stands.

    Raises:
        FaceError: Not a PDF that PDFium opens, beyond 100 MB, 2,000 pages or 4 million
            characters, or a keyword that is empty or longer than 64 characters.
    """
    if not keyword.strip() or len(keyword) > MAX_KEYWORD:
        raise FaceError(f"a keyword has 1 to {MAX_KEYWORD} characters")
    places: list[KeywordPlace] = []
    characters = 0
    with _open(pdf) as document:
        for index in range(len(document)):
            page = document[index]
            text = page.get_textpage()
            characters += text.count_chars()
            if characters > _MAX_CHARACTERS:
                raise FaceError("the pages have more than 4 million characters")
            places.extend(_places(page, text, keyword, index + 1))
            page.close()
            if len(places) >= MAX_PLACES:
                break
    return tuple(places[:MAX_PLACES])


@contextmanager
def _open(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    if len(pdf) > _MAX_BYTES:
        raise FaceError("the PDF has more than 100 MB")
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise FaceError("PDFium cannot open the PDF") from error
    try:
        if not 0 < len(document) <= _MAX_PAGES:
            raise FaceError(f"the PDF has {len(document)} pages; 1 to {_MAX_PAGES} are read")
        yield document
    except (pypdfium2.PdfiumError, ctypes.ArgumentError) as error:
        raise FaceError("PDFium cannot read a page") from error
    finally:
        document.close()


def _places(
    page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, keyword: str, number: int
) -> Iterator[KeywordPlace]:
    visible = _visible(page)
    searcher = text.search(keyword, match_case=True)
    while (found := searcher.get_next()) is not None:
        rectangles = [text.get_rect(item) for item in range(text.count_rects(*found))]
        boxes = [_seen(rectangle, visible, page.get_rotation()) for rectangle in rectangles]
        if boxes:
            yield _place(max(boxes, key=lambda box: box[2] - box[0]), visible, page, number)


def _place(box: Box, visible: Box, page: pypdfium2.PdfPage, number: int) -> KeywordPlace:
    """Return a place from left, top, right, bottom as seen, in points."""
    width, height = visible[2] - visible[0], visible[3] - visible[1]
    if page.get_rotation() % 180:
        width, height = height, width
    left, top, right, bottom = (value / _POINTS_PER_MM for value in box)
    return KeywordPlace(
        page=number,
        left_mm=left,
        top_mm=top,
        width_mm=right - left,
        height_mm=bottom - top,
        page_width_mm=width / _POINTS_PER_MM,
        page_height_mm=height / _POINTS_PER_MM,
    )


def _visible(page: pypdfium2.PdfPage) -> Box:
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top)


def _seen(rectangle: Box, visible: Box, rotation: int) -> Box:
    """Return left, top, right, bottom as seen, in points from the upper left corner."""
    left, bottom, right, top = rectangle
    west, south, east, north = visible
    match rotation:
        case 90:
            return (bottom - south, left - west, top - south, right - west)
        case 180:
            return (east - right, bottom - south, east - left, top - south)
        case 270:
            return (north - top, east - right, north - bottom, east - left)
        case _:
            return (left - west, north - top, right - west, north - bottom)
