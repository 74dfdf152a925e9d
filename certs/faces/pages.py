"""What a PDF's pages say and look like, through PDFium.

PDFium is not made for threads, hence the lock. It bounds what it is asked to do, not the time
a hostile page takes: foreign files are read in worker processes with limits.
"""

import ctypes
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from certs.errors import FaceError
from certs.faces.qr import read_qr_pixels
from certs.faces.sealed_pages import LONGEST_SIDE, MOST_SEALS, SealedPage, SealPlace, webp_of

_MAX_BYTES = 32 << 20
_MAX_PAGES = 20
_MAX_CHARACTERS = 100_000
_MAX_PIXELS = 40_000_000
_POINTS_PER_INCH = 72
# Modules of a dense printed code need about four pixels each.
_QR_DPI = 250
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
# PDFium tells places in whole pixels of a picture of this size.
_GRID = 100_000

_pdfium = threading.Lock()


def page_text(pdf: bytes) -> str:
    """Return the text of all pages, page breaks as line breaks.

    Raises:
        FaceError: Not a PDF that PDFium opens, or beyond 32 MB, 20 pages, 100,000 characters.
    """
    texts: list[str] = []
    with _open(pdf) as document:
        for index in range(len(document)):
            page = document[index].get_textpage()
            if page.count_chars() + sum(map(len, texts)) > _MAX_CHARACTERS:
                raise FaceError("the pages have more than 100,000 characters")
            texts.append(page.get_text_range())
    return "\n".join(texts).replace("\r\n", "\n")


def page_png(pdf: bytes, *, page: int = 1, dpi: int = 100) -> bytes:
    """Render a page, seals included, as a PNG.

    Args:
        pdf: The file.
        page: Counted from 1.
        dpi: Pixels per inch.

    Raises:
        FaceError: As `page_text`, there is no such page, or the picture would have more than
            40 million pixels.
    """
    with _open(pdf) as document:
        if not 1 <= page <= len(document):
            raise FaceError(f"there is no page {page}")
        picture = _render(document, page - 1, dpi)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def page_jpeg(pdf: bytes, *, dpi: int, quality: int = 80) -> bytes:
    """Render the first page as a JPEG: for a look, at a tenth of a PNG's size.

    Raises:
        FaceError: As `page_png`.
    """
    with _open(pdf) as document:
        picture = _render(document, 0, dpi)
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def page_webp(pdf: bytes, *, dpi: int) -> bytes:
    """Render the first page as WebP: light enough for a phone in a queue.

    Raises:
        FaceError: As `page_png`.
    """
    with _open(pdf) as document:
        return webp_of(_render(document, 0, dpi))


def sealed_page(pdf: bytes) -> SealedPage:
    """Return the first page that a seal is shown on, or the first page.

    Raises:
        FaceError: As `page_png`.
    """
    with _open(pdf) as document:
        document.init_forms()
        found = [_seal_places(document, index) for index in range(len(document))]
        index = next((number for number, seals in enumerate(found) if seals), 0)
        longest = max(document[index].get_size())
        if not longest > 0:
            raise FaceError("the page has no size")
        picture = _render(document, index, LONGEST_SIDE * _POINTS_PER_INCH / longest)
        return SealedPage(
            picture=webp_of(picture), page=index + 1, pages=len(document), seals=found[index]
        )


def page_qr(pdf: bytes) -> tuple[str, ...]:
    """Return the texts of the QR codes on the first page.

    Raises:
        FaceError: As `page_png`.
    """
    with _open(pdf) as document:
        picture = _render(document, 0, _QR_DPI)
    return read_qr_pixels(picture.convert("L"))


@contextmanager
def _open(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    if len(pdf) > _MAX_BYTES:
        raise FaceError("the PDF has more than 32 MB")
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise FaceError("PDFium cannot open the PDF") from error
        try:
            if not 0 < len(document) <= _MAX_PAGES:
                raise FaceError(f"the PDF has {len(document)} pages; 1 to {_MAX_PAGES} are read")
            yield document
        except pypdfium2.PdfiumError as error:
            raise FaceError("PDFium cannot read a page") from error
        finally:
            document.close()


def _render(document: pypdfium2.PdfDocument, index: int, dpi: float) -> Image.Image:
    # Signature fields show only when the form environment exists, before the page is loaded.
    document.init_forms()
    page = document[index]
    scale = dpi / _POINTS_PER_INCH
    width, height = page.get_size()
    if not 0 < width * scale * height * scale <= _MAX_PIXELS:
        raise FaceError("the picture of the page would have more than 40 million pixels")
    picture: Image.Image = page.render(scale=scale).to_pil()
    return picture


def _seal_places(document: pypdfium2.PdfDocument, index: int) -> tuple[SealPlace, ...]:
    """Return where the signature fields of a page show that have a value of their own."""
    if document.formenv is None:
        return ()
    page = document[index]
    found: list[SealPlace] = []
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        if len(found) == MOST_SEALS:
            break
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        try:
            place = _place(document, page, annotation) if annotation else None
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
        found += [place] if place is not None else []
    return tuple(found)


def _place(
    document: pypdfium2.PdfDocument,
    page: pypdfium2.PdfPage,
    annotation: object,
) -> SealPlace | None:
    """Return where an annotation shows on the page as it is turned and cut, if it is a seal."""
    kind = pdfium.FPDFAnnot_GetFormFieldType(document.formenv, annotation)
    box = pdfium.FS_RECTF()
    if (
        kind != pdfium.FPDF_FORMFIELD_SIGNATURE
        or pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN
        or not pdfium.FPDFAnnot_HasKey(annotation, b"V")
        or not pdfium.FPDFAnnot_GetRect(annotation, box)
    ):
        return None
    left, top = _on_screen(page, box.left, box.top)
    right, bottom = _on_screen(page, box.right, box.bottom)
    return SealPlace.within_page(left, top, right, bottom)


def _on_screen(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    """Return a point of the page in shares of its picture's sides."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
    return across.value / _GRID, down.value / _GRID
