"""License faces (照面) as PDF/A-3b, typeset by typst: previews, single faces, the reference.

The texts stand where `certs.faces.layout` puts them, so that such a face and one written from
a compiled template are the same to the eye.
"""

from types import TracebackType
from typing import Self

from certs.faces.content import FaceContent
from certs.faces.font_chains import FontChain
from certs.faces.layout import FaceLayout, lay_out
from certs.faces.qr import qr_svg
from certs.faces.slots import FaceSlots
from certs.faces.workshop import Sheet, TypstWorkshop
from signing.pdf.assembly import PreparedPdf
from signing.pdf.sealing import VisibleSeal, prepare_page


class TypstRenderer:
    """Renders faces.

    Use it as a context manager, or call ``close``: it owns a temporary folder. Threads may
    share it and take turns; batches use one renderer per process.
    """

    def __init__(self, fonts: FontChain | None = None) -> None:
        """Open a workshop.

        Args:
            fonts: The fonts of the faces; the two families alone if None.
        """
        self._fonts = fonts or FontChain()
        self._workshop = TypstWorkshop(self._fonts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary folder. Closing twice does no harm."""
        self._workshop.close()

    def missing_characters(self, text: str) -> str:
        """Return the characters that cannot be printed, each once, in order of appearance."""
        return self._fonts.missing(text)

    def prepare(self, content: FaceContent, seal: VisibleSeal) -> PreparedPdf:
        """Render a face and write it with a seal whose signature value is open.

        Raises:
            MissingGlyphError: As `render`.
            FaceError: As `render`.
            MalformedPdfError: The seal does not lie on the page, or the page could not be sealed.
        """
        return prepare_page(self.render(content), seal)

    def render(self, content: FaceContent) -> bytes:
        """Render a face.

        Returns:
            A PDF/A-3b of one page with a classic cross-reference table; the same content
            always gives the same bytes.

        Raises:
            MissingGlyphError: A text has a character that no font can print.
            FaceError: The template is missing or typst refuses it, or the texts do not fit.
        """
        texts = content.texts
        self._fonts.check((content.title, content.author, *texts.values()))
        slots = self._workshop.slots(content.template, content.ornament, specimen=content.specimen)
        layout = lay_out(slots, texts, fonts=self._fonts)
        return self._workshop.compile(
            content.template, content.ornament, _sheet(content, slots, layout)
        )


def _sheet(content: FaceContent, slots: FaceSlots, layout: FaceLayout) -> Sheet:
    code = slots.code
    return Sheet(
        title=content.title,
        author=content.author,
        keywords=content.identifier,
        specimen=content.specimen,
        created_at=content.created_at,
        runs=[
            {
                "family": run.family,
                "size": run.size_pt,
                "color": run.color,
                "x": run.x_mm,
                "baseline": run.baseline_mm,
                "text": run.text,
            }
            for run in layout.texts
        ],
        codes=[{"x": code.x_mm, "y": code.y_mm, "size": code.size_mm}] if code else [],
        qr=qr_svg(content.qr_text),
        attachments=content.attachments,
    )
