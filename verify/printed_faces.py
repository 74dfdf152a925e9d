"""What a face of ours prints (照面信息): its texts by name, and what its code says."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from certs.errors import FaceError
from certs.faces.qr import QrModules, read_qr_modules
from signing.errors import MalformedOfdError, MalformedPdfError
from signing.ofd import page_reading as ofd_pages
from signing.ofd.reading import StrictOfd
from signing.page_marks import MarkedPage, MarkedText
from signing.pdf import page_reading as pdf_pages
from signing.pdf.reading import StrictPdf
from signing.pdf.rules import PdfRule

_REMEMBERED: Final = 4
"""Codes read last: both faces of a license print the same."""
FOREIGN_PAGE: Final = PdfRule.FOREIGN_PAGE.value
"""The problem of a page that is not of our writer: a reader of foreign pages has to read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFace:
    """What one face prints.

    Attributes:
        texts: Its texts, in the order of the page; without names if it is not marked.
        is_marked: Whether each piece says what it is.
        has_code: Whether a code is printed.
        code: What the code says; empty if nothing can be read from it.
        problem: The rule that the page breaks, so that nothing of it counts as printed; else
            empty.
    """

    texts: tuple[MarkedText, ...] = ()
    is_marked: bool = False
    has_code: bool = False
    code: str = ""
    problem: str = ""

    @property
    def text(self) -> str:
        """Everything that the face prints, a line each."""
        return "\n".join(line for text in self.texts for line in text.lines)


def printed_pdf(strict: StrictPdf) -> PrintedFace:
    """Return what a PDF face prints; never raises for what it holds."""
    try:
        return _printed(pdf_pages.read_page(strict))
    except MalformedPdfError as error:
        return PrintedFace(problem=str(error.rule))


def printed_ofd(strict: StrictOfd) -> PrintedFace:
    """Return what an OFD face prints; never raises for what it holds."""
    try:
        return _printed(ofd_pages.read_page(strict))
    except MalformedOfdError as error:
        return PrintedFace(problem=str(error.rule))


def _printed(page: MarkedPage) -> PrintedFace:
    return PrintedFace(
        texts=page.texts,
        is_marked=page.is_marked,
        has_code=bool(page.code),
        code=_said(page.code),
    )


@lru_cache(_REMEMBERED)
def _said(rows: tuple[int, ...]) -> str:
    if not rows:
        return ""
    try:
        return read_qr_modules(QrModules.of_rows(rows))
    except FaceError:
        return ""
